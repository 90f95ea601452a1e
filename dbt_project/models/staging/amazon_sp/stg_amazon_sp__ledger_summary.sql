-- One row per account, day, FNSKU, SKU, disposition and country.
select
    r.load_id,
    a.account_id,
    {{ store_id_of("s", "a", "c.channel") }} as store_id,
    a.tenant_id,
    l.day as date,
    coalesce(r.msku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.disposition") }} as disposition,
    {{ as_text("r.location") }} as country,
    {{ as_integer("r.starting_warehouse_balance") }} as starting_quantity,
    {{ as_integer("r.ending_warehouse_balance") }} as ending_quantity
from {{ source("amazon_sp", "ledger_summary") }} as r
inner join
    {{ current_loads("amazon_sp.ledger_summary") }} as l
    on r.load_id = l.load_id
    and l.day = coalesce({{ as_us_date("r.date") }}, {{ as_date("r.date") }})
inner join {{ accounts() }} as a on l.scope_id = a.account_id
cross join lateral(select {{ channel_of_country("btrim(r.location)") }} as channel) as c
left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
