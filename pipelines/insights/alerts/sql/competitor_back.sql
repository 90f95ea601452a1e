-- Days of the window on which a competitor could not be bought, while it can be now.
with pages as (
    select
        asin, date, title, in_stock, price_amount, currency,
        count(*) filter (where not in_stock) over (
            partition by asin order by date
            range between make_interval(days => %(window_days)s::int) preceding and interval '1 day' preceding
        ) as days_out
    from marts.competitor_daily
    where store_id = %(store_id)s and not is_own and crawl_status = 'ok' and in_stock is not null
        and date between %(first)s::date - %(window_days)s::int and %(last)s
)
select
    asin as subject, asin as product, title as name, date, case when in_stock then days_out else 0 end::numeric as value,
    jsonb_build_object('price', price_amount) as facts, currency
from pages
where date >= %(first)s
