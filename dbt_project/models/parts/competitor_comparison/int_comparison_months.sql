-- Days of the last 30 on which both products of a pair have a price. Prices of each product are looked up by themselves
-- (offset 0 keeps it so): joined at once, the whole history would be read for these days.
with
    products as (
        select store_id, own_asin as asin, today
        from {{ ref("int_comparison_pairs") }}
        union
        select store_id, competitor_asin, today
        from {{ ref("int_comparison_pairs") }}
    ),
    prices as materialized(
        select p.store_id, p.asin, d.date, d.price_amount
        from products as p
        cross join
            lateral(
                select c.date, c.price_amount
                from {{ ref("competitor_daily") }} as c
                where
                    c.store_id = p.store_id and c.asin = p.asin and c.date > p.today - 30 and c.price_amount is not null
                order by c.date
                offset 0
            ) as d
    )
select
    p.store_id,
    p.own_asin,
    p.competitor_asin,
    count(*)::integer as compared,
    count(*) filter (where c.price_amount < o.price_amount)::integer as cheaper
from {{ ref("int_comparison_pairs") }} as p
inner join prices as o on p.store_id = o.store_id and p.own_asin = o.asin
inner join prices as c on p.store_id = c.store_id and p.competitor_asin = c.asin and o.date = c.date
group by p.store_id, p.own_asin, p.competitor_asin
