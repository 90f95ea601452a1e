{{
    config(
        meta={"opens": "open_refunds"},
        indexes=[
            {"columns": ["store_id", "basis", "date", "sku"], "unique": true},
            {"columns": ["store_id", "date"]},
        ],
    )
}}
-- What settlements gave back to buyers, once on the day of the refund and once on the day of the purchase.
with
    lines as (
        select l.*
        from
            {{ sliced(ref("settlement_lines"), keys=["store_id", "settlement_id", "line_number"], within="_refunds") }}
            as l
        where l.is_refund and l.posted_date is not null
    ),
    dated as (
        select l.*, o.date as order_date
        from lines as l
        left join
            lateral(
                select min(i.date) as date
                from {{ ref("order_items") }} as i
                where i.store_id = l.store_id and i.amazon_order_id = l.order_id
            ) as o
            on true
    ),
    based as (
        select d.*, b.basis, b.date
        from dated as d
        cross join
            lateral(values ('refund_date', d.posted_date), ('order_date', coalesce(d.order_date, d.posted_date))) as b(
                basis, date
            )
    ),
    days as (
        select
            store_id,
            tenant_id,
            basis,
            date,
            coalesce(sku, '') as sku,
            count(distinct row(order_id, adjustment_id, order_item_code))::integer as refunds,
            count(distinct order_id)::integer as orders,
            (count(distinct row(order_id, adjustment_id, order_item_code)) filter (where order_date is null))::integer
            as unknown_order_refunds,
            coalesce(sum(amount) filter (where kind = 'principal'), 0) as principal_amount,
            coalesce(sum(amount) filter (where kind in ('shipping', 'gift_wrap')), 0) as shipping_amount,
            coalesce(sum(amount) filter (where kind = 'promotion'), 0) as promotions_amount,
            coalesce(
                sum(amount) filter (where kind in ('referral_fee', 'fulfilment_fee')), 0
            ) as fees_given_back_amount,
            coalesce(sum(amount) filter (where kind = 'refund_fee'), 0) as refund_fees_amount,
            coalesce(sum(amount) filter (where is_profit_or_loss), 0) as profit_or_loss_amount,
            coalesce(sum(amount) filter (where kind = 'tax'), 0) as tax_amount,
            coalesce(sum(amount) filter (where kind = 'withheld_tax'), 0) as withheld_tax_amount,
            max(currency) as currency
        from {{ sliced("based") }} as b
        group by store_id, tenant_id, basis, date, coalesce(sku, '')
    ),
    with_currency as (
        select d.*, t.reporting_currency from days as d left join ops.tenants as t on d.tenant_id = t.tenant_id
    )
select
    d.store_id,
    d.tenant_id,
    d.basis,
    d.date,
    d.sku,
    d.refunds,
    d.orders,
    d.unknown_order_refunds,
    d.principal_amount,
    d.shipping_amount,
    d.promotions_amount,
    d.fees_given_back_amount,
    d.refund_fees_amount,
    d.profit_or_loss_amount
    - d.principal_amount
    - d.shipping_amount
    - d.promotions_amount
    - d.fees_given_back_amount
    - d.refund_fees_amount as other_amount,
    d.profit_or_loss_amount,
    d.tax_amount,
    d.withheld_tax_amount,
    d.currency,
    d.reporting_currency,
    round(d.principal_amount * fx.rate, 4) as principal_amount_reporting,
    round(d.profit_or_loss_amount * fx.rate, 4) as profit_or_loss_amount_reporting,
    fx.fx_date
from with_currency as d {{ join_rate("d", "d.date") }}
