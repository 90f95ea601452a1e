{{
    config(
        indexes=[{"columns": ["store_id", "date"], "unique": true}],
    )
}}
with
    store_prices as ({{ prices_of_orders() }}),
    with_net as (
        select r.*, {{ net_sales("r.ordered_product_sales_amount", "s", ["p"]) }} as net_amount, s.reporting_currency
        from {{ sliced(ref("stg_amazon_sp__sales_and_traffic__by_date")) }} as r
        inner join {{ ref("int_stores") }} as s on r.store_id = s.store_id
        left join store_prices as p on r.store_id = p.store_id and r.date = p.date
    )
select
    n.store_id,
    n.tenant_id,
    n.date,
    n.ordered_product_sales_amount,
    n.net_amount as ordered_product_sales_net_estimated_amount,
    n.currency,
    n.units_ordered,
    n.total_order_items,
    n.units_refunded,
    n.browser_sessions,
    n.mobile_app_sessions,
    n.sessions,
    n.browser_page_views,
    n.mobile_app_page_views,
    n.page_views,
    {{ buy_box_views("n") }} as buy_box_page_views,
    n.buy_box_percentage,
    n.unit_session_percentage,
    n.reporting_currency,
    round(n.net_amount * fx.rate, 4) as ordered_product_sales_net_estimated_amount_reporting,
    fx.fx_date
from with_net as n {{ join_rate("n", "n.date") }}
