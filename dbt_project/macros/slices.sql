{#
    Incremental by snapshot. What cannot miss a load that commits late is visibility: a model remembers the snapshot it
    has seen (ops.marks), never an id or a time. All of it happens in the model's one transaction:

    pre-hook   open_changes / open_slices: lock, mark, what has changed (`_changed`), the slices to replace (`_slices`)
    model      computes the rows of `_slices` only, or all of them
    strategy   get_incremental_slices_sql: deletes by slice, so that a slice restated to nothing ends empty, then inserts
    post-hook  close_slices: reports the model's own changes to the models below, sets the mark

    With `as_of` nothing of this: everything is computed anew, in schemas of its own.
-#}
{% macro by_slices() %} {{ return(is_incremental() and not var("as_of")) }} {% endmacro %}

{# Lock, mark and `_changed`: the rows of ops.changes of these producers (feeds or models) that this model has not seen. -#}
{% macro open_changes(producers) %}
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
            producer in ('{{ producers | join("', '") }}') and not (select everything from _mark) and {{ unseen("xid") }};
        analyze _changed
        ;
        create temporary table _slices (
        {% for key in slice_keys() %}
            {{ key }} {{ {"date": "date", "valid_from": "date", "load_id": "bigint"}.get(key, "text") }} {{- "," if not loop.last }}
        {% endfor %}
        ) on commit drop;
        create temporary table _reported (scope_id text, date date) on commit drop;
    {% endif %}
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

{# An entry of the model's meta; hooks are also rendered while dbt parses, when there is none. -#}
{% macro meta_of_model(key, default) %}
    {{ return((config.get("meta") or {}).get(key, default) if execute else default) }}
{% endmacro %}

{% macro slice_keys() %} {{ return(meta_of_model("slice", ["store_id", "date"])) }} {% endmacro %}

{#
    open_changes, and for models whose slice is (store, day):
    `_scope_days` (scope_id, date)  what has changed, as its producer names it: a store, an account, a marketplace, ...
    `_scopes` (store_id, scope_id)  the stores of each scope, with the buckets of unmapped rows this model holds
    `_slices` (store_id, date)
    A change without a window is that of its load's slices; without a load too, of every day that the scope has.
-#}
{% macro open_slices(producers) %}
    {{ open_changes(producers) }}
    {% if by_slices() %}
        {{ open_scopes() }}
        create temporary table _scope_days on commit drop as
        select c.scope_id, c.window_start + n as date
        from _changed as c
        cross join generate_series(0, c.window_end - c.window_start) as n
        union
        select c.scope_id, l.day
        from _changed as c
        inner join ops.slices as l on c.load_id = l.current_load_id
        where c.window_start is null
        union
        select w.scope_id, d.date
        from (select distinct scope_id from _changed where window_start is null and load_id is null) as w
        inner join _scopes as s on w.scope_id = s.scope_id
        cross join
            lateral(
                select distinct t.date
                from {{ this }} as t
                where t.store_id = s.store_id
                union
                select l.day
                from ops.slices as l
                inner join _scopes as p on l.scope_id = p.scope_id
                where p.store_id = s.store_id and l.feed in ('{{ producers | join("', '") }}')
            ) as d;
        insert into _slices
        select distinct s.store_id, d.date
        from _scope_days as d
        inner join _scopes as s on d.scope_id = s.scope_id;
        analyze _scope_days
        ;
        analyze _slices
        ;
    {% endif %}
{% endmacro %}

{# `_scopes`: each store under every name by which a change may mean it; `USD/JPY` is its pair of currencies. -#}
{% macro open_scopes() %}
    create temporary table _scopes on commit drop as
    select s.store_id, n.scope_id
    from ops.stores as s
    inner join ops.tenants as t on s.tenant_id = t.tenant_id
    cross join
        lateral(
            values
                (s.store_id), (s.account_id), (s.marketplace_id), (s.currency || '/' || t.reporting_currency), ('*')
        ) as n(scope_id)
    union
    select h.store_id, c.scope_id
    from {{ held_stores(this) }} as h
    inner join _changed as c
        on c.scope_id in (h.store_id, '*')
        or (
            h.store_id like 'unmapped:%'
            and (c.scope_id like '%/%' or split_part(c.scope_id, '@', 1) = split_part(h.store_id, ':', 2))
        )
    union
    select scope_id, scope_id
    from _changed
    where scope_id like 'unmapped:%';
    analyze _scopes
    ;
{% endmacro %}

{# The loads behind `_scope_days` and of the stores in `_slices`: as an array, so that the raw tables' index is used. -#}
{% macro in_changed_loads(feed) -%}
    load_id = any(
        array(
            select l.load_id
            from {{ current_loads(feed) }} as l
            inner join
                (
                    select scope_id, date
                    from _scope_days
                    union
                    select store_id, date
                    from _slices
                ) as d
                on l.scope_id = d.scope_id
                and l.day = d.date
        )
    )
{%- endmacro %}

{% macro get_incremental_slices_sql(arg_dict) %}
    {% set target, rows = arg_dict["target_relation"], arg_dict["temp_relation"] %}
    {% set columns = get_quoted_csv(arg_dict["dest_columns"] | map(attribute="name")) %}
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
    insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ rows }};
{% endmacro %}

{#
    Reports what the model changed, by its meta `reports`, and sets its mark.
    days (the usual): (store, day) of `_slices`, or every day when all of it was built. stores: all days of the stores in
    `_slices`. orders, settlements: the days on which those of `_slices` lay and lie; plates: also of their other
    deliveries. listed: what the model's pre-hook put
    into `_reported`, a null day meaning all of that scope's days. none: no model reads its changes.
-#}
{% macro close_slices() %}
    {% if not var("as_of") %}
        {% set kind = meta_of_model("reports", "days") %}
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
        on conflict (consumer) do update set seen = excluded.seen, cluster = excluded.cluster;
        {% if not by_slices() %}
            analyze {{ this }}
            ;
        {% endif %}
    {% endif %}
{% endmacro %}
