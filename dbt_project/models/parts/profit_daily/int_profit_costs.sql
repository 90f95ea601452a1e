-- What the goods sold cost, and what sending them cost.
select c.store_id, null as tenant_id, c.date, c.sku, null as currency, v.part, v.amount
from {{ sliced(ref("int_costs_of_goods")) }} as c
cross join
    lateral(
        values
            ('cost_of_goods', - c.cost_amount),
            ('own_shipping', - c.shipping_cost_amount),
            ('units_without_cost', c.units_without_cost)
    ) as v(part, amount)
