-- One row per line of a removal order: a SKU in one disposition. No column names the marketplace: `store_id` is the
-- account's first store with the currency, and the account's first store where a line has none, as before its fee.
select
    r.load_id,
    a.account_id,
    case
        when {{ as_text("r.currency") }} is null
        then a.first_store_id
        else coalesce(c.store_id, 'unmapped:' || a.seller_id || ':')
    end as store_id,
    a.tenant_id,
    l.day as date,
    {{ as_timestamp("r.request_date") }} as requested_at,
    {{ as_text("r.order_id") }} as removal_order_id,
    {{ as_text("r.order_source") }} as order_source,
    {{ as_text("r.order_type") }} as order_type,
    {{ as_text("r.service_speed") }} as service_speed,
    {{ as_text("r.order_status") }} as order_status,
    {{ as_timestamp("r.last_updated_date") }} as last_updated_at,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.disposition") }} as disposition,
    {{ as_integer("r.requested_quantity") }} as requested_quantity,
    {{ as_integer("r.cancelled_quantity") }} as cancelled_quantity,
    {{ as_integer("r.disposed_quantity") }} as disposed_quantity,
    {{ as_integer("r.shipped_quantity") }} as shipped_quantity,
    {{ as_integer("r.in_process_quantity") }} as in_process_quantity,
    {{ as_numeric("r.removal_fee") }} as removal_fee_amount,
    upper(btrim({{ as_text("r.currency") }})) as currency
from {{ source("amazon_sp", "removal_orders") }} as r
inner join {{ current_loads("amazon_sp.removal_orders") }} as l on r.load_id = l.load_id
inner join
    {{ accounts() }} as a
    on l.scope_id = a.account_id
    and l.day = {{ row_day("amazon_sp", "removal_orders", "a.time_zone") }}
left join {{ stores_by_currency() }} as c on a.account_id = c.account_id and upper(btrim(r.currency)) = c.currency
