-- Units of sale lines by purchase day, free replacements included.
select
    i.store_id,
    i.date,
    i.sku,
    s.currency as reporting_currency,
    coalesce(s.cost_method, 'period') as cost_method,
    sum(i.units)::bigint as units,
    coalesce(sum(i.units) filter (where i.fulfillment_channel = 'Merchant'), 0)::bigint as merchant_units
from {{ sliced(ref("order_items"), within="_cost_days") }} as i
left join {{ ref("int_cost_stores") }} as s on i.store_id = s.store_id
where {{ is_sale_line("i") }}
group by i.store_id, i.date, i.sku, s.currency, s.cost_method
having sum(i.units) > 0
