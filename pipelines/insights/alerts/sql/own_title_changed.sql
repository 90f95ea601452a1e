-- 1 while the title of an own page differs from the one at the beginning of the window.
with pages as (
    select
        asin, date, title,
        first_value(title) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and current row
        ) as before
    from marts.competitor_daily
    where store_id = %(store_id)s and is_own and crawl_status = 'ok' and title is not null
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, case when title = before then 0 else 1 end::numeric as value,
    jsonb_build_object('title', title, 'title_before', before) as facts, null as currency
from pages
where date >= %(first)s
