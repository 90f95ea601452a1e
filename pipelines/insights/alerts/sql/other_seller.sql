-- 1 on days on which another than the usual seller has the buy box of an own page; who is usual has had it on most of
-- the store's own pages.
with pages as (
    select asin, date, title, seller_name from marts.competitor_daily
    where store_id = %(store_id)s and is_own and crawl_status = 'ok' and seller_name is not null
        and date between %(first)s::date - %(window_days)s::int and %(last)s
),
usual as (
    select seller_name from pages group by seller_name order by count(*) desc, seller_name limit 1
)
select
    p.asin as subject, p.asin as product, p.title as name, p.date,
    case when p.seller_name = u.seller_name then 0 else 1 end::numeric as value,
    jsonb_build_object('seller', p.seller_name, 'usual_seller', u.seller_name) as facts, null as currency
from pages as p cross join usual as u
where p.date >= %(first)s
