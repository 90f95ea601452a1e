-- By how many percent the price on an own page differs from the one at the beginning of the window.
with pages as (
    select
        asin, date, title, price_amount, currency,
        first_value(price_amount) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and current row
        ) as before
    from marts.competitor_daily
    where store_id = %(store_id)s and is_own and price_amount > 0
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, round(100 * abs(price_amount - before) / before, 6) as value,
    jsonb_build_object('price', price_amount, 'price_before', before) as facts, currency
from pages
where date >= %(first)s
