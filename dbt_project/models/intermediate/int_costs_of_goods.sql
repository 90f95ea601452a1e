{{
    config(
        meta={"opens": "open_cost_slices"},
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}, {"columns": ["store_id", "sku", "date"]}],
    )
}}
-- What the goods sold on a day cost, by the method of their store. Units of sale lines, free replacements included, are
-- consumed by purchase day: in the order of the batches' arrival (fifo), or at the average of what is in stock, which
-- each arrival moves (weighted_average). Goods of a day's batches are there for the day's sales. What no batch covers
-- costs what the costs by period say of its day.
with recursive
    periods as materialized(
        select *, lead(valid_from) over (partition by store_id, sku order by valid_from) as valid_to
        from {{ ref("stg_manual__product_costs") }}
        where valid_from is not null and unit_cost_amount is not null
    ),
    by_period as (
        select d.*, d.unit_cost_amount * fx.rate as unit_cost, d.shipping_cost_amount * fx.rate as shipping_cost
        from
            (
                select s.*, p.unit_cost_amount, p.shipping_cost_amount, p.currency
                from {{ ref("int_cost_sales") }} as s
                left join
                    periods as p
                    on s.store_id = p.store_id
                    and s.sku = p.sku
                    and s.date >= p.valid_from
                    and (s.date < p.valid_to or p.valid_to is null)
            ) as d {{ join_rate("d", "d.date") }}
    ),
    receipts as (
        select
            *,
            all_received - received - taken_before as in_stock,
            row_number() over (partition by store_id, sku order by date) as number,
            lead(date) over (partition by store_id, sku order by date) as next_date
        from {{ ref("int_cost_movements") }}
        where received > 0
    ),
    averages as (
        select store_id, sku, number, round(cost / received, 6) as average
        from receipts
        where number = 1
        union all
        select r.store_id, r.sku, r.number, round((r.in_stock * a.average + r.cost) / (r.in_stock + r.received), 6)
        from averages as a
        inner join receipts as r on a.store_id = r.store_id and a.sku = r.sku and a.number + 1 = r.number
    ),
    from_batches as (
        select
            m.store_id,
            m.sku,
            m.date,
            sum((least(m.upto, b.upto) - greatest(m.taken_before, b.upto - b.units)) * b.unit_cost) as cost
        from {{ ref("int_cost_movements") }} as m
        inner join {{ ref("int_cost_stores") }} as s on m.store_id = s.store_id and s.cost_method = 'fifo'
        inner join
            {{ ref("int_cost_batches") }} as b
            on m.store_id = b.store_id
            and m.sku = b.sku
            and m.taken_before < b.upto
            and b.upto - b.units < m.upto
        where m.taken_before < m.upto
        group by m.store_id, m.sku, m.date
        union all
        select m.store_id, m.sku, m.date, (m.upto - m.taken_before) * a.average
        from {{ ref("int_cost_movements") }} as m
        inner join {{ ref("int_cost_stores") }} as s on m.store_id = s.store_id and s.cost_method = 'weighted_average'
        inner join
            receipts as r
            on m.store_id = r.store_id
            and m.sku = r.sku
            and m.date >= r.date
            and (m.date < r.next_date or r.next_date is null)
        inner join averages as a on r.store_id = a.store_id and r.sku = a.sku and r.number = a.number
        where m.taken_before < m.upto
    ),
    costs as (
        select
            p.store_id,
            p.date,
            p.sku,
            p.units::integer as units,
            round(
                coalesce(b.cost, 0) + (p.units - coalesce(m.upto - m.taken_before, 0)) * coalesce(p.unit_cost, 0), 4
            ) as cost_amount,
            case when p.unit_cost is null then p.units - coalesce(m.upto - m.taken_before, 0) else 0 end::integer
            as units_without_cost,
            round(p.merchant_units * coalesce(p.shipping_cost, 0), 4) as shipping_cost_amount
        from by_period as p
        left join {{ ref("int_cost_movements") }} as m on p.store_id = m.store_id and p.sku = m.sku and p.date = m.date
        left join from_batches as b on p.store_id = b.store_id and p.sku = b.sku and p.date = b.date
    )
select *
from {{ sliced("costs") }} as c
