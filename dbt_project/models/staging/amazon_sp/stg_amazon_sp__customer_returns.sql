-- One row per line of the report: mostly one unit, told apart by its license plate number, which may be missing. No
-- column names the marketplace: `store_id` is the account's first store, the order tells which one it was sold in.
select
    r.load_id,
    r.row_seq,
    d.report_created_at,
    a.account_id,
    a.first_store_id as store_id,
    a.tenant_id,
    l.day as date,
    {{ as_timestamp("r.return_date") }} as returned_at,
    {{ as_text("r.order_id") }} as amazon_order_id,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_integer("r.quantity") }} as units,
    {{ as_text("r.fulfillment_center_id") }} as fulfillment_center_id,
    {{ as_text("r.detailed_disposition") }} as disposition,
    {{ as_text("r.reason") }} as reason,
    {{ as_text("r.status") }} as status,
    {{ as_text("r.license_plate_number") }} as license_plate_number
from {{ source("amazon_sp", "customer_returns") }} as r
inner join {{ current_loads("amazon_sp.customer_returns") }} as l on r.load_id = l.load_id
inner join ops.loads as d on l.load_id = d.load_id
inner join
    {{ accounts() }} as a
    on l.scope_id = a.account_id
    and l.day = {{ row_day("amazon_sp", "customer_returns", "a.time_zone") }}
