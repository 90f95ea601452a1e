{{
    config(
        meta={"slice": ["store_id", "amazon_order_id"], "reports": "orders"},
        indexes=[
            {"columns": ["store_id", "amazon_order_id", "sku", "line_number"], "unique": true},
            {"columns": ["store_id", "date"]},
        ],
        pre_hook="{{ open_changes(['intermediate.int_stores']) }} {{ open_orders() }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
-- The lines of each order as its newest delivery has them. An order is replaced as a whole; its lines are numbered in
-- the document's order, so that two equal lines stay two.
with
    lines as (
        select *
        from {{ ref("stg_amazon_sp__all_orders_by_order_date") }}
        {% if by_slices() %} where load_id = any(array(select distinct load_id from _orders)) {% endif %}
        union all
        select *
        from {{ ref("stg_amazon_sp__all_orders_by_last_update") }}
        {% if by_slices() %} where load_id = any(array(select distinct load_id from _orders)) {% endif %}
    ),
    current_lines as (
        select
            l.*,
            row_number() over (
                partition by l.account_id, l.amazon_order_id, l.store_id, l.sku order by l.row_seq
            )::integer as line_number,
            {{ is_cancelled_line("l") }} as is_cancelled
        from lines as l
        inner join
            {% if by_slices() %} _orders as o
            {% else %} {{ ref("int_orders_current") }} as o
            {% endif %}
            on l.account_id = o.account_id
            and l.amazon_order_id = o.amazon_order_id
            and l.load_id = o.load_id
    )
select
    store_id,
    tenant_id,
    amazon_order_id,
    sku,
    line_number,
    date,
    purchased_at,
    last_updated_at,
    order_status,
    item_status,
    fulfillment_channel,
    sales_channel,
    asin,
    product_name,
    units,
    currency,
    item_price_amount,
    item_tax_amount,
    shipping_price_amount,
    shipping_tax_amount,
    gift_wrap_price_amount,
    gift_wrap_tax_amount,
    item_promotion_discount_amount,
    ship_promotion_discount_amount,
    promotion_ids,
    is_business_order,
    not is_cancelled
    and not is_multi_channel
    and coalesce(item_price_amount = 0, false)
    and promotion_ids is null as is_replacement,
    is_multi_channel,
    ship_country
from current_lines
