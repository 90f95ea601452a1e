-- Units returned of a SKU against what the store's returns would let expect: (returned - expected) / sqrt(expected), as
-- rare events vary by the root of their number (Poisson). The day is the last one of which returns are known.
with known as (
    select max(date) as date from marts.data_coverage
    where store_id = %(store_id)s and feed = 'amazon_sp.customer_returns' and state in ('loaded', 'empty')
        and date <= %(last)s
),
returned as (
    select r.sku, sum(r.units) as base, sum(r.units) filter (where r.date > k.date - %(window_days)s::int) as units
    from marts.returns_daily as r cross join known as k
    where r.store_id = %(store_id)s and r.date > k.date - %(base_days)s::int and r.date <= k.date
    group by r.sku
),
sold as (
    select s.sku, sum(s.units) as base, sum(s.units) filter (where s.date > k.date - %(window_days)s::int) as units
    from marts.sales_daily as s cross join known as k
    where s.store_id = %(store_id)s and s.date > k.date - %(base_days)s::int and s.date <= k.date
    group by s.sku
),
rate as (
    select (select sum(base) from returned)::numeric / nullif((select sum(base) from sold), 0) as share
)
select
    s.sku as subject, s.sku as product, p.title as name, k.date,
    case when coalesce(r.units, 0) < %(least_units)s then 0
        else round((r.units - s.units * rate.share) / sqrt(s.units * rate.share), 2) end as value,
    jsonb_build_object('units_returned', coalesce(r.units, 0), 'expected', round(s.units * rate.share, 1)) as facts,
    null as currency
from sold as s
cross join known as k
cross join rate
left join returned as r on r.sku = s.sku
left join marts.products as p on p.store_id = %(store_id)s and p.sku = s.sku
where k.date >= %(first)s and s.units * rate.share > 0
