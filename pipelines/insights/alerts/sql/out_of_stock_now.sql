-- Units of a SKU that can be sold since Amazon's newest message; null, so nothing known, of SKUs without one.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    (m.facts ->> 'fulfillable_quantity')::numeric as value,
    jsonb_build_object(
        'inbound',
        (m.facts ->> 'inbound_working_quantity')::int + (m.facts ->> 'inbound_shipped_quantity')::int
            + (m.facts ->> 'inbound_receiving_quantity')::int
    ) as facts,
    null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'fba_availability' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
left join marts.products as p on p.store_id = m.store_id and p.sku = m.subject
