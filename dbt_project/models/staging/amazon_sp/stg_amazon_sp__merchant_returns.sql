-- One row per return request and item, on the day on which the buyer asked; how far it is may change for weeks.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    {{ as_text("r.order_id") }} as amazon_order_id,
    {{ as_text("r.order_item_id") }} as order_item_id,
    {{ as_named_date("r.order_date") }} as ordered_on,
    {{ as_text("r.return_request_status") }} as request_status,
    {{ as_text("r.amazon_rma_id") }} as amazon_rma_id,
    {{ as_text("r.merchant_rma_id") }} as merchant_rma_id,
    {{ as_text("r.asin") }} as asin,
    coalesce(r.merchant_sku, '') as sku,
    {{ as_text("r.item_name") }} as item_name,
    {{ as_integer("r.return_quantity") }} as units,
    {{ as_text("r.return_reason") }} as reason,
    {{ as_text("r.return_type") }} as return_type,
    {{ as_text("r.resolution") }} as resolution,
    {{ as_yes_no("r.in_policy") }} as is_in_policy,
    {{ as_yes_no("r.is_prime") }} as is_prime,
    {{ as_yes_no("r.a_to_z_claim") }} as has_a_to_z_claim,
    {{ as_text("r.label_type") }} as label_type,
    {{ as_text("r.label_to_be_paid_by") }} as label_paid_by,
    {{ as_text("r.return_carrier") }} as return_carrier,
    {{ as_text("r.tracking_id") }} as tracking_id,
    {{ as_text("r.invoice_number") }} as invoice_number,
    {{ as_named_date("r.return_delivery_date") }} as delivered_on,
    coalesce({{ as_text("r.currency_code") }}, s.currency) as currency,
    {{ as_numeric("r.label_cost") }} as label_cost_amount,
    {{ as_numeric("r.order_amount") }} as order_amount,
    {{ as_integer("r.order_quantity") }} as order_units,
    {{ as_numeric("r.refunded_amount") }} as refunded_amount,
    {{ as_text("r.safet_claim_id") }} as safet_claim_id,
    {{ as_text("r.safet_claim_state") }} as safet_claim_state,
    {{ as_text("r.safet_action_reason") }} as safet_action_reason,
    {{ as_named_date("r.safet_claim_creation_time") }} as safet_claimed_on,
    {{ as_numeric("r.safet_claim_reimbursement_amount") }} as safet_reimbursed_amount
from {{ source("amazon_sp", "merchant_returns") }} as r
inner join
    {{ current_loads("amazon_sp.merchant_returns") }} as l
    on r.load_id = l.load_id
    and l.day = {{ row_day("amazon_sp", "merchant_returns") }}
inner join ops.stores as s on l.scope_id = s.store_id
