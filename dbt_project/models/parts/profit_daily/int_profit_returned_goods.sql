-- Goods that buyers sent back to Amazon fit for sale: what a unit cost on the SKU's last day of sales up to the
-- return, if the cost of all units of that day is known.
select
    r.store_id,
    r.tenant_id,
    r.date,
    r.sku,
    null as currency,
    'returned_goods' as part,
    round(r.units * c.cost_amount / c.units, 4) as amount
from
    (
        select d.store_id, d.tenant_id, d.date, d.sku, sum(d.fba_units) as units
        from {{ sliced(ref("returns_daily")) }} as d
        where {{ is_sellable_return("d") }}
        group by d.store_id, d.tenant_id, d.date, d.sku
    ) as r
cross join
    lateral(
        select g.cost_amount, g.units, g.units_without_cost
        from {{ ref("int_costs_of_goods") }} as g
        where g.store_id = r.store_id and g.sku = r.sku and g.date <= r.date
        order by g.date desc
        limit 1
    ) as c
where c.units_without_cost = 0
