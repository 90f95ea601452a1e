{#
    How many of a thousand values that are there do not cast, in the worst column (they are null in staging). Looks at the
    loads of `feed` since the tests last passed. columns: expression on the raw table -> numeric, integer, boolean, date,
    us_date, timestamp, settlement_numeric, settlement_timestamp. Without a `table` the columns are fields of crawled items.
    Holds up no model.
-#}
{% test castable(model, feed, columns, table=none) %}
    {{ config(fail_calc="coalesce(max(bad_in_thousand), 0)", warn_if="> 0", error_if="> 50") }}
    -- depends_on: {{ ref("data_coverage") }}
    {% if not has_unseen_loads(feed) %} {{ return("select 0 as bad_in_thousand where false") }} {% endif %}
    with
        counted as (
            select
                {% for column, kind in columns.items() %}
                    {% set value = column if table else crawled(column) %}
                    count(*) filter (where btrim({{ value }}) <> '') as there_{{ loop.index }},
                    count(*) filter (
                        where ({{ cast_as(kind, value) }}) is null and btrim({{ value }}) <> ''
                    ) as bad_{{ loop.index }}
                    {{- "," if not loop.last }}
                {% endfor %}
            from
                {% if table %} {{ source(feed.split(".")[0], table) }}
                {% else %} ({{ crawled_items(feed, columns) }}) as i
                {% endif %}
            {% if not var("test_everything") %}
                where
                    load_id = any(
                        array(
                            select load_id
                            from ops.changes
                            where producer = '{{ feed }}' and {{ unseen("xid", "tests") }}
                        )
                    )
            {% endif %}
        )
    select v.value, v.there, v.bad, ceil(1000.0 * v.bad / v.there)::integer as bad_in_thousand
    from counted as c
    cross join
        lateral(
            values
                {% for column in columns %}
                    (
                        {{ dbt.string_literal(column | replace("'", "")) }},
                        c.there_{{ loop.index }},
                        c.bad_{{ loop.index }}
                    )
                    {{- "," if not loop.last }}
                {% endfor %}
        ) as v(value, there, bad)
    where v.bad > 0
{% endtest %}
