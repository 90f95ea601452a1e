{#
    How many of a thousand values that are there do not cast, in the worst column (they are null in staging). Looks at the
    loads of `feed` since the tests last passed. columns: expression on the raw table -> numeric, integer, boolean, date,
    us_date, timestamp, settlement_numeric, settlement_timestamp. Holds up no model.
-#}
{% test castable(model, feed, table, columns) %}
    {{ config(fail_calc="coalesce(max(bad_in_thousand), 0)", warn_if="> 0", error_if="> 50") }}
    -- depends_on: {{ ref("data_coverage") }}
    with
        documents as (
            select *
            from {{ source(feed.split(".")[0], table) }}
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
        ),
        counted as (
            {% for column, kind in columns.items() %}
                select
                    {{ dbt.string_literal(column | replace("'", "")) }} as value,
                    count(*) filter (where btrim({{ column }}) <> '') as there,
                    count(*) filter (where btrim({{ column }}) <> '' and ({{ cast_as(kind, column) }}) is null) as bad
                from documents {{ "union all" if not loop.last }}
            {% endfor %}
        )
    select value, there, bad, ceil(1000.0 * bad / there)::integer as bad_in_thousand
    from counted
    where bad > 0
{% endtest %}
