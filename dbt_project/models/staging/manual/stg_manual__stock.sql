-- One row per store, location and SKU of its newest file, which is the whole list. Of two equal lines the later counts.
-- A line without a time of its own is as old as its file; one without a location lies in the only one there is.
select distinct
    on (n.store_id, {{ user_sku("r.sku") }}, coalesce({{ as_text("btrim(r.location)") }}, 'main'))
    r.load_id,
    n.store_id,
    n.tenant_id,
    {{ user_sku("r.sku") }} as sku,
    coalesce({{ as_text("btrim(r.location)") }}, 'main') as location,
    {{ as_integer("r.on_hand") }} as on_hand_quantity,
    coalesce({{ as_timestamp("btrim(r.as_of)") }}, n.instant) as as_of
from {{ source("manual", "stock") }} as r
inner join
    (
        select distinct on (s.store_id) s.store_id, s.tenant_id, l.load_id, l.instant
        from {{ current_loads("manual.stock") }} as l
        inner join ops.stores as s on l.scope_id = s.store_id
        order by s.store_id, l.instant desc nulls last, l.load_id desc
    ) as n
    on r.load_id = n.load_id
order by n.store_id, {{ user_sku("r.sku") }}, coalesce({{ as_text("btrim(r.location)") }}, 'main'), r.row_seq desc
