-- One row per document line. The summary line (total, dates, currency) has no transaction type. Which of several
-- deliveries of a settlement counts is decided in int_settlements.
select
    r.load_id,
    r.row_seq,
    a.account_id,
    a.seller_id,
    a.tenant_id,
    a.time_zone,
    d.report_created_at,
    d.store_id as imported_into,
    {{ as_text("btrim(r.settlement_id)") }} as settlement_id,
    coalesce(btrim(r.transaction_type), '') = '' and coalesce(btrim(r.total_amount), '') <> '' as is_summary,
    {{ as_settlement_timestamp("r.settlement_start_date") }} as settlement_start_at,
    {{ as_settlement_timestamp("r.settlement_end_date") }} as settlement_end_at,
    {{ as_settlement_timestamp("r.deposit_date") }} as deposit_at,
    {{ as_settlement_numeric("r.total_amount") }} as total_amount,
    {{ as_text("r.currency") }} as currency,
    {{ as_text("r.transaction_type") }} as transaction_type,
    {{ as_text("r.order_id") }} as order_id,
    {{ as_text("r.merchant_order_id") }} as merchant_order_id,
    {{ as_text("r.adjustment_id") }} as adjustment_id,
    {{ as_text("r.shipment_id") }} as shipment_id,
    {{ as_text("r.marketplace_name") }} as marketplace_name,
    {{ as_text("r.amount_type") }} as amount_type,
    {{ as_text("r.amount_description") }} as amount_description,
    {{ as_settlement_numeric("r.amount") }} as amount,
    {{ as_text("r.fulfillment_id") }} as fulfillment_id,
    coalesce(
        {{ as_settlement_timestamp("r.posted_date_time") }}, {{ as_settlement_timestamp("r.posted_date") }}
    ) as posted_at,
    {{ as_date("(" ~ dotted_to_iso("r.posted_date") ~ ")") }} as posted_day,
    {{ as_text("r.order_item_code") }} as order_item_code,
    {{ as_text("r.sku") }} as sku,
    {{ as_integer("r.quantity_purchased") }} as quantity_purchased,
    {{ as_text("r.promotion_id") }} as promotion_id
from {{ source("amazon_sp", "settlements_v2") }} as r
inner join
    (select distinct scope_id, load_id from {{ current_loads("amazon_sp.settlements_v2") }}) as l
    on r.load_id = l.load_id
inner join ops.loads as d on r.load_id = d.load_id
inner join {{ accounts() }} as a on l.scope_id = a.account_id
