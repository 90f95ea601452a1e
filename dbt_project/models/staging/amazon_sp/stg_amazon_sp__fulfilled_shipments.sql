-- One row per shipped order line and parcel, on the marketplace day on which it left. Discounts are negative here,
-- unlike in the order reports. `buyer_key` is the same for the same buyer: a keyed hash, unless the tenant keeps
-- personal data.
select
    r.load_id,
    a.account_id,
    {{ store_id_of("s", "a", channel_meant("r.sales_channel")) }} as store_id,
    {{ is_multi_channel("r.sales_channel", "r.amazon_order_id") }} as is_multi_channel,
    a.tenant_id,
    l.day as date,
    {{ as_text("r.amazon_order_id") }} as amazon_order_id,
    {{ as_text("r.merchant_order_id") }} as merchant_order_id,
    {{ as_text("r.shipment_id") }} as shipment_id,
    {{ as_text("r.shipment_item_id") }} as shipment_item_id,
    {{ as_text("r.amazon_order_item_id") }} as order_item_id,
    {{ as_text("r.merchant_order_item_id") }} as merchant_order_item_id,
    {{ as_timestamp("r.purchase_date") }} as purchased_at,
    {{ as_timestamp("r.payments_date") }} as paid_at,
    {{ as_timestamp("r.shipment_date") }} as shipped_at,
    {{ as_timestamp("r.reporting_date") }} as reported_at,
    {{ as_timestamp("r.estimated_arrival_date") }} as estimated_arrival_at,
    {{ as_text("r.buyer_email") }} as buyer_key,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_integer("r.quantity_shipped") }} as units,
    {{ as_text("r.currency") }} as currency,
    {{ as_numeric("r.item_price") }} as item_price_amount,
    {{ as_numeric("r.item_tax") }} as item_tax_amount,
    {{ as_numeric("r.shipping_price") }} as shipping_price_amount,
    {{ as_numeric("r.shipping_tax") }} as shipping_tax_amount,
    {{ as_numeric("r.gift_wrap_price") }} as gift_wrap_price_amount,
    {{ as_numeric("r.gift_wrap_tax") }} as gift_wrap_tax_amount,
    {{ as_numeric("r.item_promotion_discount") }} as item_promotion_discount_amount,
    {{ as_numeric("r.ship_promotion_discount") }} as ship_promotion_discount_amount,
    {{ as_integer("r.points_granted") }} as points_granted,
    {{ as_text("r.ship_service_level") }} as ship_service_level,
    {{ as_text("r.ship_state") }} as ship_state,
    {{ as_text("r.ship_country") }} as ship_country,
    {{ as_text("r.bill_country") }} as bill_country,
    {{ as_text("r.carrier") }} as carrier,
    {{ as_text("r.tracking_number") }} as tracking_number,
    {{ as_text("r.fulfillment_center_id") }} as fulfillment_center_id,
    {{ as_text("r.fulfillment_channel") }} as fulfillment_channel,
    {{ as_text("r.sales_channel") }} as sales_channel
from {{ source("amazon_sp", "fulfilled_shipments") }} as r
inner join
    (
        select c.*, d.store_id as imported_into
        from {{ current_loads("amazon_sp.fulfilled_shipments") }} as c
        inner join ops.loads as d on c.load_id = d.load_id
    ) as l
    on r.load_id = l.load_id
inner join
    {{ accounts() }} as a
    on l.scope_id = a.account_id
    and l.day = {{ row_day("amazon_sp", "fulfilled_shipments", "a.time_zone") }}
    {{ join_store_of_channel("r", "amazon_order_id") }}
