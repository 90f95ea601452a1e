-- One row per line of the report: an event of a day, with its signed units. Lines have no key and may be equal.
select
    r.load_id,
    r.row_seq,
    a.account_id,
    {{ store_id_of("s", "a", "c.channel") }} as store_id,
    a.tenant_id,
    l.day as date,
    coalesce(r.msku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.title") }} as title,
    {{ as_text("r.event_type") }} as event_type,
    {{ as_text("r.reference_id") }} as reference_id,
    {{ as_integer("r.quantity") }} as quantity,
    {{ as_text("r.fulfillment_center") }} as fulfillment_center,
    {{ as_text("r.disposition") }} as disposition,
    {{ as_text("r.reason") }} as reason,
    {{ as_text("r.country") }} as country,
    {{ as_integer("r.reconciled_quantity") }} as reconciled_quantity,
    {{ as_integer("r.unreconciled_quantity") }} as unreconciled_quantity,
    {{ as_timestamp("r.date_and_time") }} as occurred_at
from {{ source("amazon_sp", "ledger_detail") }} as r
inner join
    {{ current_loads("amazon_sp.ledger_detail") }} as l
    on r.load_id = l.load_id
    and l.day = {{ row_day("amazon_sp", "ledger_detail") }}
inner join {{ accounts() }} as a on l.scope_id = a.account_id
cross join lateral(select {{ channel_of_country("btrim(r.country)") }} as channel) as c
left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
