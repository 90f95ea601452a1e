-- One row per store, SKU and day from which the cost holds: what the newest file says.
select distinct
    on (s.store_id, {{ user_sku("r.sku") }}, {{ as_user_date("r.valid_from") }})
    r.load_id,
    s.store_id,
    s.tenant_id,
    {{ user_sku("r.sku") }} as sku,
    {{ as_user_date("r.valid_from") }} as valid_from,
    {{ as_user_numeric("r.unit_cost") }} as unit_cost_amount,
    {{ as_text("upper(btrim(r.currency))") }} as currency,
    {{ as_integer("r.lead_time_days") }} as lead_time_days,
    {{ as_user_numeric("r.shipping_cost") }} as shipping_cost_amount
from {{ source("manual", "product_costs") }} as r
inner join {{ current_loads("manual.product_costs") }} as l on r.load_id = l.load_id
inner join ops.stores as s on l.scope_id = s.store_id
order by
    s.store_id,
    {{ user_sku("r.sku") }},
    {{ as_user_date("r.valid_from") }},
    l.instant desc nulls last,
    r.load_id desc,
    r.row_seq desc
