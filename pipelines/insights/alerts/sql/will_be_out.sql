-- By how many days the cover, with what is inbound, outlasts the lead time; what is out already has an alert of its own.
select
    h.sku as subject, h.sku as product, p.title as name, h.as_of_date as date,
    h.days_of_cover_with_inbound - coalesce(h.lead_time_days, %(lead_time_days)s) as value,
    jsonb_build_object('days_of_cover', h.days_of_cover_with_inbound,
        'lead_time', coalesce(h.lead_time_days, %(lead_time_days)s), 'units_to_order', h.reorder_quantity) as facts,
    null as currency
from marts.inventory_health as h
left join marts.products as p on p.store_id = h.store_id and p.sku = h.sku
where h.store_id = %(store_id)s and h.as_of_date between %(first)s and %(last)s
    and not h.is_suppressed and h.fulfillable_quantity > 0 and h.days_of_cover_with_inbound is not null
