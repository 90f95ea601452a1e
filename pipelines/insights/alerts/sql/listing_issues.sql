-- What is wrong with a listing since Amazon's newest message: what Amazon enforces, and one more for an error.
select
    m.subject, m.subject as product, p.title as name, d.day::date as date,
    (jsonb_array_length(m.facts -> 'enforcement_actions') + (m.facts ->> 'has_errors')::boolean::int)::numeric as value,
    jsonb_build_object('actions', a.actions) as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.subject) n.* from known as n
    where n.store_id = %(store_id)s and n.about = 'listing_issues' and n.date <= d.day
    order by n.subject, n.happened_at desc, n.notification_id desc
) as m
cross join lateral (
    select string_agg(each, ', ') as actions from jsonb_array_elements_text(m.facts -> 'enforcement_actions') as each
) as a
left join marts.products as p on p.store_id = m.store_id and p.sku = m.subject
