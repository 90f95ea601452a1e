-- 1 on days on which a competitor's page was read and showed nothing to buy.
select
    asin as subject, asin as product, title as name, date, case when in_stock then 0 else 1 end::numeric as value,
    '{}'::jsonb as facts, currency
from marts.competitor_daily
where store_id = %(store_id)s and not is_own and crawl_status = 'ok' and in_stock is not null
    and date between %(first)s and %(last)s
