{{
    config(
        meta={"opens": "open_traffic_slices"},
        indexes=[
            {"columns": ["store_id", "date", "child_asin", "sku"], "unique": true},
            {"columns": ["store_id", "child_asin", "date"]},
        ],
    )
}}
-- An ASIN that changed its parent within the day has two rows in the report: counts are added, shares weighed by views.
with
    asin_prices as ({{ prices_of_orders(["i.asin"]) }}),
    store_prices as ({{ prices_of_orders() }}),
    report as (
        select
            r.store_id,
            r.tenant_id,
            r.date,
            r.child_asin,
            coalesce(nullif(r.sku, ''), m.sku, '') as sku,
            max(r.parent_asin) as parent_asin,
            sum(r.units_ordered)::integer as units_ordered,
            sum(r.total_order_items)::integer as total_order_items,
            sum(r.ordered_product_sales_amount) as ordered_product_sales_amount,
            max(r.currency) as currency,
            sum(r.browser_sessions)::integer as browser_sessions,
            sum(r.mobile_app_sessions)::integer as mobile_app_sessions,
            sum(r.sessions)::integer as sessions,
            sum(r.browser_page_views)::integer as browser_page_views,
            sum(r.mobile_app_page_views)::integer as mobile_app_page_views,
            sum(r.page_views)::integer as page_views,
            sum({{ buy_box_views("r") }}) as buy_box_page_views,
            case
                when count(*) = 1
                then max(r.buy_box_percentage)
                else round(sum(r.buy_box_percentage * r.page_views) / nullif(sum(r.page_views), 0), 2)
            end as buy_box_percentage,
            case
                when count(*) = 1
                then max(r.unit_session_percentage)
                else round(100.0 * sum(r.units_ordered) / nullif(sum(r.sessions), 0), 2)
            end as unit_session_percentage
        from {{ sliced(ref("stg_amazon_sp__sales_and_traffic__by_asin")) }} as r
        left join {{ ref("int_asin_skus") }} as m on r.store_id = m.store_id and r.child_asin = m.asin
        group by r.store_id, r.tenant_id, r.date, r.child_asin, coalesce(nullif(r.sku, ''), m.sku, '')
    ),
    with_net as (
        select
            r.*, {{ net_sales("r.ordered_product_sales_amount", "s", ["a", "d"]) }} as net_amount, s.reporting_currency
        from report as r
        inner join {{ ref("int_stores") }} as s on r.store_id = s.store_id
        left join asin_prices as a on r.store_id = a.store_id and r.date = a.date and r.child_asin = a.asin
        left join store_prices as d on r.store_id = d.store_id and r.date = d.date
    )
select
    n.store_id,
    n.tenant_id,
    n.date,
    n.child_asin,
    {{ product_id("n.tenant_id", "n.child_asin") }} as product_id,
    n.sku,
    n.parent_asin,
    n.units_ordered,
    n.total_order_items,
    n.ordered_product_sales_amount,
    n.net_amount as ordered_product_sales_net_estimated_amount,
    n.currency,
    n.browser_sessions,
    n.mobile_app_sessions,
    n.sessions,
    n.browser_page_views,
    n.mobile_app_page_views,
    n.page_views,
    n.buy_box_page_views,
    n.buy_box_percentage,
    n.unit_session_percentage,
    n.reporting_currency,
    round(n.net_amount * fx.rate, 4) as ordered_product_sales_net_estimated_amount_reporting,
    fx.fx_date
from with_net as n {{ join_rate("n", "n.date") }}
