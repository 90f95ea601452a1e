-- Every delivery of every order, one row each; its day is that of the order in the shop's zone. WooCommerce has one
-- state
-- for payment and fulfilment together, and does not say when an order was cancelled.
select
    r.load_id,
    r.row_seq,
    l.report_created_at,
    h.shop_id as store_id,
    h.tenant_id,
    r.item ->> 'id' as order_id,
    {{ as_text("r.item ->> 'number'") }} as order_name,
    t.ordered_at,
    (t.ordered_at at time zone h.time_zone)::date as date,
    t.last_updated_at,
    null::timestamptz as cancelled_at,
    coalesce(r.item ->> 'status' in ('cancelled', 'failed', 'trash'), false) as is_cancelled,
    {{ as_timestamp("r.item ->> 'date_completed_gmt'") }} as shipped_at,
    case when r.item ->> 'date_paid_gmt' is null then 'unpaid' else 'paid' end as financial_status,
    {{ as_text("r.item ->> 'status'") }} as fulfillment_status,
    false as is_test,
    -- prices of lines are without tax, whatever the shop shows to buyers
    false as prices_contain_tax,
    coalesce({{ as_text("r.item ->> 'currency'") }}, h.currency) as currency,
    jsonb_array_length(coalesce(r.item -> 'line_items', '[]')) as order_lines
from {{ source("woocommerce", "orders") }} as r
inner join {{ every_load("woocommerce.orders") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
cross join
    lateral(
        select
            {{ as_timestamp("r.item ->> 'date_created_gmt'") }} as ordered_at,
            {{ as_timestamp("r.item ->> 'date_modified_gmt'") }} as last_updated_at
    ) as t
