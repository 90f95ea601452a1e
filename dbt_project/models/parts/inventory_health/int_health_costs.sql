-- The newest cost of each SKU that is known on the day of its stock; of lead times those that can be one.
select distinct
    on (c.store_id, c.sku)
    c.store_id,
    c.sku,
    c.unit_cost_amount,
    c.currency,
    case when c.lead_time_days between 0 and 3650 then c.lead_time_days end as lead_time_days
from {{ ref("stg_manual__product_costs") }} as c
inner join
    {{ ref("int_health_stock") }} as p on c.store_id = p.store_id and c.sku = p.sku and c.valid_from <= p.as_of_date
order by c.store_id asc, c.sku asc, c.valid_from desc
