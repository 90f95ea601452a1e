-- One row per store, instant, SKU and condition (SELLABLE or UNSELLABLE).
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.seller_sku, '') as sku,
    {{ as_text("r.fulfillment_channel_sku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.condition_type") }} as condition,
    {{ as_text("r.warehouse_condition_code") }} as warehouse_condition,
    {{ as_integer("r.quantity_available") }} as quantity
from {{ source("amazon_sp", "afn_inventory") }} as r
inner join {{ current_loads("amazon_sp.afn_inventory") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
