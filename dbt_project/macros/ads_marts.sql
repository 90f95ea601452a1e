{# What the marts of advertising share; the macros of their staging are in ads.sql. -#}
{# Amazon's names of what the reports' prefixes stand for. -#}
{% macro ad_product(prefix) -%}
    '{{ {"sp": "SPONSORED_PRODUCTS", "sb": "SPONSORED_BRANDS", "sd": "SPONSORED_DISPLAY"}[prefix] }}'
{%- endmacro %}

{#
    Sums of what a report counts, the same columns of every product. Sponsored Products are attributed to clicks within 1,
    7, 14 and 30 days; Brands and Display within 14 days, to clicks, or to clicks and views. What a report does not tell is
    null. has_units: whether it tells the units that followed a click.
-#}
{% macro ad_measures(prefix, has_units=true) -%}
    sum(impressions)::integer as impressions,
    sum(clicks)::integer as clicks,
    sum(cost) as cost,
    {% if prefix == "sp" -%}
        {{ sum_windows() }},
        null::integer as purchases_14d_with_views,
        null::integer as units_14d_with_views,
        null::numeric as sales_14d_with_views
    {%- else -%}
        {%- set found = {"purchases": "purchases_clicks", "sales": "sales_clicks"} -%}
        {%- if has_units %} {%- do found.update({"units": "units_sold_clicks"}) -%}
        {% endif -%}
        {{ sum_of_14_days(found, ["purchases", "units", "sales"]) }},
        sum(purchases)::integer as purchases_14d_with_views,
        sum(units_sold)::integer as units_14d_with_views,
        sum(sales) as sales_14d_with_views
    {%- endif %}
{%- endmacro %}

{# Measures of which a report has the window of 14 days at most: `found` names its columns. -#}
{% macro sum_of_14_days(found, measures, end="") -%}
    {%- for measure in measures %}
        {%- set last_measure, type = loop.last, "numeric" if measure == "sales" else "integer" %}
        {%- for days in [1, 7, 14, 30] %}
            {% if days == 14 and measure in found -%} sum({{ found[measure] }})
            {%- else -%} null
            {%- endif -%}::{{ type }}
            as {{ measure }}{{ end }}_{{ days }}d {{- "," if not (last_measure and loop.last) }}
        {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{#
    Ratios of a row's own sums, in the window that Amazon's console takes for the product: Sponsored Products of sellers 7
    days after a click, Brands and Display 14 days after a click or a view; `cvr` counts clicks only.
-#}
{% macro ad_ratios(alias) -%}
    {%- set is_sp = alias ~ ".ad_product = " ~ ad_product("sp") -%}
    {%- set sales -%}
        case when {{ is_sp }} then {{ alias }}.sales_7d else {{ alias }}.sales_14d_with_views end
    {%- endset -%}
    {%- set purchases -%}
        case when {{ is_sp }} then {{ alias }}.purchases_7d else {{ alias }}.purchases_14d end
    {%- endset -%}
    {{ ratio(alias ~ ".clicks", alias ~ ".impressions") }} as ctr,
    {{ ratio(alias ~ ".cost", alias ~ ".clicks") }} as cpc,
    {{ ratio(purchases, alias ~ ".clicks") }} as cvr,
    {{ ratio(alias ~ ".cost", sales) }} as acos,
    {{ ratio(sales, alias ~ ".cost") }} as roas
{%- endmacro %}
