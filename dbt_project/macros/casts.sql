{#
    Safe casts of text. What does not cast is null (and counted by the test `castable`); an empty string is null.
    Zones: a date-time without an offset is UTC. Nothing depends on the session's time zone or date style.
-#}
{% macro as_text(column) -%} nullif({{ column }}, '') {%- endmacro %}

{% macro as_numeric(column) -%}
    case
        when btrim({{ column }}) ~ '^[+-]?([0-9]{1,40}[.]?[0-9]{0,40}|[.][0-9]{1,40})$'
        then btrim({{ column }})::numeric
    end
{%- endmacro %}

{% macro as_integer(column) -%}
    case when btrim({{ column }}) ~ '^[+-]?[0-9]{1,9}([.]0{0,9})?$' then btrim({{ column }})::numeric::integer end
{%- endmacro %}

{% macro as_boolean(column) -%}
    case lower(btrim({{ column }})) when 'true' then true when 'false' then false end
{%- endmacro %}

{# ISO dates and date-times: the first ten characters. -#}
{% macro as_date(column) -%}
    case
        when
            btrim({{ column }}) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}'
            and pg_input_is_valid(left(btrim({{ column }}), 10), 'date')
        then left(btrim({{ column }}), 10)::date
    end
{%- endmacro %}

{# MM/DD/YYYY, as the inventory ledger writes it. -#}
{% macro as_us_date(column) -%}
    case
        when
            btrim({{ column }}) ~ '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$'
            and pg_input_is_valid(
                regexp_replace(btrim({{ column }}), '^([0-9]+)/([0-9]+)/([0-9]+)$', '\3-\1-\2'), 'date'
            )
        then regexp_replace(btrim({{ column }}), '^([0-9]+)/([0-9]+)/([0-9]+)$', '\3-\1-\2')::date
    end
{%- endmacro %}

{# ISO date-time, offset or `UTC` or `Z` behind it or nothing. -#}
{% macro as_timestamp(column) -%}
    case
        when
            btrim({{ column }}) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}'
            and pg_input_is_valid(btrim({{ column }}), 'timestamptz')
        then
            case
                when btrim({{ column }}) ~ '([zZ]|[+-][0-9]{2}(:?[0-9]{2})?|[A-Z]{3,4})$'
                then btrim({{ column }})::timestamptz
                else btrim({{ column }})::timestamp at time zone 'UTC'
            end
    end
{%- endmacro %}

{# `09.06.2025 05:23:19 UTC` as ISO text; every other text as it is. -#}
{% macro dotted_to_iso(column) -%}
    regexp_replace(btrim({{ column }}), '^([0-9]{2})[.]([0-9]{2})[.]([0-9]{4})', '\3-\2-\1')
{%- endmacro %}

{#
    Settlements: a decimal point (1234.50) or a decimal comma (1.234,50). Amazon writes no thousands separators, but
    where both signs stand in a number the last one is the decimal sign, and a sign that stands twice separates thousands.
-#}
{% macro as_settlement_numeric(column) -%}
    {%- set plain -%}
        case
            when {{ column }} ~ '[,].*[.]' or {{ column }} ~ '[,].*[,]' then replace({{ column }}, ',', '')
            when {{ column }} ~ '[.].*[,]' or {{ column }} ~ '[.].*[.]' then replace(replace({{ column }}, '.', ''), ',', '.')
            else replace({{ column }}, ',', '.')
        end
    {%- endset -%}
    {{ as_numeric(plain) }}
{%- endmacro %}

{# Settlements write date-times in either order. -#}
{% macro as_settlement_timestamp(column) -%} {{ as_timestamp(dotted_to_iso(column)) }} {%- endmacro %}

{# One of the casts above, by name. -#}
{% macro cast_as(kind, column) -%}
    {%- if kind == "numeric" -%} {{ as_numeric(column) }}
    {%- elif kind == "integer" -%} {{ as_integer(column) }}
    {%- elif kind == "boolean" -%} {{ as_boolean(column) }}
    {%- elif kind == "date" -%} {{ as_date(column) }}
    {%- elif kind == "us_date" -%} {{ as_us_date(column) }}
    {%- elif kind == "timestamp" -%} {{ as_timestamp(column) }}
    {%- elif kind == "settlement_numeric" -%} {{ as_settlement_numeric(column) }}
    {%- elif kind == "settlement_timestamp" -%} {{ as_settlement_timestamp(column) }}
    {%- else -%} {{ exceptions.raise_compiler_error("there is no cast " ~ kind) }}
    {%- endif -%}
{%- endmacro %}
