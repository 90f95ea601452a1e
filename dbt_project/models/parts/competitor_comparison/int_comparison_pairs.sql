-- The pairs to compare. Today is the last day of which the store has a page.
select s.tenant_id, s.marketplace_id, s.currency, s.today, p.store_id, p.own_asin, p.competitor_asin, p.keywords
from {{ ref("int_competitor_pairs") }} as p
inner join
    (
        select i.store_id, i.tenant_id, i.marketplace_id, i.currency, d.today
        from {{ sliced(ref("int_stores")) }} as i
        cross join
            lateral(
                select max(c.date) as today from {{ ref("competitor_daily") }} as c where c.store_id = i.store_id
            ) as d
    ) as s
    on p.store_id = s.store_id
