{# Which rows are whole: what is missing in the amounts of a row, in words, so that no sum shows it as profit or sales. -#}
{# What is missing, from expressions that are null where nothing is; null where all are. -#}
{% macro incomplete_reason(reasons) -%} nullif(concat_ws('; ', {{ reasons | join(", ") }}), '') {%- endmacro %}

{# Rows of an account's document that belong to no store of `stores.yaml`: nobody enters costs for them or reads ads. -#}
{% macro not_configured(is_configured) -%}
    case when not {{ is_configured }} then 'the store is not configured' end
{%- endmacro %}

{# Of how many of a row's units something is not known. -#}
{% macro unknown_units(of, missing, units) -%}
    case when {{ missing }} > 0 then format('no {{ of }} for %s of %s units', {{ missing }}, {{ units }}) end
{%- endmacro %}

{# Amounts in the reporting currency are null, and so missing in sums. -#}
{% macro no_rate(row, fx="fx") -%}
    case
        when {{ fx }}.rate is null
        then
            format(
                'no exchange rate from %s to %s',
                coalesce({{ row }}.currency, 'no currency'),
                coalesce({{ row }}.reporting_currency, 'no currency')
            )
    end
{%- endmacro %}
