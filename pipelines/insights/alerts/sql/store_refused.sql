-- Days of the window that the source refuses, by feed: a role is missing, or a token is no longer good.
select
    feed as subject, null as product, null as name, %(last)s::date as date,
    (count(*) filter (where state = 'refused'))::numeric as value,
    jsonb_build_object('reason', max(reason) filter (where state = 'refused')) as facts, null as currency
from marts.data_coverage
where store_id = %(store_id)s and date > %(last)s::date - %(window_days)s::int and date <= %(last)s
group by feed
