-- One row per account, instant and SKU: each instant that points at a load has all of its rows. `store` names the
-- marketplace (or its country) when the account has several; without it the row is the account's first store's.
select
    r.load_id,
    a.account_id,
    case when c.channel is null then a.first_store_id else {{ store_id_of("s", "a", "c.channel") }} end as store_id,
    a.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_integer("r.afn_fulfillable_quantity") }} as fulfillable_quantity,
    {{ as_integer("r.afn_reserved_quantity") }} as reserved_quantity,
    {{ as_integer("r.afn_unsellable_quantity") }} as unsellable_quantity,
    {{ as_integer("r.afn_inbound_working_quantity") }} as inbound_working_quantity,
    {{ as_integer("r.afn_inbound_shipped_quantity") }} as inbound_shipped_quantity,
    {{ as_integer("r.afn_inbound_receiving_quantity") }} as inbound_receiving_quantity,
    {{ as_integer("r.afn_total_quantity") }} as total_quantity
from {{ source("amazon_sp", "fba_myi_unsuppressed_inventory") }} as r
inner join {{ current_loads("amazon_sp.fba_myi_unsuppressed_inventory") }} as l on r.load_id = l.load_id
inner join {{ accounts() }} as a on l.scope_id = a.account_id
cross join lateral(select {{ channel_of_country("nullif(btrim(r.store), '')") }} as channel) as c
left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
