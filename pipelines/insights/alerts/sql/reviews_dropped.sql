-- By how many ratings an own page has fewer than at most in the window: Amazon has taken some away.
with pages as (
    select
        asin, date, title, reviews_count,
        max(reviews_count) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and current row
        ) as before
    from marts.competitor_daily
    where store_id = %(store_id)s and is_own and reviews_count is not null
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, (before - reviews_count)::numeric as value,
    jsonb_build_object('ratings', reviews_count, 'ratings_before', before) as facts, null as currency
from pages
where date >= %(first)s
