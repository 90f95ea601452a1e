-- One row per shop, instant and variant: each instant that points at a load has all of its rows.
select
    r.load_id,
    h.shop_id as store_id,
    h.tenant_id,
    l.day as date,
    l.instant,
    r.item ->> 'id' as variant_id,
    r.item -> 'product' ->> 'id' as product_id,
    r.item -> 'inventoryItem' ->> 'id' as inventory_item_id,
    coalesce(r.item ->> 'sku', '') as sku,
    {{ as_text("btrim(r.item ->> 'barcode')") }} as barcode,
    {{ as_text("r.item -> 'product' ->> 'title'") }} as product_title,
    {{ as_text("r.item ->> 'title'") }} as variant_title,
    {{ as_text("r.item -> 'product' ->> 'status'") }} as product_status,
    {{ as_boolean("r.item -> 'inventoryItem' ->> 'tracked'") }} as is_tracked,
    {{ as_numeric("r.item ->> 'price'") }} as price_amount,
    h.currency
from {{ source("shopify", "products") }} as r
inner join {{ current_loads("shopify.products") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
