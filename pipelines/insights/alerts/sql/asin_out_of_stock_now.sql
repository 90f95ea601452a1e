-- Units of an ASIN that can be sold since the newest hour of which Amazon tells. Where it tells of SKUs too, these have
-- alerts of their own (out_of_stock_now), and the ASIN counts as one that has something.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    case
        when f.asin is not null then greatest((m.facts ->> 'available_quantity')::numeric, 1)
        else (m.facts ->> 'available_quantity')::numeric
    end as value,
    null::jsonb as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'asin_availability' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
left join lateral (
    select distinct n.facts ->> 'asin' as asin from known as n
    where n.store_id = %(store_id)s and n.about = 'fba_availability' and n.date <= d.day
) as f on f.asin = m.subject
left join lateral (
    select max(each.title) as title from marts.products as each
    where each.store_id = m.store_id and each.asin = m.subject
) as p on true
