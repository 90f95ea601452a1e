-- By order, summed by purchase day: what the buyer pays against principal, shipping, gift wrap and promotions of
-- the order's settlement lines, with the tax that these contain. Orders without such a line, or of fewer units than
-- were ordered, are unsettled, until a settlement is so much younger that there will be none any more.
with
    orders as (
        select
            i.store_id,
            i.tenant_id,
            i.date,
            i.amazon_order_id as order_id,
            max(i.currency) as currency,
            sum(i.units) filter (where not i.is_replacement) as units,
            sum({{ revenue_of("i") }}) as amount
        from {{ sliced(ref("order_items")) }} as i
        where {{ is_sale_line("i") }}
        group by i.store_id, i.tenant_id, i.date, i.amazon_order_id
    ),
    settled as (
        select
            s.store_id,
            s.order_id,
            sum(s.amount) as amount,
            nullif(sum(s.quantity_purchased) filter (where s.kind = 'principal'), 0) as units
        from {{ sliced(ref("settlement_lines"), keys=["store_id", "order_id"], within="orders") }} as s
        where {{ is_settled_revenue("s") }}
        group by s.store_id, s.order_id
    ),
    compared as (
        select o.*, s.amount as settled, s.units as settled_units
        from orders as o
        left join settled as s on o.store_id = s.store_id and o.order_id = s.order_id
    )
select
    o.store_id,
    o.tenant_id,
    o.date,
    'orders_against_settlements' as kind,
    coalesce(sum(o.amount) filter (where not u.is_unsettled), 0) as amount,
    coalesce(sum(o.settled) filter (where not u.is_unsettled), 0) as compared_amount,
    coalesce(sum(o.amount) filter (where u.is_unsettled), 0) as unsettled_amount,
    count(*) filter (where u.is_unsettled) as unsettled_orders,
    max(o.currency) as currency,
    count(*) filter (where u.is_unsettled) = 0
    or coalesce(bool_and(o.date <= n.settled_day - {{ days_open("settlements") }}), false) as is_closed
from compared as o
left join {{ ref("int_newest_days") }} as n on o.store_id = n.store_id
cross join
    lateral(
        select
            (o.settled is null or coalesce(o.settled_units < o.units, false))
            and o.amount <> 0
            and coalesce(o.date > n.settled_day - {{ days_open("settlements") }}, true) as is_unsettled
    ) as u
group by o.store_id, o.tenant_id, o.date
