-- One row per store, instant and SKU: each instant that points at a load has all of its rows. `open_date` is written
-- differently in every marketplace and stays text.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.seller_sku, '') as sku,
    {{ as_text("r.asin1") }} as asin,
    {{ as_text("r.item_name") }} as item_name,
    {{ as_text("r.item_description") }} as item_description,
    {{ as_text("r.listing_id") }} as listing_id,
    {{ as_numeric("r.price") }} as price_amount,
    {{ as_numeric("r.business_price") }} as business_price_amount,
    s.currency,
    {{ as_integer("r.quantity") }} as quantity,
    {{ as_integer("r.pending_quantity") }} as pending_quantity,
    {{ as_integer("r.minimum_order_quantity") }} as minimum_order_quantity,
    {{ as_text("r.open_date") }} as open_date,
    {{ as_text("r.product_id_type") }} as product_id_type,
    {{ as_text("r.product_id") }} as product_id,
    {{ as_text("r.item_condition") }} as item_condition,
    {{ as_text("r.item_note") }} as item_note,
    {{ as_text("r.fulfillment_channel") }} as fulfillment_channel,
    {{ as_text("r.merchant_shipping_group") }} as merchant_shipping_group,
    {{ listing_status("r.status") }} as status
from {{ source("amazon_sp", "merchant_listings") }} as r
inner join {{ current_loads("amazon_sp.merchant_listings") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
