{#
    Values that are there and do not cast (they are null in staging), by whom they were brought. What means nothing, like
    `n/a`, is not there. Looks at the loads of the model's feed since the tests last passed. The feed is in the name of the
    model. columns: expression on the raw table -> a kind of cast_as; of crawled items, field -> kind. Without them they
    are what the model casts by `as_integer("r.quantity")` and its like. table: the source, where it is named unlike the
    model. A warning: a document of one store must not hold up others.
-#}
{% test castable(model, columns=none, table=none) %}
    {{
        config(
            severity="warn",
            meta={
                "told": "named",
                "about": "These values could not be read and are null in the marts. Import the document as Amazon gave it, not as a spreadsheet saved it.",
            },
        )
    }}
    -- depends_on: {{ ref("data_coverage") }}
    {# while dbt parses, `model` is the test itself: of which source it is, is not known before it runs -#}
    {% if not execute %} {{ return("select '' as named where false") }} {% endif %}
    {% set source_name, of_model = model.identifier[4:].split("__", 1) %}
    {% set feed, table = source_name ~ "." ~ of_model.split("__")[0], table or of_model %}
    {% if not has_unseen_loads(feed) %} {{ return("select '' as named where false") }} {% endif %}
    {% set columns = columns or casts_of(model.identifier) %}
    with
        counted as (
            select
                load_id
                {%- for column, kind in columns.items() %}
                    {% set value = crawled(column) if source_name == "apify" else column %},
                    count(*) filter (where {{ is_said(value) }}) as there_{{ loop.index }},
                    count(*) filter (
                        where ({{ cast_as(kind, value) }}) is null and {{ is_said(value) }}
                    ) as bad_{{ loop.index }}
                {%- endfor %}
            from
                {% if source_name == "apify" %} ({{ crawled_items(feed, columns) }}) as i
                {% else %} {{ source(source_name, table) }} as r
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
