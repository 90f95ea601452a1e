-- What settlements pay for orders that have no sale line here, by the day of posting: nothing stands against it.
select
    l.store_id,
    max(l.tenant_id) as tenant_id,
    l.posted_date as date,
    'settlements_without_orders' as kind,
    0 as amount,
    sum(l.amount) as compared_amount,
    0 as unsettled_amount,
    0 as unsettled_orders,
    max(l.currency) as currency,
    false as is_closed
from {{ sliced(ref("settlement_lines"), day="posted_date") }} as l
where
    {{ is_settled_revenue("l") }}
    and l.posted_date is not null
    and not exists (
        select
        from {{ ref("order_items") }} as i
        where i.store_id = l.store_id and i.amazon_order_id = l.order_id and {{ is_sale_line("i") }}
    )
group by l.store_id, l.posted_date
