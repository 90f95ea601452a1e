-- One row per reimbursement, SKU and reason; what is taken back is negative and names what it takes back. No column
-- names the marketplace: `store_id` is the account's first store with that currency.
select
    r.load_id,
    a.account_id,
    coalesce(c.store_id, 'unmapped:' || a.seller_id || ':') as store_id,
    a.tenant_id,
    l.day as date,
    {{ as_timestamp("r.approval_date") }} as approved_at,
    {{ as_text("r.reimbursement_id") }} as reimbursement_id,
    {{ as_text("r.case_id") }} as case_id,
    {{ as_text("r.amazon_order_id") }} as amazon_order_id,
    {{ as_text("r.reason") }} as reason,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_text("r.condition") }} as condition,
    {{ as_text("r.currency_unit") }} as currency,
    {{ as_numeric("r.amount_per_unit") }} as unit_amount,
    {{ as_numeric("r.amount_total") }} as total_amount,
    {{ as_integer("r.quantity_reimbursed_cash") }} as cash_units,
    {{ as_integer("r.quantity_reimbursed_inventory") }} as inventory_units,
    {{ as_integer("r.quantity_reimbursed_total") }} as total_units,
    {{ as_text("r.original_reimbursement_id") }} as original_reimbursement_id,
    {{ as_text("r.original_reimbursement_type") }} as original_reimbursement_type
from {{ source("amazon_sp", "reimbursements") }} as r
inner join {{ current_loads("amazon_sp.reimbursements") }} as l on r.load_id = l.load_id
inner join
    {{ accounts() }} as a
    on l.scope_id = a.account_id
    and l.day = {{ row_day("amazon_sp", "reimbursements", "a.time_zone") }}
left join {{ stores_by_currency() }} as c on a.account_id = c.account_id and upper(btrim(r.currency_unit)) = c.currency
