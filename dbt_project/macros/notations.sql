{#
    The marketplace day that a value names, as landing reads it: of a date-time with an offset the day in that zone, of
    anything else its first ten characters. With `dated`, midnight in UTC is a date that was written as a moment.
-#}
{% macro marketplace_day(column, zone, dated=false) -%}
    case
        {%- if dated %}
            when btrim({{ column }}) ~ '^.{10}[T ]00:00(:00([.]0+)?)?(Z|[+-]00(:?00)?)$' then {{ as_date(column) }}
        {%- endif %}
        when {{ column }} like '____-__-__%__:__%' and right(btrim({{ column }}), 6) ~ '([A-Za-z]|[+-][0-9:]+)$'
        then (({{ as_timestamp(column) }}) at time zone {{ zone }})::date
        else {{ as_date(column) }}
    end
{%- endmacro %}

{# DD-Mon-YYYY, as the merchant's returns write it; ISO dates too. -#}
{% macro as_named_date(column) -%}
    case
        when {{ column }} like '%-___-____' and pg_input_is_valid({{ column }}, 'date')
        then ({{ column }})::date
        else {{ as_date(column) }}
    end
{%- endmacro %}

{# A month, YYYY-MM or a date within it, as its first day. -#}
{% macro as_month(column) -%} {{ as_date("(left(btrim(" ~ column ~ "), 7) || '-01')") }} {%- endmacro %}

{# Y and N, yes and no. -#}
{% macro as_yes_no(column) -%}
    case lower(btrim({{ column }})) when 'y' then true when 'yes' then true when 'n' then false when 'no' then false end
{%- endmacro %}

{# Fee reports write `--` for what is not known. -#}
{% macro told(column) -%} nullif(btrim({{ column }}), '--') {%- endmacro %}

{#
    Numbers of a user's own file: as settlements write them, but of `1,234` nobody knows whether it is a bit more than one
    or a thousand: null, which the test `castable` tells.
-#}
{% macro as_user_numeric(column) -%}
    case when btrim({{ column }}) !~ '^-?[1-9][0-9]{0,2},[0-9]{3}$' then {{ as_settlement_numeric(column) }} end
{%- endmacro %}

{# A day in a user's own file: 2026-03-01, or 01.03.2026 as European spreadsheets write it. -#}
{% macro as_user_date(column) -%} {{ as_date("(" ~ dotted_to_iso(column) ~ ")") }} {%- endmacro %}

{#
    A SKU in a user's own file: without the blanks that spreadsheets leave round it (also those that do not break), and
    without ="...", which keeps leading zeros in one.
-#}
{% macro user_sku(column) -%}
    coalesce(
        btrim(
            case
                when {{ column }} like '="%"' then substr({{ column }}, 3, length({{ column }}) - 3) else {{ column }}
            end,
            U&' \0009\00A0\202F\3000\FEFF'
        ),
        ''
    )
{%- endmacro %}

{#
    The marketplace day of a row of a raw table, as landing reads it: column and notations are those of the catalogue
    (raw_days.sql). A row whose day is not its slice's is not shown, so that nothing here may be written by
    hand. zone: of the scope's days.
-#}
{% macro row_day(source_name, table, zone="'UTC'", row="r") -%}
    {%- set found = raw_days()[source_name ~ "__" ~ table] -%}
    {%- set column, formats = row ~ "." ~ found[0], found[1:] -%}
    {%- if "%m/%d/%Y" in formats -%}
        {{ as_us_date(column) }}
        {%- elif "%d-%b-%Y" in formats -%} {{ as_named_date(column) }}
        {%- elif "%d.%m.%Y" in formats -%} {{ as_user_date(column) }}
        {%- elif "%Y-%m" in formats -%} {{ as_month(column) }}
    {%- elif formats[0] in ("iso", "dated") -%} {{ marketplace_day(column, zone, dated="dated" in formats) }}
    {%- else -%}
        {{
            exceptions.raise_compiler_error(
                "No cast reads the days of " ~ source_name ~ "." ~ table ~ ", " ~ formats
                | join(", ") ~ ": write one in macros/casts.sql, and choose it in row_day (macros/notations.sql)."
            )
        }}
    {%- endif -%}
{%- endmacro %}
