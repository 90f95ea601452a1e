-- One row per parcel and line of a removal order, by the day on which the removal was requested. What was disposed of
-- or cancelled is not here. No column names the marketplace: `store_id` is the account's first store, the order tells
-- which one it is about.
select
    r.load_id,
    a.account_id,
    a.first_store_id as store_id,
    a.tenant_id,
    l.day as date,
    {{ as_timestamp("r.request_date") }} as requested_at,
    {{ as_text("r.order_id") }} as removal_order_id,
    {{ as_timestamp("r.shipment_date") }} as shipped_at,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.disposition") }} as disposition,
    {{ as_integer("r.shipped_quantity") }} as shipped_quantity,
    {{ as_text("r.carrier") }} as carrier,
    {{ as_text("r.tracking_number") }} as tracking_number,
    {{ as_text("r.removal_order_type") }} as order_type
from {{ source("amazon_sp", "removal_shipments") }} as r
inner join {{ current_loads("amazon_sp.removal_shipments") }} as l on r.load_id = l.load_id
inner join
    {{ accounts() }} as a
    on l.scope_id = a.account_id
    and l.day = {{ row_day("amazon_sp", "removal_shipments", "a.time_zone") }}
