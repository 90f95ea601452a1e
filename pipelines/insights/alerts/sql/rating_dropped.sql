-- By how many stars the rating of an own page lies below its best of the window.
with pages as (
    select
        asin, date, title, stars,
        max(stars) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and current row
        ) as before
    from marts.competitor_daily
    where store_id = %(store_id)s and is_own and stars is not null
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, before - stars as value,
    jsonb_build_object('stars', stars, 'stars_before', before) as facts, null as currency
from pages
where date >= %(first)s
