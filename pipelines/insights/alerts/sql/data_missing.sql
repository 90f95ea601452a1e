-- Days of the window that should be here and are not, by feed. What cannot be had any more is no news, and what Amazon
-- refuses has an alert of its own.
select
    feed as subject, null as product, null as name, %(last)s::date as date,
    (count(*) filter (where state in ('failed', 'quarantined', 'missing')))::numeric as value,
    jsonb_build_object('reason', max(reason) filter (where state in ('failed', 'quarantined', 'missing'))) as facts,
    null as currency
from marts.data_coverage
where store_id = %(store_id)s and date > %(last)s::date - %(window_days)s::int and date <= %(last)s
group by feed
