{#
    An increment into a table that models of this fingerprint have made: TRADEWIND_DBT_SAME_MODELS says so
    (pipelines/transformation/transform.py). Contract, comments and grants follow from the models, so that the table has
    them; dbt would ask for and write all of them again, at each model of a build of five rows. What may differ, as dbt by
    hand has built from other models since, are the columns, and they are compared. Everything else, a full refresh and
    any build by hand among it, is dbt's own incremental materialization.
-#}
{% materialization incremental, adapter = "postgres" %}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or not existing.is_table or env_var(
        "TRADEWIND_DBT_SAME_MODELS", ""
    ) != "1" or should_full_refresh() or var("as_of") is not none -%}
        {{ return(dbt.materialization_incremental_default()) }}
    {%- endif -%}
    {%- set target = this.incorporate(type="table") -%}
    {%- set rows = make_temp_relation(target) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement("main") %}
        create temporary table {{ rows }} on commit drop as (
        {{ sql }}
        );
        {{ refuse_other_columns(rows, target) }}
        {{ replace_slices(target, rows, model.columns if config.get("contract").enforced) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{# Raises an error where a relation has not the columns of another: the same names with the same types, in their order. -#}
{% macro refuse_other_columns(rows, target) %}
    do $$
    begin
        if ({{ columns_of(rows) }}) is distinct from ({{ columns_of(target) }}) then
            raise exception 'The table has other columns than the model gives. `tradewind transform --full-refresh` makes it anew.';
        end if;
    end $$;
{% endmacro %}

{# Of tables with a contract in the order of their names: it has an order of its own, and inserting is by name. -#}
{% macro columns_of(relation) -%}
    select
        array_agg(
            format('%I %s', attname, format_type(atttypid, null))
            order by {{ "attname" if config.get("contract").enforced else "attnum" }}
        )
    from pg_attribute
    where attrelid = '{{ relation }}'::regclass and attnum > 0 and not attisdropped
{%- endmacro %}
