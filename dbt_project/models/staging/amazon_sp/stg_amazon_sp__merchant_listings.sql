-- One row per store, instant and SKU: each instant that points at a load has all of its rows.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.seller_sku, '') as sku,
    {{ as_text("r.asin1") }} as asin,
    {{ as_text("r.item_name") }} as item_name,
    {{ as_text("r.listing_id") }} as listing_id,
    {{ as_numeric("r.price") }} as price_amount,
    s.currency,
    {{ as_integer("r.quantity") }} as quantity,
    {{ as_text("r.fulfillment_channel") }} as fulfillment_channel,
    {{ as_text("r.status") }} as status
from {{ source("amazon_sp", "merchant_listings") }} as r
inner join {{ current_loads("amazon_sp.merchant_listings") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
