-- One row per store and line of its newest file, which is the whole list of batches: `line_number` counts them in the
-- file's order. Two equal lines are two batches.
select
    r.load_id,
    n.store_id,
    n.tenant_id,
    (row_number() over (partition by n.store_id order by r.row_seq))::integer as line_number,
    {{ user_sku("r.sku") }} as sku,
    {{ as_user_date("r.received_on") }} as received_on,
    {{ as_integer("r.quantity") }} as units,
    {{ as_user_numeric("r.unit_cost") }} as unit_cost_amount,
    {{ as_text("upper(btrim(r.currency))") }} as currency
from {{ source("manual", "cost_batches") }} as r
inner join
    (
        select distinct on (s.store_id) s.store_id, s.tenant_id, l.load_id
        from {{ current_loads("manual.cost_batches") }} as l
        inner join ops.stores as s on l.scope_id = s.store_id
        order by s.store_id, l.instant desc nulls last, l.load_id desc
    ) as n
    on r.load_id = n.load_id
