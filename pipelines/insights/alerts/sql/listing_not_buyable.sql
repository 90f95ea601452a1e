-- Whether a listing cannot be bought since Amazon's newest message, though there is stock as far as is known: of the SKU,
-- or else of its ASIN, or as of last night. What is out of stock has an alert of its own. A message holds until the next.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    case
        when (m.facts ->> 'is_buyable')::boolean or (m.facts ->> 'is_deleted')::boolean
            or coalesce(f.units, a.units, h.fulfillable_quantity) = 0 then 0
        else 1
    end::numeric as value,
    jsonb_build_object('since', to_char(m.date, 'YYYY-MM-DD')) as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'listing_status' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
left join lateral (
    select distinct on (n.subject) n.subject, (n.facts ->> 'fulfillable_quantity')::int as units from known as n
    where n.store_id = %(store_id)s and n.about = 'fba_availability' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as f on f.subject = m.subject
left join lateral (
    select distinct on (n.subject) n.subject, (n.facts ->> 'available_quantity')::int as units from known as n
    where n.store_id = %(store_id)s and n.about = 'asin_availability' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as a on a.subject = m.facts ->> 'asin'
left join marts.inventory_health as h on h.store_id = m.store_id and h.sku = m.subject
left join marts.products as p on p.store_id = m.store_id and p.sku = m.subject
