-- What units older than 180 days will cost at the next monthly charge.
select
    h.sku as subject, h.sku as product, p.title as name, h.planning_date as date, h.aged_surcharge_amount as value,
    jsonb_build_object('old_units', h.age_181_270_quantity + h.age_271_365_quantity + h.age_over_365_quantity) as facts,
    h.aged_surcharge_currency as currency
from marts.inventory_health as h
left join marts.products as p on p.store_id = h.store_id and p.sku = h.sku
where h.store_id = %(store_id)s and h.planning_date between %(first)s and %(last)s
    and h.aged_surcharge_amount is not null
