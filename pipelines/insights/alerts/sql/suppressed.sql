-- Units of a SKU that only the report of all SKUs has: it has no listing that sells. What Amazon calls stranded has an
-- alert of its own, which tells why.
select
    h.sku as subject, h.sku as product, p.title as name, h.as_of_date as date,
    case when h.is_suppressed and coalesce(h.stranded_quantity, 0) = 0 then h.fulfillable_quantity + h.reserved_quantity
        else 0 end::numeric as value,
    '{}'::jsonb as facts, null as currency
from marts.inventory_health as h
left join marts.products as p on p.store_id = h.store_id and p.sku = h.sku
where h.store_id = %(store_id)s and h.as_of_date between %(first)s and %(last)s
