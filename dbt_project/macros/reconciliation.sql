{# What parts of sales_reconciliation (models/parts/sales_reconciliation) share with each other and with its opening. -#}
{# Days after which a source is not expected to change any more, counted back from its newest day. -#}
{% macro days_open(source) -%} {{ return({"traffic": 14, "settlements": 30, "ads": 14}[source]) }} {%- endmacro %}

{# The share of the first amount that a difference may have, as what two sources call the same is not quite the same. -#}
{% macro tolerated_share(kind) -%}
    case {{ kind }} when 'orders_against_traffic' then 0.005 when 'advertising_against_settlements' then 0.02 else 0 end
{%- endmacro %}

{# Whether a settlement line is what buyers paid. -#}
{% macro is_settled_revenue(line) -%} not {{ line }}.is_refund and {{ line }}.is_in_price {%- endmacro %}

{# The settlements of configured stores with their days. -#}
{% macro settlement_periods() -%}
    (
        select
            t.*,
            (t.started_at at time zone s.time_zone)::date as first_day,
            ((t.ended_at - interval '1 second') at time zone s.time_zone)::date as last_day
        from {{ ref("settlements") }} as t
        inner join {{ ref("int_stores") }} as s on t.store_id = s.store_id
        where t.started_at is not null and t.ended_at is not null
    )
{%- endmacro %}
