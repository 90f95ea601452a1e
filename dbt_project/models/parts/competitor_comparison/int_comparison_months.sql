-- Days of the last 30 on which both products of a pair have a price.
select
    p.store_id,
    p.own_asin,
    p.competitor_asin,
    count(*)::integer as compared,
    count(*) filter (where c.price_amount < o.price_amount)::integer as cheaper
from {{ ref("int_comparison_pairs") }} as p
inner join
    {{ ref("competitor_daily") }} as o
    on p.store_id = o.store_id
    and p.own_asin = o.asin
    and o.date > p.today - 30
    and o.price_amount is not null
inner join
    {{ ref("competitor_daily") }} as c
    on p.store_id = c.store_id
    and p.competitor_asin = c.asin
    and o.date = c.date
    and c.price_amount is not null
group by p.store_id, p.own_asin, p.competitor_asin
