{#
    Which rows data tests look at: those on the (store, day) that builds have changed since all tests last passed (the
    mark `tests`), so that a day's build costs the same however long the history is, and a failure stays until it is
    cured. All rows where a model was built anew, where it does not report days, and with `test_everything`.

    told_by: the table whose changes are meant, if not the relation's own; day: the column that is a day of them.
-#}
{% macro rows_to_test(relation, told_by=none, day="date") %}
    {% set teller = told_by or relation %}
    {% if not execute or var("test_everything") or var("as_of") or not reports_days(teller) %}
        {{ return(relation) }}
    {% endif %}
    {% set changed = (
        "from ops.changes as c where c.producer = '"
        ~ relation_name(teller)
        ~ "' and "
        ~ unseen("c.xid", "tests")
    ) %}
    {% set anew = run_query(
        "select not exists (select 1 from ops.marks where consumer = 'tests') "
        ~ "or exists (select 1 "
        ~ changed
        ~ " and c.window_start is null)"
    ).rows[0][0] %}
    {% if anew %} {{ return(relation) }} {% endif %}
    {{
        return(
            "(select t.* from "
            ~ relation
            ~ " as t inner join (select distinct w.scope_id, w.window_start + n as date from "
            ~ "(select c.* "
            ~ changed
            ~ ") as w cross join generate_series(0, w.window_end - w.window_start) as n) as d "
            ~ "on t.store_id = d.scope_id and t."
            ~ day
            ~ " = d.date)"
        )
    }}
{% endmacro %}

{# Whether a feed has loads that no passing test has seen: a test of raw values has nothing to look at without. -#}
{% macro has_unseen_loads(feed) %}
    {% if not execute or var("test_everything") %} {{ return(true) }} {% endif %}
    {{
        return(
            run_query(
                "select exists (select 1 from ops.changes where producer = '"
                ~ feed
                ~ "' and "
                ~ unseen("xid", "tests")
                ~ ")"
            ).rows[0][0]
        )
    }}
{% endmacro %}

{# Whether a model reports its changes by day (see close_slices). -#}
{% macro reports_days(relation) %}
    {% if not execute %} {{ return(true) }} {% endif %}
    {% for node in graph.nodes.values() if node.resource_type == "model" and node.name == relation.identifier %}
        {{ return(node.schema == "marts" and reports_of(node) in ("days", "orders")) }}
    {% endfor %}
    {{ return(false) }}
{% endmacro %}

{# on-run-end: when every data test there is has passed or warned, what they looked at needs no second look. -#}
{% macro remember_tested(results) %}
    {% if execute and not var("as_of") %}
        {% set passed = [] %}
        {% for result in results if result.node.resource_type == "test" and result.status in ("pass", "warn") %}
            {% do passed.append(result.node.unique_id) %}
        {% endfor %}
        {% set tests = (
            graph.nodes.values() | selectattr("resource_type", "equalto", "test") | map(attribute="unique_id")
        ) %}
        {% if tests | reject("in", passed) | list | length == 0 %}
            insert into ops.marks(consumer, seen, cluster)
            values ('tests', pg_current_snapshot(), {{ cluster() }})
            on conflict (consumer) do update set seen = excluded.seen, cluster = excluded.cluster
        {% endif %}
    {% endif %}
{% endmacro %}

{# Whether a valid unique index covers exactly these columns, which are declared not null. -#}
{% macro has_unique_index(relation, columns) -%}
    (
        select
            exists (
                select 1
                from pg_index as i
                cross join
                    lateral(
                        select
                            array_agg(a.attname::text order by a.attname::text) as names,
                            bool_and(a.attnotnull) as filled
                        from pg_attribute as a
                        where a.attrelid = i.indrelid and a.attnum = any(i.indkey)
                    ) as c
                where
                    i.indrelid = to_regclass('{{ relation }}')
                    and i.indisunique
                    and i.indisvalid
                    and i.indpred is null
                    and c.filled
                    and c.names = array['{{ columns | sort | join("', '") }}']
            )
    )
{%- endmacro %}
