{{
    config(
        meta={"opens": "open_profit_slices"},
        indexes=[{"columns": ["store_id", "date"]}, {"columns": ["store_id", "sku", "date"]}],
        post_hook="{{ unique_with_nulls(['store_id', 'date', 'sku']) }}",
    )
}}
{%- set missing = incomplete_reason(
    [
        not_configured("d.is_configured"),
        unknown_units("costs", "d.units_without_cost", "d.units"),
        unknown_units("fees", "d.units_without_fees", "d.units"),
        no_rate("d"),
    ]
) %}
-- Profit by day and SKU as a sum of signed parts; what belongs to no SKU is in a row without one.
{%- set parts = ["orders", "settlements", "storage", "ads", "returned_goods", "costs"] %}
with
    entries as (
        {% for part in parts %}
            select store_id, tenant_id, date, sku, currency, part, amount
            from {{ ref("int_profit_" ~ part) }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),
    sums as (
        select
            e.store_id,
            max(e.tenant_id) as tenant_id,
            e.date,
            nullif(e.sku, '') as sku,
            max(e.currency) as row_currency,
            coalesce(sum(e.amount) filter (where e.part = 'units'), 0)::integer as units,
            {% for part in profit_parts() %}
                coalesce(sum(e.amount) filter (where e.part = '{{ part }}'), 0) as {{ part }}_amount,
            {% endfor %}
            coalesce(sum(e.amount) filter (where e.part = 'tax_in_revenue'), 0) as tax_in_revenue_amount,
            coalesce(bool_or(e.part = 'actual'), false) as has_actual,
            coalesce(bool_or(e.part = 'estimated'), false) as has_estimated,
            coalesce(sum(e.amount) filter (where e.part = 'units_without_fees'), 0)::integer as units_without_fees,
            coalesce(sum(e.amount) filter (where e.part = 'units_without_cost'), 0)::integer as units_without_cost
        from {{ sliced("entries") }} as e
        group by e.store_id, e.date, nullif(e.sku, '')
    ),
    totals as (
        select
            d.*,
            {{ profit_parts() | join("_amount + ") }}_amount as profit_amount,
            coalesce(s.currency, d.row_currency) as currency,
            t.reporting_currency,
            s.store_id is not null as is_configured
        from sums as d
        left join {{ ref("int_stores") }} as s on d.store_id = s.store_id
        left join ops.tenants as t on d.tenant_id = t.tenant_id
    )
select
    d.store_id,
    d.tenant_id,
    d.date,
    d.sku,
    d.units,
    {% for part in profit_parts() %} d.{{ part }}_amount, {% endfor %}
    d.profit_amount,
    {{ ratio("d.profit_amount", "(d.revenue_amount - d.tax_in_revenue_amount)") }} as margin,
    d.tax_in_revenue_amount,
    d.revenue_amount - d.tax_in_revenue_amount as revenue_net_amount,
    case
        when d.has_actual and (d.has_estimated or d.units_without_fees > 0)
        then 'mixed'
        when d.has_actual
        then 'actual'
        when d.has_estimated or d.units_without_fees > 0
        then 'estimated'
    end as fees_source,
    d.units_without_fees,
    d.units_without_cost,
    d.currency,
    d.reporting_currency,
    round(d.revenue_amount * fx.rate, 4) as revenue_amount_reporting,
    round((d.revenue_amount - d.tax_in_revenue_amount) * fx.rate, 4) as revenue_net_amount_reporting,
    round(d.advertising_amount * fx.rate, 4) as advertising_amount_reporting,
    round(d.cost_of_goods_amount * fx.rate, 4) as cost_of_goods_amount_reporting,
    round(d.profit_amount * fx.rate, 4) as profit_amount_reporting,
    fx.rate as fx_rate,
    fx.fx_date,
    {{ missing }} is null as is_complete,
    {{ missing }} as incomplete_reason
from totals as d {{ join_rate("d", "d.date") }}
