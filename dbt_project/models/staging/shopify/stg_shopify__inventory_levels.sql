-- One row per shop, instant, location and item: what the shop shows of it there.
select
    r.load_id,
    h.shop_id as store_id,
    h.tenant_id,
    l.day as date,
    l.instant,
    r.item -> 'location' ->> 'id' as location_id,
    {{ as_text("r.item -> 'location' ->> 'name'") }} as location_name,
    {{ as_boolean("r.item -> 'location' ->> 'isActive'") }} as is_active,
    r.item -> 'item' ->> 'id' as inventory_item_id,
    coalesce(r.item -> 'item' ->> 'sku', '') as sku,
    q.available_quantity,
    q.on_hand_quantity,
    q.committed_quantity,
    {{ as_timestamp("r.item ->> 'updatedAt'") }} as updated_at
from {{ source("shopify", "inventory_levels") }} as r
inner join {{ current_loads("shopify.inventory_levels") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
cross join
    lateral(
        select
            max({{ as_integer("e ->> 'quantity'") }}) filter (where e ->> 'name' = 'available') as available_quantity,
            max({{ as_integer("e ->> 'quantity'") }}) filter (where e ->> 'name' = 'on_hand') as on_hand_quantity,
            max({{ as_integer("e ->> 'quantity'") }}) filter (where e ->> 'name' = 'committed') as committed_quantity
        from jsonb_array_elements(r.item -> 'quantities') as e
    ) as q
