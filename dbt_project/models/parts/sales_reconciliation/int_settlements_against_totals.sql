-- The lines of the settlements that were deposited on a day against the totals that Amazon states.
select
    t.store_id,
    max(t.tenant_id) as tenant_id,
    t.deposit_date as date,
    'settlement_lines_against_total' as kind,
    sum(t.lines_amount) as amount,
    sum(t.total_amount) as compared_amount,
    0 as unsettled_amount,
    0 as unsettled_orders,
    max(t.currency) as currency,
    bool_and(t.total_amount is not null) as is_closed
from {{ sliced(ref("settlements"), day="deposit_date") }} as t
where t.deposit_date is not null
group by t.store_id, t.deposit_date
