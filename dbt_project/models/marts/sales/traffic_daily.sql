{{
    config(
        indexes=[{"columns": ["store_id", "date", "child_asin", "sku"], "unique": true}],
        pre_hook="{{ open_slices(['amazon_sp.sales_and_traffic', 'intermediate.int_stores']) }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
-- An ASIN that changed its parent within the day has two rows in the report: counts are added, shares weighed by views.
select
    store_id,
    tenant_id,
    date,
    child_asin,
    sku,
    max(parent_asin) as parent_asin,
    sum(units_ordered)::integer as units_ordered,
    sum(total_order_items)::integer as total_order_items,
    sum(ordered_product_sales_amount) as ordered_product_sales_amount,
    max(currency) as currency,
    sum(browser_sessions)::integer as browser_sessions,
    sum(mobile_app_sessions)::integer as mobile_app_sessions,
    sum(sessions)::integer as sessions,
    sum(browser_page_views)::integer as browser_page_views,
    sum(mobile_app_page_views)::integer as mobile_app_page_views,
    sum(page_views)::integer as page_views,
    case
        when count(*) = 1
        then max(buy_box_percentage)
        else round(sum(buy_box_percentage * page_views) / nullif(sum(page_views), 0), 2)
    end as buy_box_percentage,
    case
        when count(*) = 1
        then max(unit_session_percentage)
        else round(100.0 * sum(units_ordered) / nullif(sum(sessions), 0), 2)
    end as unit_session_percentage
from {{ ref("stg_amazon_sp__sales_and_traffic__by_asin") }}
{% if by_slices() %}
    where
        (store_id, date) in (select store_id, date from _slices)
        and {{ in_changed_loads("amazon_sp.sales_and_traffic") }}
{% endif %}
group by store_id, tenant_id, date, child_asin, sku
