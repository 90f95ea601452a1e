-- Settlements: fees of an order on its purchase day, all else on the day of its posting. Revenue of orders that
-- have a sale line is theirs (int_profit_orders), under whatever SKU a settlement writes it. Storage of a month
-- that the storage fees report tells is the report's: the day on which the month's bill begins has the report's sum
-- against it, so that what remains is by how much the bill and its corrections differ.
select l.store_id, l.tenant_id, l.counted_on as date, l.sku, l.currency, l.part, l.amount
from
    (
        select
            s.*,
            case
                when not s.is_refund and s.kind in ('referral_fee', 'fulfilment_fee')
                then coalesce(s.order_date, s.posted_date)
                else s.posted_date
            end as counted_on,
            case
                when s.is_in_price
                then case when s.is_refund then 'refunds' when not s.is_sold then 'revenue' end
                when s.is_refund and s.kind in ('referral_fee', 'fulfilment_fee', 'refund_fee')
                then 'refund_fees'
                when s.is_refund
                then 'other'
                when s.kind = 'referral_fee'
                then 'referral_fees'
                when s.kind = 'fulfilment_fee'
                then 'fulfilment_fees'
                when s.kind in ('storage_fee', 'other_storage_fee')
                then 'storage_fees'
                when s.kind = 'aged_surcharge'
                then 'aged_surcharge'
                when s.kind = 'reimbursement'
                then 'reimbursements'
                when s.kind = 'subscription_fee'
                then 'subscription_fees'
                else 'other'
            end as part
        from {{ ref("int_profit_settled_lines") }} as s
    ) as l
where l.part is not null and l.counted_on is not null
union all
select s.store_id, s.tenant_id, s.posted_date, s.sku, s.currency, v.part, v.amount
from {{ ref("int_profit_settled_lines") }} as s
cross join
    lateral(values ('vat', - s.amount), ('tax_in_revenue', case when not s.is_refund then s.amount end)) as v(
        part, amount
    )
where s.kind = 'tax' and (s.is_refund or not s.is_sold) and s.posted_date is not null and v.amount is not null
union all
select m.store_id, m.tenant_id, b.billed_on, null, m.currency, 'storage_fees', m.fee
from
    (
        select store_id, tenant_id, date, max(currency) as currency, sum(round(fee, 4)) as fee
        from {{ ref("int_profit_storage_months") }}
        group by store_id, tenant_id, date
    ) as m
cross join
    lateral(
        select min(l.posted_date) as billed_on
        from {{ ref("settlement_lines") }} as l
        where
            l.store_id = m.store_id
            and l.posted_date >= m.date + interval '1 month'
            and l.posted_date < m.date + interval '2 months'
            and l.kind = 'storage_fee'
            and not l.is_refund
    ) as b
where b.billed_on is not null
