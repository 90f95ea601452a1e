{{
    config(
        meta={"slice": ["store_id", "amazon_order_id"], "opens": "open_orders", "reports": "orders"},
        indexes=[
            {"columns": ["store_id", "amazon_order_id", "sku", "line_number"], "unique": true},
            {"columns": ["store_id", "date"]},
        ],
    )
}}
-- The lines of each order as its newest delivery has them. An order is replaced as a whole; its lines are numbered in
-- the document's order, so that two equal lines stay two.
with
    lines as (
        select *
        from {{ sliced(ref("stg_amazon_sp__all_orders_by_order_date"), keys=["load_id"], within="_orders") }} as s
        union all
        select *
        from {{ sliced(ref("stg_amazon_sp__all_orders_by_last_update"), keys=["load_id"], within="_orders") }} as s
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
            {{ opened("_orders", otherwise=ref("int_orders_current")) }} as o
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
