-- The batches of stores that count by batches, as far as their cost is known in the store's currency.
select
    b.store_id,
    b.sku,
    b.received_on,
    b.units,
    b.unit_cost_amount * fx.rate as unit_cost,
    sum(b.units) over (partition by b.store_id, b.sku order by b.received_on, b.line_number) as upto
from
    (
        select c.*, s.currency as reporting_currency
        from {{ ref("stg_manual__cost_batches") }} as c
        inner join {{ ref("int_cost_stores") }} as s on c.store_id = s.store_id and s.cost_method <> 'period'
        where c.units > 0 and c.unit_cost_amount is not null and c.received_on is not null
    ) as b {{ join_rate("b", "b.received_on") }}
where fx.rate is not null
