{{
    config(
        indexes=[{"columns": ["store_id", "date"], "unique": true}],
        pre_hook="{{ open_slices(['amazon_sp.sales_and_traffic', 'intermediate.int_stores']) }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
select
    store_id,
    tenant_id,
    date,
    ordered_product_sales_amount,
    currency,
    units_ordered,
    total_order_items,
    units_refunded,
    browser_sessions,
    mobile_app_sessions,
    sessions,
    browser_page_views,
    mobile_app_page_views,
    page_views,
    buy_box_percentage,
    unit_session_percentage
from {{ ref("stg_amazon_sp__sales_and_traffic__by_date") }}
{% if by_slices() %}
    where
        (store_id, date) in (select store_id, date from _slices)
        and {{ in_changed_loads("amazon_sp.sales_and_traffic") }}
{% endif %}
