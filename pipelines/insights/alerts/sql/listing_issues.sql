-- What is wrong with a listing since Amazon's newest message: what Amazon enforces, and one more for an error.
select
    m.sku as subject, m.sku as product, p.title as name, d.day::date as date,
    (cardinality(m.enforcement_actions) + m.has_errors::int)::numeric as value,
    jsonb_build_object('actions', nullif(array_to_string(m.enforcement_actions, ', '), '')) as facts, null as currency
from generate_series(%(first)s::date, %(last)s::date, '1 day') as d (day)
cross join lateral (
    select distinct on (n.sku) n.* from staging.stg_amazon_sp__listing_issue_changes as n
    where n.store_id = %(store_id)s and n.date <= d.day order by n.sku, n.happened_at desc, n.notification_id desc
) as m
left join marts.products as p on p.store_id = m.store_id and p.sku = m.sku
