-- Days that the units last at the pace at which they sell.
select
    h.sku as subject, h.sku as product, p.title as name, h.as_of_date as date, h.days_of_cover as value,
    jsonb_build_object('units_too_many', h.overstock_quantity) as facts, null as currency
from marts.inventory_health as h
left join marts.products as p on p.store_id = h.store_id and p.sku = h.sku
where h.store_id = %(store_id)s and h.as_of_date between %(first)s and %(last)s
    and h.days_of_cover is not null and h.overstock_quantity >= %(least_units)s
