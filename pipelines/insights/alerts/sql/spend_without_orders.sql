-- Clicks on search terms of which chance does not explain that they brought no order; of terms that no longer are so, 0.
with newest as (
    select max(window_end) as date from marts.ads_negative_candidates where store_id = %(store_id)s
)
select
    t.term as subject, null as product, null as name, n.date, coalesce(c.clicks, 0)::numeric as value,
    jsonb_build_object('cost', c.cost, 'expected_orders', c.expected_orders) as facts, c.currency
from newest as n
cross join lateral (
    select search_term as term from marts.ads_negative_candidates where store_id = %(store_id)s
    union
    select unnest(%(open)s::text[])
) as t
left join marts.ads_negative_candidates as c on c.store_id = %(store_id)s and c.search_term = t.term
where n.date between %(first)s and %(last)s
