-- One row per store, instant and SKU.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_integer("r.reserved_qty") }} as reserved_quantity,
    {{ as_integer("r.reserved_customerorders") }} as reserved_customer_orders_quantity,
    {{ as_integer("r.reserved_fc_transfers") }} as reserved_fc_transfers_quantity,
    {{ as_integer("r.reserved_fc_processing") }} as reserved_fc_processing_quantity,
    {{ as_integer("r.reserved_staging") }} as reserved_staging_quantity,
    {{ as_text("r.program") }} as program
from {{ source("amazon_sp", "reserved_inventory") }} as r
inner join {{ current_loads("amazon_sp.reserved_inventory") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
