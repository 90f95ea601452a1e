-- The pairs to compare. Today is the last day of which the store has a page.
select s.tenant_id, s.marketplace_id, s.currency, s.today, p.*
from {{ ref("int_competitor_pairs") }} as p
inner join
    (
        select s.store_id, s.tenant_id, s.marketplace_id, s.currency, d.today
        from {{ sliced(ref("int_stores")) }} as s
        cross join
            lateral(
                select max(c.date) as today from {{ ref("competitor_daily") }} as c where c.store_id = s.store_id
            ) as d
    ) as s
    on p.store_id = s.store_id
