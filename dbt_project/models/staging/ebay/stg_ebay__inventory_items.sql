-- One row per seller, instant and inventory item: what may be ordered of it, over all its offers.
select
    r.load_id,
    h.shop_id as store_id,
    h.tenant_id,
    l.day as date,
    l.instant,
    r.item ->> 'sku' as sku,
    {{ as_text("r.item -> 'product' ->> 'title'") }} as title,
    -- where a product has none, sellers have to write a sentence: "Does not apply"
    (
        select e.code
        from
            jsonb_array_elements_text(
                coalesce(r.item -> 'product' -> 'ean', '[]')
                || coalesce(r.item -> 'product' -> 'upc', '[]')
                || coalesce(r.item -> 'product' -> 'isbn', '[]')
            )
        with ordinality as e(code, number)
        where e.code ~ '^[0-9Xx-]{8,17}$'
        order by e.number
        limit 1
    ) as barcode,
    {{ as_text("r.item ->> 'condition'") }} as condition,
    {{ as_integer("r.item -> 'availability' -> 'shipToLocationAvailability' ->> 'quantity'") }} as quantity
from {{ source("ebay", "inventory_items") }} as r
inner join {{ current_loads("ebay.inventory_items") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
