{{
    config(
        meta={"opens": "open_reconciliation_slices"},
        indexes=[{"columns": ["store_id", "date", "kind"], "unique": true}, {"columns": ["status", "store_id"]}],
    )
}}
-- What two sources say of the same money, side by side. A comparison is open while one of them may still change.
with
    stores as (
        select store_id
        from {{ ref("int_stores") }}
        union
        select store_id
        from {{ held_stores(ref("order_items")) }} as h
        union
        select store_id
        from {{ held_stores(ref("settlement_lines")) }} as h
    ),
    newest as (
        select
            n.store_id,
            (
                select max(t.date) from {{ ref("traffic_store_daily") }} as t where t.store_id = n.store_id
            ) as traffic_day,
            (select max(c.date) from {{ ref("ads_campaigns_daily") }} as c where c.store_id = n.store_id) as ads_day,
            (
                select max(l.posted_date) from {{ ref("settlement_lines") }} as l where l.store_id = n.store_id
            ) as settled_day
        from {{ sliced("stores", keys=["store_id"]) }} as n
    ),
    traffic as (
        select
            t.store_id,
            t.tenant_id,
            t.date,
            'orders_against_traffic' as kind,
            coalesce(s.item_price_amount, 0) as amount,
            coalesce(t.ordered_product_sales_amount, 0) as compared_amount,
            0 as unsettled_amount,
            0 as unsettled_orders,
            t.currency,
            t.date <= n.traffic_day - {{ days_open("traffic") }} as is_closed
        from {{ sliced(ref("traffic_store_daily")) }} as t
        inner join newest as n on t.store_id = n.store_id
        left join {{ ref("sales_store_daily") }} as s on t.store_id = s.store_id and t.date = s.date
    ),
    settled as ({{ orders_and_their_settlements() }}),
    without_orders as ({{ settlements_without_orders() }}),
    ads as ({{ ads_of_each_grain() }}),
    charged as ({{ advertising_of_settlements() }}),
    totals as (
        select
            t.store_id,
            max(t.tenant_id),
            t.deposit_date,
            'settlement_lines_against_total',
            sum(t.lines_amount),
            sum(t.total_amount),
            0,
            0,
            max(t.currency),
            bool_and(t.total_amount is not null)
        from {{ sliced(ref("settlements"), day="deposit_date") }} as t
        where t.deposit_date is not null
        group by t.store_id, t.deposit_date
    ),
    compared as (
        select *
        from traffic
        union all
        select *
        from settled
        union all
        select *
        from without_orders
        union all
        select *
        from ads
        union all
        select *
        from charged
        union all
        select *
        from totals
    )
select
    c.store_id,
    c.tenant_id,
    c.date,
    c.kind,
    c.amount,
    c.compared_amount,
    c.amount - c.compared_amount as difference,
    round(abs(c.amount) * {{ tolerated_share("c.kind") }}, 4) as tolerance,
    c.unsettled_amount,
    c.unsettled_orders::integer as unsettled_orders,
    case
        when c.is_closed
        then 'closed'
        when c.unsettled_orders > 0
        then 'unsettled'
        when c.kind = 'settlements_without_orders'
        then 'unattributed'
        else 'open'
    end as status,
    coalesce(s.currency, c.currency) as currency
from compared as c
left join {{ ref("int_stores") }} as s on c.store_id = s.store_id
