{#
    A view that stands as it is while the models are those that made it: TRADEWIND_DBT_SAME_MODELS says so
    (pipelines/transformation/transform.py). Half a hundred views made anew would be most of the time of a small build.
-#}
{% materialization staged, adapter = "postgres" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none and existing.is_view and env_var(
        "TRADEWIND_DBT_SAME_MODELS", ""
    ) == "1" and not should_full_refresh() and var("as_of") is none -%}
        {%- call noop_statement("main", "UNCHANGED") -%} {{ sql }} {%- endcall -%}
        {{ return({"relations": [existing]}) }}
    {%- else -%} {{ return(dbt.materialization_view_default()) }}
    {%- endif -%}
{% endmaterialization %}
