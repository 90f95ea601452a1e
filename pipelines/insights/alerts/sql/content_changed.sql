-- 1 for some days after Amazon has told that the content of a page of our brand changed; then 0, until nothing of it is
-- read any more (incidents.py: FORGET_AFTER).
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    case when d.day::date - m.date < %(window_days)s then 1 else 0 end::numeric as value,
    jsonb_build_object('brand', m.facts -> 'brand', 'changed', a.changed) as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'content' and n.date <= d.day
        and n.date > d.day::date - %(window_days)s::int - 30
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
cross join lateral (
    select string_agg(each, ', ') as changed from jsonb_array_elements_text(m.facts -> 'attributes') as each
) as a
left join lateral (
    select max(each.title) as title from marts.products as each
    where each.store_id = m.store_id and each.asin = m.subject
) as p on true
