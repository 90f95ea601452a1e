{#
    Incremental by snapshot. What cannot miss a load that commits late is visibility: a model remembers the snapshot it
    has seen (ops.marks), never an id or a time. All of it happens in the model's one transaction:

    pre-hook   open_slices: lock, mark, what has changed (`_changed`), the slices to replace (`_slices`)
    model      computes the rows of `_slices` only, or all of them: it reads through `sliced`
    strategy   get_incremental_slices_sql: deletes by slice, so that a slice restated to nothing ends empty, then inserts
    post-hook  close_slices: reports the model's own changes to the models below, sets the mark

    Both hooks stand in dbt_project.yml, for every model. Whose changes a model takes follows from what it reads
    (`producers`). Its meta says what does not follow: `slice` (its columns; usually store_id and date), `opens` (the macro
    that finds its slices, of those in macros/openings.sql), `reports` (see close_slices). docs/dbt.md shows it.

    With `as_of` nothing of this: everything is computed anew, in schemas of its own.
-#}
{# Whether only the rows of `_slices` are built. A part of a model (models/parts) is built as its model is. -#}
{% macro by_slices() %}
    {% if var("as_of") or not execute %} {{ return(false) }} {% endif %}
    {% if config.model.config.materialized != "ephemeral" %} {{ return(is_incremental()) }} {% endif %}
    {% set whole = built_model() %}
    {% set table = load_cached_relation(
        api.Relation.create(database=whole.database, schema=whole.schema, identifier=whole.alias)
    ) %}
    {{ return(table is not none and table.type == "table" and not should_full_refresh()) }}
{% endmacro %}

{# The model that is built: this one, or of a part the model whose name its folder has (models/parts/<model>). -#}
{% macro built_model() %}
    {% if not execute or config.model.config.materialized != "ephemeral" %} {{ return(config.model) }} {% endif %}
    {% set whole = "model." ~ project_name ~ "." ~ config.model.fqn[-2] %}
    {% if whole not in graph.nodes %}
        {{
            exceptions.raise_compiler_error(
                config.model.name ~ " is a part of no model: put it into models/parts/<the model that reads it>."
            )
        }}
    {% endif %}
    {{ return(graph.nodes[whole]) }}
{% endmacro %}

{# An entry of the meta of the model that is built: while dbt parses a hook too, when config.get does not know it. -#}
{% macro meta_of_model(key, default) %} {{ return(built_model().config.meta.get(key, default)) }} {% endmacro %}

{# The columns that make a slice: rows that are replaced together. -#}
{% macro slice_keys() %} {{ return(meta_of_model("slice", ["store_id", "date"])) }} {% endmacro %}

{#
    To read from: the rows of a relation (or CTE) that are of the slices that are built; all of its rows where all is built.
    keys: the columns by which a row is of them, if not those of a slice. within: a table of an opening that tells more
    than `_slices` does, such as `_account_days`. day: the column that is the slice's day, if not `date`. Of a staging model
    by days, only the loads behind these are looked into.
-#}
{% macro sliced(relation, keys=none, within="_slices", day="date") -%}
    {%- set known = {
        "_account_days": ["account_id", "date"],
        "_marketplace_days": ["marketplace_id", "date"],
        "_told_days": ["account_id", "date"],
    } -%}
    {%- set columns = keys or known.get(within, slice_keys()) -%}
    {%- if not by_slices() -%} {{ relation }}
    {%- elif columns == ["load_id"] -%}
        (select t.* from {{ relation }} as t where t.load_id = any(array(select distinct load_id from {{ within }})))
    {%- elif within == "_slices" and columns == slice_keys() and not is_staging(relation) -%}
        (
            select t.*
            from {{ relation }} as t
            inner join
                _slices as s
                on {% for key in columns %}
                    t.{{ day if key == "date" else key }} = s.{{ key }} {{ "and" if not loop.last }}
                {% endfor %}
        )
    {%- else -%}
        (
            select t.*
            from {{ relation }} as t
            where
                (t.{{ columns | join(", t.") }}) in (select {{ columns | join(", ") }} from {{ within }})
                {% if is_staging(relation) and columns[1:] == ["date"] %}
                    and t.{{ in_changed_loads(feed_of(relation)) }}
                {% endif %}
        )
    {%- endif -%}
{%- endmacro %}

{# To read from: a table of the model's opening; where all is built there is none, and `otherwise` stands for it. -#}
{% macro opened(table, otherwise) -%} {{ table if by_slices() else otherwise }} {%- endmacro %}

{# To read from: the model's own rows before this build; where all is built none, with the columns of `otherwise`. -#}
{% macro rows_before(otherwise) -%}
    {%- if by_slices() -%} {{ this }} {%- else -%} (select o.* from {{ otherwise }} as o where false) {%- endif -%}
{%- endmacro %}

{% macro is_staging(relation) %}
    {{ return(relation is not string and relation.schema == "staging" and relation.identifier.startswith("stg_")) }}
{% endmacro %}

{# The feed of a staging model: `stg_SOURCE__FEED`, or `stg_SOURCE__FEED__SECTION`. -#}
{% macro feed_of(relation) %} {{ return(relation.identifier[4:].split("__")[:2] | join(".")) }} {% endmacro %}

{#
    Whose changes this model takes, as ops.changes names them: the feeds and the models that it reads. Staging, views and
    parts keep nothing, so that what they read counts. In lineage each model is below int_stores (see open_slices).
-#}
{% macro producers() %}
    {{ return(producers_above(model.depends_on.nodes) | unique | list) if execute else return([]) }}
{% endmacro %}

{% macro producers_above(nodes) %}
    {% set found = [] %}
    {% for id in nodes %}
        {% if id.startswith("source.") %}
            {% set source, table = id.split(".")[-2:] %} {% do found.append(source ~ "." ~ table.split("__")[0]) %}
        {% elif id.startswith("model.") and graph.nodes[id].config.materialized == "incremental" %}
            {% do found.append(graph.nodes[id].schema ~ "." ~ graph.nodes[id].name) %}
        {% elif id.startswith("model.") %} {% do found.extend(producers_above(graph.nodes[id].depends_on.nodes)) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{#
    The pre-hook of every model: lock, mark, `_changed` (the rows of ops.changes of its producers that it has not seen), and
    by `opens` of its meta `_slices`. Each model takes the changes of stores: rows are theirs by ops.stores, which staging
    reads. While dbt parses, the opening is rendered for what it reads.
-#}
{% macro open_slices() %}
    {% if config.model.name != "int_stores" %} {% do ref("int_stores") %} {% endif %}
    {% if not by_slices() %}
        -- all is read, and joined by hash: a nested loop would look up each load by itself, a merge sort the whole
        set local enable_nestloop = off
        ;
        set local enable_mergejoin = off
        ;
    {% endif %}
    {% if not var("as_of") %}
        set local lock_timeout = '120s'
        ;
        select pg_advisory_xact_lock(hashtextextended('{{ relation_name(this) }}', 0))
        ;
        create temporary table _mark on commit drop as
        select pg_current_snapshot() as seen, {{ cluster() }} as cluster, {{ not is_incremental() }} as everything;
        create temporary table _changed on commit drop as
        select distinct producer, scope_id, window_start, window_end, load_id
        from ops.changes
        where
            producer in ('{{ producers() | join("', '") }}') and not (select everything from _mark) and {{ unseen("xid") }};
        analyze _changed
        ;
        create temporary table _slices (
        {% for key in slice_keys() %}
            {{ key }} {{ {"date": "date", "valid_from": "date", "load_id": "bigint"}.get(key, "text") }} {{- "," if not loop.last }}
        {% endfor %}
        ) on commit drop;
        create temporary table _reported (scope_id text, date date) on commit drop;
    {% endif %}
    {% if by_slices() or not execute %} {{ opening()() }} {% endif %}
{% endmacro %}

{# The macro that finds the model's slices: `opens` of its meta, or what is usual for slices of days and of stores. -#}
{% macro opening() %}
    {% set usual = {"store_id, date": "open_days", "store_id": "open_stores"} %}
    {% set name = meta_of_model("opens", usual.get(slice_keys() | join(", "))) %}
    {% if name not in context %}
        {{
            exceptions.raise_compiler_error(
                "The slices of " ~ config.model.name ~ " are " ~ slice_keys()
                | join(", ") ~ ". Its meta must name the macro that finds them: `opens`, as docs/dbt.md shows."
            )
        }}
    {% endif %}
    {{ return(context[name]) }}
{% endmacro %}

{# The cluster that transaction ids belong to: after a restore elsewhere they mean nothing. -#}
{% macro cluster() -%} (select system_identifier from pg_control_system()) {%- endmacro %}

{# Whether a consumer's mark (this model's) has not seen a transaction; the bound makes it an index condition. -#}
{% macro unseen(xid, consumer=none) -%}
    {%- set seen -%}
        (
            select m.seen
            from ops.marks as m
            where m.consumer = '{{ consumer or relation_name(this) }}' and m.cluster = {{ cluster() }}
        )
    {%- endset -%}
    (
        {{ xid }} >= coalesce(pg_snapshot_xmin({{ seen }}), '0'::xid8)
        and not coalesce(pg_visible_in_snapshot({{ xid }}, {{ seen }}), false)
    )
{%- endmacro %}

{# The loads behind `_scope_days` and of the stores in `_slices`: as an array, so that the raw tables' index is used. -#}
{% macro in_changed_loads(feed) -%}
    load_id = any(
        array(
            select l.load_id
            from {{ current_loads(feed) }} as l
            inner join
                (
                    {% if slice_keys()[0] == "store_id" %}
                        select scope_id, date
                        from _scope_days
                        union
                    {% endif %}
                    select {{ slice_keys()[0] }} as scope_id, date
                    from _slices
                ) as d
                on l.scope_id = d.scope_id
                and l.day = d.date
        )
    )
{%- endmacro %}

{% macro get_incremental_slices_sql(arg_dict) %}
    {% set columns = arg_dict["dest_columns"] | map(attribute="name") %}
    {{ replace_slices(arg_dict["target_relation"], arg_dict["temp_relation"], columns) }}
{% endmacro %}

{# The rows of `_slices`, and of what slices these rows are of, go; these come. columns: none for all in their order. -#}
{% macro replace_slices(target, rows, columns=none) %}
    {% if var("as_of") %}
        delete from {{ target }}
        ;
    {% else %}
        {% set keys = slice_keys() | join(", ") %}
        insert into _slices
        select {{ keys }} from {{ rows }}
        except
        select {{ keys }} from _slices;
        delete from {{ target }} as t
        using _slices as s
        where {% for key in slice_keys() %} t.{{ key }} = s.{{ key }} {{ "and" if not loop.last }} {% endfor %}
        ;
    {% endif %}
    {% set named = get_quoted_csv(columns) if columns else none %}
    insert into {{ target }} {{ "(" ~ named ~ ")" if named }} select {{ named or "*" }} from {{ rows }};
{% endmacro %}

{#
    How a model reports its changes to those below, by its meta `reports`.
    shop_orders: the days on which the orders of `_slices` lie, which the opening has put into `_reported`.
    days (usual for slices of days): (store, day) of `_slices`, or every day when all of it was built. stores (usual for
    slices of stores): all days of the stores in `_slices`. orders, settlements: the days on which those of `_slices` lay
    and lie; plates: also those of their other deliveries. listed: what the model's opening put into `_reported`, a null
    day meaning all of that scope's days. none: no model reads its changes.
-#}
{% macro reports_of(node) %}
    {% set usual = {"store_id": "stores", "store_id, date": "days"} %}
    {% set slice = node.config.meta.get("slice", ["store_id", "date"]) | join(", ") %}
    {{ return(node.config.meta.get("reports", usual.get(slice, "none"))) }}
{% endmacro %}

{# The post-hook of every model: reports what it changed, and sets its mark. -#}
{% macro close_slices() %}
    {% if not var("as_of") %}
        {% set kind = reports_of(config.model) %}
        {% if kind == "days" %}
            insert into _reported
            select store_id, date
            from _slices
            union
            select store_id, date
            from {{ this }}
            where (select everything from _mark)
            union
            select '*', null
            where (select everything from _mark);
        {% endif %}
        {% if kind == "stores" %}
            insert into _reported
            select store_id, null::date
            from _slices
            union
            select '*', null
            where (select everything from _mark);
        {% endif %}
        {% if kind == "shop_orders" %}
            insert into _reported
            select store_id, date
            from {{ this }}
            where date is not null and (select everything from _mark)
            union
            select '*', null
            where (select everything from _mark);
        {% endif %}
        {% if kind == "plates" %}
            {{ report_plates() }}
            insert into _reported
            select '*', null
            where (select everything from _mark);
        {% endif %}
        {% if kind in ("orders", "settlements") %}
            {% set day = "date" if kind == "orders" else "posted_date" %}
            {{ report_orders() if kind == "orders" else report_settlements() }}
            insert into _reported
            select store_id, {{ day }}
            from {{ this }}
            where {{ day }} is not null and (select everything from _mark)
            union
            select '*', null
            where (select everything from _mark);
        {% endif %}
        {% if kind != "none" %}
            insert into ops.changes(producer, scope_id, window_start, window_end)
            select '{{ relation_name(this) }}', scope_id, min(date), max(date)
            from
                (
                    select distinct
                        scope_id, date, date - (dense_rank() over (partition by scope_id order by date))::integer as island
                    from _reported
                ) as r
            group by scope_id, island;
        {% endif %}
        insert into ops.marks(consumer, seen, cluster)
        select '{{ relation_name(this) }}', seen, cluster
        from _mark
        on conflict (consumer) do update
        set
            seen = excluded.seen,
            cluster = excluded.cluster,
            -- what had no news stays as old as it was: answers made of it are still true
            changed_at = case
                when (select everything from _mark) or exists (select from _slices) then clock_timestamp() else marks.changed_at
            end;
        {% if not by_slices() %}
            analyze {{ this }}
            ;
        {% endif %}
    {% endif %}
{% endmacro %}
