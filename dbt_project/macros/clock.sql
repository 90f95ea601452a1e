{# The clock of all models: the moment of `as_of`, or null for "now". No model calls now() or current_date. -#}
{% macro known_at() -%}
    {%- if var("as_of") -%} timestamptz '{{ var("as_of") }}' {%- else -%} null::timestamptz {%- endif -%}
{%- endmacro %}

{#
    The loads that stand for the truth of each slice of a feed: scope_id, slice_key, day, instant, load_id. Of now from the
    table itself, as the planner knows nothing of a union's columns and takes a year for a hundredth of it.
-#}
{% macro current_loads(feed) -%}
    {%- if var("as_of") -%} ops.current_loads('{{ feed }}', {{ known_at() }})
    {%- else -%}
        (
            select scope_id, slice_key, day, instant, current_load_id as load_id
            from ops.slices
            where feed = '{{ feed }}' and current_load_id is not null
        )
    {%- endif -%}
{%- endmacro %}

{#
    The newest load of each scope of a feed: as an array, so that the raw table's index is used. Its parentheses are
    double because sqlfluff cannot read single ones around an `order by`.
-#}
{% macro in_newest_loads(feed) -%}
    load_id = any(
        array(
            (
                select distinct on (scope_id) load_id
                from {{ current_loads(feed) }}
                order by scope_id, instant desc, load_id desc
            )
        )
    )
{%- endmacro %}

{# The loads of an upsert feed: all of them, as far as they were there. -#}
{% macro every_load(feed) -%}
    (
        select load_id, scope_id, report_created_at, store_id as imported_into
        from ops.loads
        where
            feed = '{{ feed }}' and pruned_at is null
            {%- if var("as_of") %} and loaded_at <= {{ known_at() }} {%- endif %}
    )
{%- endmacro %}

{# on-run-start: what is pruned cannot be shown as of a moment that needs it. -#}
{% macro refuse_pruned_past() %}
    {% if execute and var("as_of") %}
        {% set missing = (
            run_query(
                "select distinct l.feed from ops.loads l where l.pruned_at is not null and l.loaded_at <= "
                ~ known_at()
                ~ " and l.pruned_at > "
                ~ known_at()
                ~ " order by 1"
            )
            .columns[0]
            .values()
        ) %}
        {% if missing | length %}
            {{
                exceptions.raise_compiler_error(
                    "as_of " ~ var("as_of") ~ " is too early: loads of " ~ missing
                    | join(", ") ~ " that were known then have been pruned since. Choose a later moment."
                )
            }}
        {% endif %}
    {% endif %}
{% endmacro %}
