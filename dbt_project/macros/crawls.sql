{#
    Crawls: the current items of a feed and where each field stands in them. Every load is read by the mapping that was
    written down with its run (`ops.actor_mappings`); an imported file, which has no run, by the mapping in use. A field
    may stand in up to three places: `<field>_1` is the first.
-#}
{% macro crawled_items(feed, fields) %}
    select
        r.load_id,
        r.row_seq,
        r.item,
        l.scope_id as marketplace_id,
        l.day as date,
        l.instant,
        m.actor
        {%- for field in fields %}
            {%- for place in range(3) %}, m.{{ field }}_{{ place + 1 }} {%- endfor %}
        {%- endfor %}
    from {{ source("apify", feed.split(".")[1]) }} as r
    inner join
        (
            select c.*, coalesce(q.details ->> 'mapping', u.mapping_id) as mapping_id
            from {{ current_loads(feed) }} as c
            inner join ops.loads as d on c.load_id = d.load_id
            left join ops.requests as q on d.request_id = q.request_id
            left join ops.actor_mappings as u on u.feed = '{{ feed }}' and u.in_use
        ) as l
        on r.load_id = l.load_id
    inner join
        (
            select
                mapping_id,
                actor
                {%- for field in fields %}
                    {%- for place in range(3) %}
                        ,
                        case
                            when jsonb_typeof(fields -> '{{ field }}' -> {{ place }}) = 'array'
                            then array(select jsonb_array_elements_text(fields -> '{{ field }}' -> {{ place }}))
                        end as {{ field }}_{{ place + 1 }}
                    {%- endfor %}
                {%- endfor %}
            from ops.actor_mappings
            where feed = '{{ feed }}'
            -- made once for each mapping, not for each item
            offset 0
        ) as m
        on l.mapping_id = m.mapping_id
{% endmacro %}

{# The text of a field of `crawled_items`: what stands in the first of its places that has something. -#}
{% macro crawled(field, alias="i") -%}
    coalesce(
        {%- for place in range(3) -%}
            {{ alias }}.item #>> {{ alias }}.{{ field }}_{{ place + 1 }} {{- ", " if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{#
    stg_apify__keyword_search: the keyword of a search: the address's `k`, with + and percent signs undone, or the text
    itself where it is no address. What is no valid UTF-8 stays as it is: convert_from would fail.
-#}
{% macro keyword_of(query) -%}
    {%- set encoded = "replace(substring(" ~ query ~ " from '[?&]k=([^&#]*)'), '+', ' ')" -%}
    case
        when {{ query }} !~ '^https?://'
        then {{ query }}
        when {{ encoded }} !~ '%'
        then {{ encoded }}
        when {{ encoded }} ~* '{{ valid_percent_encoding() }}'
        then
            (
                select
                    convert_from(
                        string_agg(
                            case
                                when part[1] like '\%__'
                                then decode(substr(part[1], 2), 'hex')
                                else convert_to(part[1], 'UTF8')
                            end,
                            ''::bytea
                            order by place
                        ),
                        'UTF8'
                    )
                from regexp_matches({{ encoded }}, '%[0-9A-Fa-f]{2}|[^%]+', 'g')
                with ordinality as p(part, place)
            )
        else {{ encoded }}
    end
{%- endmacro %}

{# Percent signs stand for whole characters of UTF-8, none of them NUL. -#}
{% macro valid_percent_encoding() -%}
    {%- set more = "%[89AB][0-9A-F]" -%}
    {%- set characters = [
        "[^%]",
        "%0[1-9A-F]",
        "%[1-7][0-9A-F]",
        "%(C[2-9A-F]|D[0-9A-F])" ~ more,
        "%E0%[AB][0-9A-F]" ~ more,
        "%E[1-9A-CEF]" ~ more ~ more,
        "%ED%[89][0-9A-F]" ~ more,
        "%F0%[9AB][0-9A-F]" ~ more ~ more,
        "%F[1-3]" ~ more ~ more ~ more,
        "%F4%8[0-9A-F]" ~ more ~ more,
    ] -%}
    {{- "^(" ~ characters | join("|") ~ ")*$" -}}
{%- endmacro %}
