{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[{"columns": ["store_id", "sku"], "unique": true}],
    )
}}
-- What the stock of the last snapshot means: when to order how much, what lies too long, what is held up and why,
-- what it is worth and earns. Formulas go by columns as they are shown, so that a reader can follow them.
with
    joined as (
        select
            p.*,
            o.reporting_currency,
            c.unit_cost_amount,
            c.currency,
            c.lead_time_days,
            g.date as planning_date,
            {{ planned_columns("g") }},
            d.stranded_quantity,
            d.stranded_reason,
            d.stranded_at,
            r.reserved_customer_orders_quantity,
            r.reserved_transfers_quantity,
            r.reserved_processing_quantity,
            round(c.lead_time_days * {{ var("inventory_lead_time_variation") }}, 2) as lead_time_stddev,
            c.unit_cost_amount * (p.fulfillable_quantity + coalesce(p.reserved_quantity, 0)) as inventory_value_amount,
            case
                when o.currency = c.currency then p.untaxed_price_90d_amount - p.priced_units_90d * c.unit_cost_amount
            end as gross_margin_90d_amount
        from {{ ref("int_health_stock") }} as p
        left join {{ ref("int_stores") }} as o using (store_id)
        left join {{ ref("int_health_costs") }} as c using (store_id, sku)
        left join {{ ref("int_health_planning") }} as g using (store_id, sku)
        left join {{ ref("int_health_stranded") }} as d using (store_id, sku)
        left join {{ ref("int_health_reserved") }} as r using (store_id, sku)
    ),
    with_safety as (
        select
            *,
            round(
                {{ z_of_service_level() }} * sqrt(
                    lead_time_days * demand_stddev * demand_stddev
                    + velocity * velocity * lead_time_stddev * lead_time_stddev
                ),
                2
            ) as safety_stock
        from joined
    ),
    with_reorder_point as (
        select *, ceil(velocity * lead_time_days + safety_stock)::integer as reorder_point from with_safety
    )
select
    h.store_id,
    h.tenant_id,
    h.sku,
    h.asin,
    h.as_of_date,
    h.is_suppressed,
    h.fulfillable_quantity,
    h.reserved_quantity,
    h.reserved_customer_orders_quantity,
    h.reserved_transfers_quantity,
    h.reserved_processing_quantity,
    h.unsellable_quantity,
    h.inbound_quantity,
    {%- for measure in ["units", "days_in_stock", "velocity"] %}
        {%- for n in [7, 30, 90] %} h.{{ measure }}_{{ n }}d, {%- endfor %}
    {%- endfor %}
    h.velocity,
    h.demand_stddev,
    h.days_of_cover,
    h.days_of_cover_with_inbound,
    h.stock_out_date,
    h.lead_time_days,
    h.lead_time_stddev,
    h.safety_stock,
    h.reorder_point,
    case
        when h.fulfillable_quantity + h.inbound_quantity > h.reorder_point
        then 0
        else
            ceil(h.velocity * (h.lead_time_days + {{ var("inventory_review_days") }}) + h.safety_stock)
            - h.fulfillable_quantity
            - h.inbound_quantity
    end::integer as reorder_quantity,
    case
        when h.velocity is not null
        then greatest(h.fulfillable_quantity - ceil(h.velocity * {{ var("inventory_overstock_days") }}), 0)
    end::integer as overstock_quantity,
    h.planning_date,
    {{ planned_columns("h") }},
    h.stranded_quantity,
    h.stranded_reason,
    h.stranded_at,
    h.unit_cost_amount,
    h.inventory_value_amount,
    h.currency,
    h.reporting_currency,
    round(h.inventory_value_amount * fx.rate, 4) as inventory_value_amount_reporting,
    fx.fx_date,
    round(h.on_hand_days_90d::numeric / nullif(h.ledger_days_90d, 0), 2) as average_on_hand_90d,
    {{ ratio("(h.units_90d * h.ledger_days_90d)", "h.on_hand_days_90d") }} as sell_through_90d,
    h.gross_margin_90d_amount,
    {{ ratio("(h.gross_margin_90d_amount * h.ledger_days_90d)", "h.on_hand_days_90d * h.unit_cost_amount") }}
    as gmroi_90d
from with_reorder_point as h {{ join_rate("h", "h.as_of_date") }}
