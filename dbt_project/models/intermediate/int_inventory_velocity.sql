{{
    config(
        meta={"slice": ["store_id"]},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}],
    )
}}
{%- set weights = {7: 5, 30: 3, 90: 2} %}
-- FBA stock of the last snapshots, listed or not, and what sold before: days without stock say nothing of demand.
-- What is sold a day is kept as a fraction (sold, over_days) until the end, so that nothing is rounded twice.
with
    windows as (
        select
            store_id,
            sku,
            sum(priced_units) as priced_units_90d,
            sum(amount) as untaxed_price_90d_amount,
            coalesce(sum(on_hand), 0) as on_hand_days_90d,
            round(stddev_samp(units) filter (where in_stock), 6) as demand_stddev
            {%- for n in weights %}
                ,
                coalesce(sum(units) filter (where age <= {{ n }}), 0)::integer as units_{{ n }}d,
                count(*) filter (where in_stock and age <= {{ n }})::integer as days_in_stock_{{ n }}d,
                coalesce(sum(units) filter (where in_stock and age <= {{ n }}), 0) as sold_{{ n }}d
            {%- endfor %}
        from {{ ref("int_velocity_days") }}
        group by store_id, sku
    ),
    ledger_days as (
        select store_id, count(*) as ledger_days_90d
        from (select distinct store_id, age from {{ ref("int_velocity_days") }} where in_ledger) as d
        group by store_id
    )
select
    s.as_of_date,
    s.is_suppressed,
    s.store_id,
    s.tenant_id,
    s.sku,
    s.asin,
    s.fulfillable_quantity,
    s.reserved_quantity,
    s.unsellable_quantity,
    s.inbound_quantity,
    coalesce(l.ledger_days_90d, 0) as ledger_days_90d,
    coalesce(w.on_hand_days_90d, 0) as on_hand_days_90d,
    coalesce(w.priced_units_90d, 0) as priced_units_90d,
    coalesce(w.untaxed_price_90d_amount, 0) as untaxed_price_90d_amount,
    w.demand_stddev,
    {%- for n in weights %}
        coalesce(w.units_{{ n }}d, 0) as units_{{ n }}d,
        coalesce(w.days_in_stock_{{ n }}d, 0) as days_in_stock_{{ n }}d,
        {{ ratio("w.sold_" ~ n ~ "d", "w.days_in_stock_" ~ n ~ "d") }} as velocity_{{ n }}d,
    {%- endfor %}
    round(v.sold / v.over_days, 6) as velocity,
    round(s.fulfillable_quantity * v.over_days / nullif(v.sold, 0), 1) as days_of_cover,
    round(
        (s.fulfillable_quantity + s.inbound_quantity) * v.over_days / nullif(v.sold, 0), 1
    ) as days_of_cover_with_inbound,
    case
        when v.sold > 0 and s.fulfillable_quantity is not null
        then s.as_of_date + least(div(s.fulfillable_quantity * v.over_days, v.sold), 1000000)::integer
    end as stock_out_date
from {{ ref("int_velocity_stock") }} as s
left join windows as w using (store_id, sku)
left join ledger_days as l using (store_id)
-- of the windows in which the SKU was in stock, weighted .5 (7 days), .3 (30) and .2 (90)
cross join
    lateral(
        select
            {%- for n in weights %}
                coalesce(w.sold_{{ n }}d, 0) as sold_{{ n }},
                greatest(coalesce(w.days_in_stock_{{ n }}d, 0), 1)::numeric as over_{{ n }},
                case when w.days_in_stock_{{ n }}d > 0 then {{ weights[n] }} else 0 end as weight_{{ n }}
                {{- "," if not loop.last }}
            {%- endfor %}
    ) as f
-- `over_days` is null where it never was
cross join
    lateral(
        select
            {% for n in weights %}
                {{ "+ " if not loop.first }} f.weight_{{ n }} * f.sold_{{ n }}
                {%- for other in weights if other != n %} * f.over_{{ other }} {%- endfor %}
            {% endfor %} as sold,
            nullif((f.weight_7 + f.weight_30 + f.weight_90) * f.over_7 * f.over_30 * f.over_90, 0) as over_days
    ) as v
