{# A ratio of two sums, rounded to 6 places, half away from zero; null when nothing is below the line. -#}
{% macro ratio(above, below) -%} round({{ above }}::numeric / nullif({{ below }}, 0), 6) {%- endmacro %}

{#
    Joins `fx` (rate, fx_date): from currency to reporting_currency of the row `alias`, the last rate on or before `day`
    and at most 7 days old. The same currency has rate 1 of that very day; no rate: both null.
-#}
{% macro join_rate(alias, day) %}
    left join
        lateral(
            select 1::numeric as rate, {{ day }} as fx_date
            where {{ alias }}.currency = {{ alias }}.reporting_currency
            union all
            (
                select f.rate, f.date
                from {{ ref("int_fx_rates") }} as f
                where
                    {{ alias }}.currency <> {{ alias }}.reporting_currency
                    and f.base_currency = {{ alias }}.currency
                    and f.quote_currency = {{ alias }}.reporting_currency
                    and f.date between {{ day }} - 7 and {{ day }}
                order by f.date desc
                limit 1
            )
        ) as fx
        on true
{% endmacro %}

{# Whether a marketplace's prices are with their tax: everywhere but in the United States and Canada. -#}
{% macro prices_contain_tax(sales_channel) -%}
    (lower({{ sales_channel }}) like 'amazon.%' and lower({{ sales_channel }}) not in ('amazon.com', 'amazon.ca'))
{%- endmacro %}

{# A price less the tax that it contains. -#}
{% macro without_tax(price, tax, sales_channel) -%}
    {{ price }} - case when {{ prices_contain_tax(sales_channel) }} then coalesce({{ tax }}, 0) else 0 end
{%- endmacro %}

{# Sums of what Ads attributes within 1, 7, 14 and 30 days of the click. -#}
{% macro sum_windows() -%}
    {%- for measure, type in {"purchases": "::integer", "units": "::integer", "sales": ""}.items() %}
        {%- set last_measure = loop.last %}
        {%- for days in [1, 7, 14, 30] %}
            sum({{ measure }}_{{ days }}d){{ type }} as {{ measure }}_{{ days }}d
            {{- "," if not (last_measure and loop.last) }}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}
