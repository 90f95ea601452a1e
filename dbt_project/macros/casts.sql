{#
    Safe casts of text. What does not cast is null (and counted by the test `castable`). Zones: a date-time without an
    offset is UTC. Nothing depends on the session's time zone or date style. They run for every value of every document,
    so they are made of the cheapest functions that will do: a regular expression costs ten times a pg_input_is_valid.
-#}
{% macro as_text(column) -%} nullif({{ column }}, '') {%- endmacro %}

{#
    What stands in a field of which nothing is known, as reports of all languages write it: `none`, `n/a`, `--`, two
    quotes. Met: GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT (`none` as a day), the fee reports (`--`), the active
    listings and inventory reports (`N/A`, `Not available`), what spreadsheets make of nothing (`#N/A`, `NULL`).
    Letters decide; case, blanks and signs do not.
-#}
{% macro means_nothing(column) -%}
    {%- set words = [
        "",
        "na",
        "nan",
        "nil",
        "nv",
        "ka",
        "nd",
        "so",
        "null",
        "none",
        "unknown",
        "undefined",
        "unavailable",
        "notavailable",
        "notapplicable",
        "nodata",
        "unbekannt",
        "keine",
        "keineangabe",
        "nichtverfügbar",
        "inconnu",
        "aucun",
        "aucune",
        "nondisponible",
        "desconocido",
        "desconhecido",
        "ninguno",
        "ninguna",
        "nodisponible",
        "nenhum",
        "nãodisponível",
        "indisponível",
        "sconosciuto",
        "nessuno",
        "nessuna",
        "nondisponibile",
        "onbekend",
        "geen",
        "nietbeschikbaar",
        "ingen",
        "okänd",
        "brak",
        "niedostępne",
        "yok",
        "bilinmiyor",
        "なし",
        "不明",
        "該当なし",
        "利用不可",
        "无",
        "未知",
    ] -%}
    translate(lower({{ column }}), U&' \00A0\3000\2013\2014\2212\FF0D./\\-_()"''#*?!:;,[]{}', '')
    in ('{{ words | join("', '") }}')
{%- endmacro %}

{# Whether a field has something to say. -#}
{% macro is_said(value) -%} {{ value }} <> '' and not ({{ means_nothing(value) }}) {%- endmacro %}

{#
    Postgres would also take NaN, infinity, hexadecimal, exponents and underscores for numbers. Reports in other languages,
    and files that went through a spreadsheet, have decimal commas: `19,99` and `1.234,5` are read so; of `1,234` nobody
    knows what it is. `26+`, which stands for 26 or more, is 26.
-#}
{% macro as_numeric(column, open_ended=true) -%}
    {%- set european -%} replace(translate({{ column }}, '. ', ''), ',', '.') {%- endset -%}
    case
        when translate({{ column }}, '0123456789+-. ', '') = '' and pg_input_is_valid({{ column }}, 'numeric')
        then ({{ column }})::numeric
        when
            ({{ column }} like '%,_' or {{ column }} like '%,__')
            and translate({{ column }}, '0123456789+-., ', '') = ''
            and pg_input_is_valid({{ european }}, 'numeric')
        then ({{ european }})::numeric
        {%- if open_ended %}
            when
                translate({{ column }}, '0123456789. ', '') = '+'
                and pg_input_is_valid(rtrim({{ column }}, '+ '), 'numeric')
            then rtrim({{ column }}, '+ ')::numeric
        {%- endif %}
    end
{%- endmacro %}

{# Also 3.0, but not 3.5; and `365+`, which stands for 365 or more, as 365. -#}
{% macro as_integer(column) -%}
    case
        when translate({{ column }}, '0123456789+- ', '') = '' and pg_input_is_valid({{ column }}, 'integer')
        then ({{ column }})::integer
        when
            translate({{ column }}, '0123456789+-', '') = '.'
            and rtrim(split_part({{ column }}, '.', 2), '0') = ''
            and pg_input_is_valid(split_part({{ column }}, '.', 1), 'integer')
        then split_part({{ column }}, '.', 1)::integer
        when
            translate({{ column }}, '0123456789 ', '') = '+' and pg_input_is_valid(rtrim({{ column }}, '+ '), 'integer')
        then rtrim({{ column }}, '+ ')::integer
    end
{%- endmacro %}

{% macro as_boolean(column) -%}
    case lower(btrim({{ column }})) when 'true' then true when 'false' then false end
{%- endmacro %}

{# ISO dates and date-times: the first ten characters. -#}
{% macro as_date(column) -%}
    case
        when {{ column }} like '____-__-__%' and pg_input_is_valid(left({{ column }}, 10), 'date')
        then left({{ column }}, 10)::date
    end
{%- endmacro %}

{# MM/DD/YYYY, as the inventory ledger and restock reports write it; ISO dates too. -#}
{% macro as_us_date(column) -%}
    {%- set iso -%}
        split_part({{ column }}, '/', 3) || '-' || split_part({{ column }}, '/', 1) || '-' || split_part({{ column }}, '/', 2)
    {%- endset -%}
    case
        when
            {{ column }} like '%/%/____'
            and translate({{ column }}, '0123456789', '') = '//'
            and pg_input_is_valid({{ iso }}, 'date')
        then ({{ iso }})::date
        else {{ as_date(column) }}
    end
{%- endmacro %}

{# ISO date-time, with an offset, `UTC` or `Z` behind it or nothing. -#}
{% macro as_timestamp(column) -%}
    case
        when {{ column }} like '____-__-__%__:__%' and pg_input_is_valid({{ column }}, 'timestamptz')
        then
            case
                when right({{ column }}, 6) ~ '[A-Za-z+-]'
                then ({{ column }})::timestamptz
                else ({{ column }})::timestamp at time zone 'UTC'
            end
    end
{%- endmacro %}

{# `09.06.2025 05:23:19 UTC` and `2025/06/09 05:23:19 UTC` as ISO text; every other text as it is. -#}
{% macro dotted_to_iso(column) -%}
    case
        when {{ column }} like '__.__.____%'
        then
            substr({{ column }}, 7, 4)
            || '-'
            || substr({{ column }}, 4, 2)
            || '-'
            || left({{ column }}, 2)
            || substr({{ column }}, 11)
        when {{ column }} like '____/__/__%'
        then replace({{ column }}, '/', '-')
        else {{ column }}
    end
{%- endmacro %}

{# Settlements write date-times in either order. -#}
{% macro as_settlement_timestamp(column) -%} {{ as_timestamp("(" ~ dotted_to_iso(column) ~ ")") }} {%- endmacro %}

{#
    Settlements: a decimal point (1234.50) or a decimal comma (1.234,50). Amazon writes no thousands separators, but
    where both signs stand in a number the last one is the decimal sign, and a sign that stands twice separates thousands.
    Spaces that do not break and a typographical minus come with files that went through a spreadsheet.
-#}
{% macro as_settlement_numeric(column) -%}
    {%- set value -%} translate({{ column }}, U&'\2212\00A0\202F', '-') {%- endset -%}
    {%- set plain -%}
        case
            when strpos({{ column }}, ',') = 0 and {{ column }} not like '%.%.%' then {{ value }}
            when {{ column }} like '%,%.%' or {{ column }} like '%,%,%' then replace({{ value }}, ',', '')
            when {{ column }} like '%.%,%' or {{ column }} like '%.%.%' then replace(replace({{ value }}, '.', ''), ',', '.')
            else replace({{ value }}, ',', '.')
        end
    {%- endset -%}
    {{ as_numeric("(" ~ plain ~ ")", open_ended=false) }}
{%- endmacro %}

{# One of the casts above, by name. -#}
{% macro cast_as(kind, column) -%}
    {%- if kind == "numeric" -%} {{ as_numeric(column) }}
    {%- elif kind == "integer" -%} {{ as_integer(column) }}
    {%- elif kind == "boolean" -%} {{ as_boolean(column) }}
    {%- elif kind == "date" -%} {{ as_date(column) }}
    {%- elif kind == "us_date" -%} {{ as_us_date(column) }}
    {%- elif kind == "named_date" -%} {{ as_named_date(column) }}
    {%- elif kind == "user_date" -%} {{ as_user_date(column) }}
    {%- elif kind == "user_numeric" -%} {{ as_user_numeric(column) }}
    {%- elif kind == "timestamp" -%} {{ as_timestamp(column) }}
    {%- elif kind == "settlement_numeric" -%} {{ as_settlement_numeric(column) }}
    {%- elif kind == "settlement_timestamp" -%} {{ as_settlement_timestamp(column) }}
    {%- elif kind == "page_price" -%} {{ as_page_price(column) }}
    {%- elif kind == "page_count" -%} {{ as_page_count(column) }}
    {%- elif kind == "page_rank" -%} {{ as_page_rank(column) }}
    {%- elif kind == "page_coupon" -%} coalesce({{ page_coupon(column, "ratio") }}, {{ page_coupon(column, "amount") }})
    {%- elif kind == "offers_count" -%} {{ as_offers_count(column) }}
    {%- else -%} {{ exceptions.raise_compiler_error("there is no cast " ~ kind) }}
    {%- endif -%}
{%- endmacro %}

{#
    What a staging model casts, found in its text: column of the raw table -> kind, of `as_integer("r.quantity")` and its
    like. What it casts in another way is not found, and has to be listed where it is needed.
-#}
{% macro casts_of(model) %}
    {% set casts = {} %}
    {% set node = graph.nodes.get("model." ~ project_name ~ "." ~ model) if execute %}
    {% set kinds = "numeric|integer|boolean|date|us_date|named_date|user_date|user_numeric|timestamp" %}
    {% set cast = "as_(" ~ kinds ~ '|settlement_numeric|settlement_timestamp)\\("r\\.(\\w+)"\\)' %}
    {% for kind, column in modules.re.findall(cast, node.raw_code if node else "") %}
        {% do casts.update({column: kind}) %}
    {% endfor %}
    {{ return(casts) }}
{% endmacro %}
