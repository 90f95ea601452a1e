-- One row per account, day, FNSKU, SKU, disposition and country. Starting balance and movements, which are signed, give
-- the ending balance.
select
    r.load_id,
    a.account_id,
    {{ store_id_of("s", "a", "c.channel") }} as store_id,
    a.tenant_id,
    l.day as date,
    coalesce(r.msku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.title") }} as title,
    {{ as_text("r.disposition") }} as disposition,
    {{ as_text("r.location") }} as country,
    {{ as_integer("r.starting_warehouse_balance") }} as starting_quantity,
    {{ as_integer("r.in_transit_between_warehouses") }} as in_transit_quantity,
    {{ as_integer("r.receipts") }} as receipts_quantity,
    {{ as_integer("r.customer_shipments") }} as customer_shipments_quantity,
    {{ as_integer("r.customer_returns") }} as customer_returns_quantity,
    {{ as_integer("r.vendor_returns") }} as vendor_returns_quantity,
    {{ as_integer("r.warehouse_transfer_in_out") }} as warehouse_transfer_quantity,
    {{ as_integer("r.found") }} as found_quantity,
    {{ as_integer("r.lost") }} as lost_quantity,
    {{ as_integer("r.damaged") }} as damaged_quantity,
    {{ as_integer("r.disposed") }} as disposed_quantity,
    {{ as_integer("r.other_events") }} as other_events_quantity,
    {{ as_integer("r.unknown_events") }} as unknown_events_quantity,
    {{ as_integer("r.ending_warehouse_balance") }} as ending_quantity
from {{ source("amazon_sp", "ledger_summary") }} as r
inner join
    {{ current_loads("amazon_sp.ledger_summary") }} as l
    on r.load_id = l.load_id
    and l.day = {{ row_day("amazon_sp", "ledger_summary") }}
inner join {{ accounts() }} as a on l.scope_id = a.account_id
cross join lateral(select {{ channel_of_country("btrim(r.location)") }} as channel) as c
left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
