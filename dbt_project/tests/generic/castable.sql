{#
    Values that are there and do not cast (they are null in staging), by whom they were brought. What means nothing, like
    `n/a`, is not there. Looks at the loads of `feed` since the tests last passed. columns: expression on the raw table ->
    a kind of cast_as. Without a `table` the columns are fields of crawled items. A warning: a document of one store must
    not hold up others.
-#}
{% test castable(model, feed, columns, table=none) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    -- depends_on: {{ ref("data_coverage") }}
    {% if not has_unseen_loads(feed) %} {{ return("select '' as named where false") }} {% endif %}
    with
        counted as (
            select
                load_id
                {%- for column, kind in columns.items() %}
                    {% set value = column if table else crawled(column) %},
                    count(*) filter (where {{ is_said(value) }}) as there_{{ loop.index }},
                    count(*) filter (
                        where ({{ cast_as(kind, value) }}) is null and {{ is_said(value) }}
                    ) as bad_{{ loop.index }}
                {%- endfor %}
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
            group by load_id
        ),
        by_column as (
            select l.scope_id, v.number, v.value, sum(v.there) as there, sum(v.bad) as bad
            from counted as c
            inner join ops.loads as l on c.load_id = l.load_id
            cross join
                lateral(
                    values
                        {% for column in columns %}
                            (
                                {{ loop.index }},
                                {{ dbt.string_literal(column | replace("'", "")) }},
                                c.there_{{ loop.index }},
                                c.bad_{{ loop.index }}
                            )
                            {{- "," if not loop.last }}
                        {% endfor %}
                ) as v(number, value, there, bad)
            where v.bad > 0
            group by l.scope_id, v.number, v.value
        )
    select
        scope_id
        || ': {{ feed }}, '
        || string_agg(format('%s (%s of %s values)', value, bad, there), ', ' order by number) as named
    from by_column
    group by scope_id
{% endtest %}
