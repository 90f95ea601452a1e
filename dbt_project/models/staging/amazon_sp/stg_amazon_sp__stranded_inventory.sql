-- One row per store, instant and SKU that lies at Amazon and cannot be sold there.
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
    {{ as_text("r.condition") }} as condition,
    {{ as_text("r.fulfilled_by") }} as fulfilled_by,
    {{ as_text("r.stranded_reason") }} as stranded_reason,
    {{ as_text("r.primary_action") }} as primary_action,
    {{ as_text("r.status_primary") }} as status_primary,
    {{ as_text("r.status_secondary") }} as status_secondary,
    {{ as_text("r.error_message") }} as error_message,
    {{ as_timestamp("r.date_stranded") }} as stranded_at,
    {{ as_timestamp("r.date_to_take_auto_removal") }} as auto_removal_at,
    {{ as_numeric("r.your_price") }} as your_price_amount,
    s.currency,
    {{ as_integer("r.fulfillable_qty") }} as fulfillable_quantity,
    {{ as_integer("r.unfulfillable_qty") }} as unfulfillable_quantity,
    {{ as_integer("r.reserved_quantity") }} as reserved_quantity,
    {{ as_integer("r.inbound_shipped_qty") }} as inbound_shipped_quantity,
    {{ as_text("r.program") }} as program
from {{ source("amazon_sp", "stranded_inventory") }} as r
inner join {{ current_loads("amazon_sp.stranded_inventory") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
