{{
    config(
        meta={"slice": ["store_id", "settlement_id"], "opens": "open_settlement_lines", "reports": "settlements"},
        indexes=[
            {"columns": ["store_id", "settlement_id", "line_number"], "unique": true},
            {"columns": ["store_id", "order_id"]},
            {"columns": ["store_id", "posted_date"]},
        ],
    )
}}
-- The lines of each settlement as its newest document has them, without the summary line.
with
    documents as (
        select distinct
            on (account_id, settlement_id)
            account_id,
            settlement_id,
            load_id,
            currency,
            only_sales_channel,
            imported_into
        from {{ sliced(ref("int_settlements"), keys=["account_id", "settlement_id"], within="_settlements") }} as s
        order by account_id asc, settlement_id asc, report_created_at desc, load_id desc
    ),
    lines as (
        select
            l.*,
            d.currency as settlement_currency,
            -- a line that names none is of the one that all others name
            coalesce({{ settled_channel("l.marketplace_name") }}, d.only_sales_channel) as sales_channel,
            row_number() over (partition by l.account_id, l.settlement_id order by l.row_seq)::integer as line_number
        from {{ sliced(ref("stg_amazon_sp__settlements_v2"), keys=["load_id"], within="documents") }} as l
        inner join documents as d on l.load_id = d.load_id and l.settlement_id = d.settlement_id
        where not l.is_summary
    ),
    -- once for each label, not for each line
    labels as materialized(
        select distinct transaction_type, amount_type, amount_description
        from {{ sliced(ref("stg_amazon_sp__settlements_v2"), keys=["load_id"], within="documents") }} as l
        where not is_summary
    ),
    kinds as materialized(
        select
            k.*,
            k.kind in ('principal', 'shipping', 'gift_wrap', 'promotion') as is_price,
            k.kind = 'tax' and k.type_name in ('itemprice', 'promotion') as is_price_tax,
            {{ is_refund_type("k.transaction_name") }} as is_refund
        from ({{ kinds_of("labels") }}) as k
    ),
    homes as (select * from {{ homes_of_settlements() }})
select
    case
        when l.sales_channel is null and b.store_id is not null
        then b.store_id
        else {{ store_id_of("s", "l", "l.sales_channel") }}
    end as store_id,
    l.tenant_id,
    l.settlement_id,
    l.line_number,
    l.transaction_type,
    l.order_id,
    l.merchant_order_id,
    l.adjustment_id,
    l.shipment_id,
    l.marketplace_name,
    l.amount_type,
    l.amount_description,
    l.amount,
    l.settlement_currency as currency,
    l.fulfillment_id,
    l.posted_at,
    coalesce(
        (l.posted_at at time zone coalesce(s.time_zone, b.time_zone, l.time_zone))::date, l.posted_day
    ) as posted_date,
    l.order_item_code,
    l.sku,
    l.quantity_purchased,
    l.promotion_id,
    k.kind,
    k.is_refund,
    k.is_price
    or k.is_price_tax
    and coalesce({{ prices_contain_tax("coalesce(l.sales_channel, b.sales_channel)") }}, false) as is_in_price,
    k.kind not in ('transfer', 'reserve', 'tax', 'withheld_tax') as is_profit_or_loss
from lines as l
inner join
    kinds as k
    -- as one expression, or the planner takes it for three that rule each other out
    on array[coalesce(l.transaction_type, ''), coalesce(l.amount_type, ''), coalesce(l.amount_description, '')]
    = array[coalesce(k.transaction_type, ''), coalesce(k.amount_type, ''), coalesce(k.amount_description, '')]
left join ops.stores as s on l.account_id = s.account_id and lower(l.sales_channel) = lower(s.sales_channel)
left join homes as b on l.sales_channel is null and l.account_id = b.account_id and l.settlement_id = b.settlement_id
