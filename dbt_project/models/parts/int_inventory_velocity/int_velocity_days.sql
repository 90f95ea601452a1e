-- What was sold, and what was there, on the 90 days before the last snapshot.
with
    days as (
        select
            d.store_id,
            d.sku,
            s.as_of_date - d.date as age,
            0 as units,
            0 as priced_units,
            0 as amount,
            d.ledger_ending_quantity as on_hand,
            num_nonnulls(d.ledger_starting_quantity, d.ledger_ending_quantity, d.ledger_ending_unsellable_quantity)
            > 0 as in_ledger,
            coalesce(d.ledger_starting_quantity > 0 or d.ledger_ending_quantity > 0, false) as in_stock
        from {{ ref("int_velocity_snapshots") }} as s
        inner join
            {{ ref("inventory_daily") }} as d
            on s.store_id = d.store_id
            and d.date between s.as_of_date - 90 and s.as_of_date - 1
        union all
        select
            d.store_id,
            d.sku,
            s.as_of_date - d.date,
            d.units + d.pending_units + d.multi_channel_units,
            d.units,
            {{ without_tax("d.item_price_amount", "d.item_tax_amount", "t.sales_channel") }},
            null,
            false,
            false
        from {{ ref("int_velocity_snapshots") }} as s
        inner join
            {{ ref("sales_daily") }} as d
            on s.store_id = d.store_id
            and d.date between s.as_of_date - 90 and s.as_of_date - 1
        left join {{ ref("int_stores") }} as t on s.store_id = t.store_id
    )
select
    store_id,
    sku,
    age,
    sum(units) as units,
    sum(priced_units) as priced_units,
    sum(amount) as amount,
    sum(on_hand) as on_hand,
    bool_or(in_ledger) as in_ledger,
    bool_or(in_stock) as in_stock
from days
group by store_id, sku, age
