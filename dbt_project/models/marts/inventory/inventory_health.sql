{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}],
        pre_hook="{{ open_store_slices(['marts.inventory_daily', 'marts.sales_daily', 'intermediate.int_stores']) }}",
    )
}}
-- FBA stock of the last snapshot against what sold while there was stock: days without stock say nothing of demand.
-- Velocity is kept as a fraction (sold, over) until the end, so that nothing is rounded twice.
with
    stores as (
        select h.store_id, a.account_id
        from {{ held_stores(ref("inventory_daily")) }} as h
        cross join
            lateral(
                select s.account_id
                from ops.stores as s
                where
                    s.store_id = h.store_id
                    or (h.store_id like 'unmapped:%' and s.seller_id = split_part(h.store_id, ':', 2))
                order by s.store_id
                limit 1
            ) as a
        {% if by_slices() %} where h.store_id in (select store_id from _slices) {% endif %}
    ),
    last_snapshots as (
        select s.store_id, l.as_of_date
        from stores as s
        cross join
            lateral(
                select max(c.day) as as_of_date
                from {{ current_loads("amazon_sp.fba_myi_unsuppressed_inventory") }} as c
                where c.scope_id = s.account_id
            ) as l
        where l.as_of_date is not null
    ),
    stock as (
        select d.*, s.as_of_date
        from last_snapshots as s
        inner join {{ ref("inventory_daily") }} as d on s.store_id = d.store_id and s.as_of_date = d.date
        where num_nonnulls(d.snapshot_total_quantity, d.snapshot_fulfillable_quantity) > 0
    ),
    days as (
        select
            d.store_id,
            d.sku,
            s.as_of_date - d.date as age,
            0 as units,
            coalesce(d.ledger_starting_quantity > 0 or d.ledger_ending_quantity > 0, false) as in_stock
        from last_snapshots as s
        inner join
            {{ ref("inventory_daily") }} as d
            on s.store_id = d.store_id
            and d.date between s.as_of_date - 90 and s.as_of_date - 1
        union all
        select d.store_id, d.sku, s.as_of_date - d.date, d.units + d.pending_units, false
        from last_snapshots as s
        inner join
            {{ ref("sales_daily") }} as d
            on s.store_id = d.store_id
            and d.date between s.as_of_date - 90 and s.as_of_date - 1
    ),
    sku_days as (
        select store_id, sku, age, sum(units) as units, bool_or(in_stock) as in_stock
        from days
        group by store_id, sku, age
    ),
    windows as (
        select
            store_id,
            sku
            {%- for n in [7, 30, 90] %}
                ,
                coalesce(sum(units) filter (where age <= {{ n }}), 0)::integer as units_{{ n }}d,
                count(*) filter (where in_stock and age <= {{ n }})::integer as days_in_stock_{{ n }}d,
                coalesce(sum(units) filter (where in_stock and age <= {{ n }}), 0) as sold_{{ n }}d
            {%- endfor %}
        from sku_days
        group by store_id, sku
    ),
    fractions as (
        select
            s.*,
            s.snapshot_inbound_working_quantity
            + s.snapshot_inbound_shipped_quantity
            + s.snapshot_inbound_receiving_quantity as inbound_quantity,
            {%- for n, weight in {7: 5, 30: 3, 90: 2}.items() %}
                coalesce(w.units_{{ n }}d, 0) as units_{{ n }}d,
                coalesce(w.days_in_stock_{{ n }}d, 0) as days_in_stock_{{ n }}d,
                coalesce(w.sold_{{ n }}d, 0) as sold_{{ n }}d,
                greatest(coalesce(w.days_in_stock_{{ n }}d, 0), 1)::numeric as over_{{ n }}d,
                case when w.days_in_stock_{{ n }}d > 0 then {{ weight }} else 0 end as weight_{{ n }}d
                {{- "," if not loop.last }}
            {%- endfor %}
        from stock as s
        left join windows as w using (store_id, sku)
    ),
    velocities as (
        select
            *,
            weight_7d * sold_7d * over_30d * over_90d
            + weight_30d * sold_30d * over_7d * over_90d
            + weight_90d * sold_90d * over_7d * over_30d as sold,
            nullif((weight_7d + weight_30d + weight_90d) * over_7d * over_30d * over_90d, 0) as over
        from fractions
    )
select
    store_id,
    tenant_id,
    sku,
    asin,
    as_of_date,
    snapshot_fulfillable_quantity as fulfillable_quantity,
    snapshot_reserved_quantity as reserved_quantity,
    snapshot_unsellable_quantity as unsellable_quantity,
    inbound_quantity,
    units_7d,
    units_30d,
    units_90d,
    days_in_stock_7d,
    days_in_stock_30d,
    days_in_stock_90d,
    {{ ratio("sold_7d", "days_in_stock_7d") }} as velocity_7d,
    {{ ratio("sold_30d", "days_in_stock_30d") }} as velocity_30d,
    {{ ratio("sold_90d", "days_in_stock_90d") }} as velocity_90d,
    round(sold / over, 6) as velocity,
    round(snapshot_fulfillable_quantity * over / nullif(sold, 0), 1) as days_of_cover,
    round((snapshot_fulfillable_quantity + inbound_quantity) * over / nullif(sold, 0), 1) as days_of_cover_with_inbound,
    case
        when sold > 0 and snapshot_fulfillable_quantity is not null
        then as_of_date + least(div(snapshot_fulfillable_quantity * over, sold), 1000000)::integer
    end as stock_out_date
from velocities
