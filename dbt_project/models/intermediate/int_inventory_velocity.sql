{{
    config(
        meta={"slice": ["store_id"]},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}],
    )
}}
-- FBA stock of the last snapshots, listed or not, and what sold before: days without stock say nothing of demand.
-- What is sold a day is kept as a fraction (sold, over) until the end, so that nothing is rounded twice.
with
    last_snapshots as (select * from {{ last_stock_snapshots() }}),
    listed as (
        select
            s.as_of_date,
            false as is_suppressed,
            d.store_id,
            d.tenant_id,
            d.sku,
            d.asin,
            d.snapshot_fulfillable_quantity as fulfillable_quantity,
            d.snapshot_reserved_quantity as reserved_quantity,
            d.snapshot_unsellable_quantity as unsellable_quantity,
            d.snapshot_inbound_working_quantity
            + d.snapshot_inbound_shipped_quantity
            + d.snapshot_inbound_receiving_quantity as inbound_quantity
        from last_snapshots as s
        inner join {{ ref("inventory_daily") }} as d on s.store_id = d.store_id and s.as_of_date = d.date
        where num_nonnulls(d.snapshot_total_quantity, d.snapshot_fulfillable_quantity) > 0
    ),
    stock as (
        select *
        from listed
        union all
        select
            s.as_of_date,
            true,
            a.store_id,
            a.tenant_id,
            a.sku,
            max(a.asin),
            sum(a.fulfillable_quantity)::integer,
            sum(a.reserved_quantity)::integer,
            sum(a.unsellable_quantity)::integer,
            sum(a.inbound_working_quantity + a.inbound_shipped_quantity + a.inbound_receiving_quantity)::integer
        from last_snapshots as s
        inner join
            {{ ref("stg_amazon_sp__fba_myi_all_inventory") }} as a
            on s.store_id = a.store_id
            and s.all_load_id = a.load_id
            and s.all_instant = a.instant
        where
            a.load_id = any(array(select all_load_id from last_snapshots))
            and a.total_quantity > 0
            and (a.store_id, a.sku) not in (select store_id, sku from listed)
        group by s.as_of_date, a.store_id, a.tenant_id, a.sku
    ),
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
        from last_snapshots as s
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
        from last_snapshots as s
        inner join
            {{ ref("sales_daily") }} as d
            on s.store_id = d.store_id
            and d.date between s.as_of_date - 90 and s.as_of_date - 1
        left join {{ ref("int_stores") }} as t on s.store_id = t.store_id
    ),
    sku_days as (
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
    ),
    windows as (
        select
            store_id,
            sku,
            sum(priced_units) as priced_units_90d,
            sum(amount) as untaxed_price_90d_amount,
            coalesce(sum(on_hand), 0) as on_hand_days_90d,
            round(stddev_samp(units) filter (where in_stock), 6) as demand_stddev
            {%- for n in [7, 30, 90] %}
                ,
                coalesce(sum(units) filter (where age <= {{ n }}), 0)::integer as units_{{ n }}d,
                count(*) filter (where in_stock and age <= {{ n }})::integer as days_in_stock_{{ n }}d,
                coalesce(sum(units) filter (where in_stock and age <= {{ n }}), 0) as sold_{{ n }}d
            {%- endfor %}
        from sku_days
        group by store_id, sku
    ),
    ledger_days as (
        select store_id, count(*) as ledger_days_90d
        from (select distinct store_id, age from sku_days where in_ledger) as d
        group by store_id
    )
select
    s.*,
    coalesce(l.ledger_days_90d, 0) as ledger_days_90d,
    coalesce(w.on_hand_days_90d, 0) as on_hand_days_90d,
    coalesce(w.priced_units_90d, 0) as priced_units_90d,
    coalesce(w.untaxed_price_90d_amount, 0) as untaxed_price_90d_amount,
    w.demand_stddev,
    {%- for n in [7, 30, 90] %}
        coalesce(w.units_{{ n }}d, 0) as units_{{ n }}d,
        coalesce(w.days_in_stock_{{ n }}d, 0) as days_in_stock_{{ n }}d,
        {{ ratio("w.sold_" ~ n ~ "d", "w.days_in_stock_" ~ n ~ "d") }} as velocity_{{ n }}d,
    {%- endfor %}
    round(v.sold / v.over, 6) as velocity,
    round(s.fulfillable_quantity * v.over / nullif(v.sold, 0), 1) as days_of_cover,
    round((s.fulfillable_quantity + s.inbound_quantity) * v.over / nullif(v.sold, 0), 1) as days_of_cover_with_inbound,
    case
        when v.sold > 0 and s.fulfillable_quantity is not null
        then s.as_of_date + least(div(s.fulfillable_quantity * v.over, v.sold), 1000000)::integer
    end as stock_out_date
from stock as s
left join windows as w using (store_id, sku)
left join ledger_days as l using (store_id)
cross join lateral {{ weighted_velocity("w") }} as v
