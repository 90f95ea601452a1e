-- Sales, visits, advertising and profit of a product beside each other: each mart is summed to the product before they
-- meet, so that no row is repeated whatever SKUs and stores it has.
with
    measures as (
        select
            s.store_id,
            s.tenant_id,
            s.date,
            k.product_id,
            s.currency,
            s.reporting_currency,
            s.units,
            s.item_price_net_amount,
            s.item_price_net_amount_reporting,
            null::bigint as sessions,
            null::bigint as page_views,
            null::numeric as buy_box_page_views,
            null::numeric as advertising_amount,
            null::numeric as advertising_amount_reporting,
            null::numeric as profit_amount,
            null::numeric as profit_amount_reporting,
            null::bigint as incomplete_units
        from {{ ref("sales_daily") }} as s
        left join {{ ref("products") }} as k on s.store_id = k.store_id and s.sku = k.sku
        union all
        select
            t.store_id,
            t.tenant_id,
            t.date,
            t.product_id,
            t.currency,
            t.reporting_currency,
            null,
            null,
            null,
            t.sessions,
            t.page_views,
            t.buy_box_page_views,
            null,
            null,
            null,
            null,
            null
        from {{ ref("traffic_daily") }} as t
        union all
        select
            p.store_id,
            p.tenant_id,
            p.date,
            k.product_id,
            p.currency,
            p.reporting_currency,
            null,
            null,
            null,
            null,
            null,
            null,
            p.advertising_amount,
            p.advertising_amount_reporting,
            case when p.is_complete then p.profit_amount end,
            case when p.is_complete then p.profit_amount_reporting end,
            case when p.is_complete then 0 else p.units end
        from {{ ref("profit_daily") }} as p
        left join {{ ref("products") }} as k on p.store_id = k.store_id and p.sku = k.sku
    )
select
    store_id,
    tenant_id,
    date,
    product_id,
    sum(units)::integer as units,
    sum(item_price_net_amount) as item_price_net_amount,
    sum(sessions)::integer as sessions,
    sum(page_views)::integer as page_views,
    sum(buy_box_page_views) as buy_box_page_views,
    sum(advertising_amount) as advertising_amount,
    sum(profit_amount) as profit_amount,
    sum(incomplete_units)::integer as incomplete_units,
    max(currency) as currency,
    max(reporting_currency) as reporting_currency,
    sum(item_price_net_amount_reporting) as item_price_net_amount_reporting,
    sum(advertising_amount_reporting) as advertising_amount_reporting,
    sum(profit_amount_reporting) as profit_amount_reporting
from measures
group by store_id, tenant_id, date, product_id
