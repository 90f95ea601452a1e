-- By how many percent a competitor's price lies below its highest of the days before.
with pages as (
    select
        asin, date, title, price_amount, currency,
        max(price_amount) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and interval '1 day' preceding
        ) as before
    from marts.competitor_daily
    where store_id = %(store_id)s and not is_own and price_amount > 0
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, round(100 * (before - price_amount) / before, 6) as value,
    jsonb_build_object('price', price_amount, 'price_before', before) as facts, currency
from pages
where before is not null and date >= %(first)s
