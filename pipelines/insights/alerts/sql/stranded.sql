-- Units that lie at Amazon without a listing.
select
    h.sku as subject, h.sku as product, p.title as name, h.as_of_date as date,
    coalesce(h.stranded_quantity, 0)::numeric as value,
    jsonb_build_object('reason', h.stranded_reason) as facts, null as currency
from marts.inventory_health as h
left join marts.products as p on p.store_id = h.store_id and p.sku = h.sku
where h.store_id = %(store_id)s and h.as_of_date between %(first)s and %(last)s
