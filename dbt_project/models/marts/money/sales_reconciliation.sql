{{
    config(
        meta={"opens": "open_reconciliation_slices"},
        indexes=[{"columns": ["store_id", "date", "kind"], "unique": true}, {"columns": ["status", "store_id"]}],
    )
}}
-- What two sources say of the same money, side by side. A comparison is open while one of them may still change.
{%- set parts = [
    "orders_against_traffic",
    "orders_against_settlements",
    "settlements_without_orders",
    "ads_against_grains",
    "advertising_against_settlements",
    "settlements_against_totals",
] %}
with
    compared as (
        {% for part in parts %}
            select
                store_id,
                tenant_id,
                date,
                kind,
                amount,
                compared_amount,
                unsettled_amount,
                unsettled_orders,
                currency,
                is_closed
            from {{ ref("int_" ~ part) }} {{ "union all" if not loop.last }}
        {% endfor %}
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
