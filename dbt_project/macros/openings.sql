{#
    How models find the slices that changes ask for: the macros that `opens` in a model's meta names, called by the
    pre-hook (slices.sql) where only slices are built. They read `_changed`, and fill `_slices`. Here are those of many
    models, and that of order_items. Others of one model stand in openings_*.sql, or beside its other macros.
-#}
{#
    Slices are (store, day), the usual ones: what has changed as its producer names it, a store, an account, a marketplace.
    `_scope_days` (scope_id, date)  the days of what has changed
    `_scopes` (store_id, scope_id)  the stores of each scope, with the buckets of unmapped rows this model holds
    A change without a window is that of its load's slices; without a load too, of every day that the scope has.
    but: producers whose changes are looked at elsewhere.
-#}
{% macro open_days(but=[]) %}
    {{ open_scopes() }}
    create temporary table _scope_days on commit drop as
    with changed as (select * from _changed where producer not in ('{{ but | join("', '") }}'))
    select c.scope_id, c.window_start + n as date
    from changed as c
    cross join generate_series(0, c.window_end - c.window_start) as n
    union
    select c.scope_id, l.day
    from changed as c
    inner join ops.slices as l on c.load_id = l.current_load_id
    where c.window_start is null
    union
    select w.scope_id, d.date
    from (select distinct scope_id from changed where window_start is null and load_id is null) as w
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
            where p.store_id = s.store_id and l.feed in ('{{ producers() | join("', '") }}')
        ) as d;
    insert into _slices
    select distinct s.store_id, d.date
    from _scope_days as d
    inner join _scopes as s on d.scope_id = s.scope_id;
    analyze _scope_days
    ;
    analyze _slices
    ;
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
    select h.shop_id, n.scope_id
    from ops.shops as h
    inner join ops.tenants as t on h.tenant_id = t.tenant_id
    cross join lateral(values (h.shop_id), (h.currency || '/' || t.reporting_currency), ('*')) as n(scope_id)
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

{#
    Days of whole accounts, `_account_days` (account_id, date): where a report of one store, or of an account, tells of
    several stores, so that a document may move rows of any of them. `_scope_days` and `_slices` are those of all of the
    account's stores and buckets then. A model reads such reports through sliced(..., within="_account_days").
-#}
{% macro open_account_days() %} {{ open_days() }} {{ widen_to_accounts() }} {% endmacro %}

{# Days of whole marketplaces, `_marketplace_days` (marketplace_id, date): where a document tells of no store at all. -#}
{% macro open_marketplace_days() %}
    {{ open_days() }}
    create temporary table _marketplace_days on commit drop as
    select distinct o.marketplace_id, s.date
    from _slices as s
    inner join ops.stores as o on s.store_id = o.store_id;
    insert into _scope_days
    select marketplace_id, date
    from _marketplace_days
    except
    select scope_id, date
    from _scope_days;
    analyze _marketplace_days
    ;
    analyze _scope_days
    ;
{% endmacro %}

{# Slices are whole stores. -#}
{% macro open_stores() %}
    {{ open_scopes() }}
    insert into _slices
    select s.store_id
    from _changed as c
    inner join _scopes as s on c.scope_id = s.scope_id
    union
    select store_id
    from {{ stores_beside_changed(reports_of_several()) }} as b;
{% endmacro %}

{#
    Slices that follow from the rows of the loads that came: nothing to find before. The model reads them through
    sliced(..., keys=["load_id"], within="_changed").
-#}
{% macro open_loads() %} {% endmacro %}

{# Reports that are asked for by store, and may tell of other stores of the account too. -#}
{% macro reports_of_several() -%}
    {{
        return(
            [
                "amazon_sp.fba_myi_unsuppressed_inventory",
                "amazon_sp.fba_myi_all_inventory",
                "amazon_sp.inventory_planning",
                "amazon_sp.estimated_fees",
            ]
        )
    }}
{%- endmacro %}

{# The stores of the accounts of whose stores such a report has changed, with the buckets that this model holds. -#}
{% macro stores_beside_changed(feeds) -%}
    (
        with
            accounts as (
                select distinct o.account_id
                from _changed as c
                inner join ops.stores as o on c.scope_id = o.store_id
                where c.producer in ('{{ feeds | join("', '") }}')
            )
        select p.store_id
        from accounts as a
        inner join ops.stores as p on a.account_id = p.account_id
        union
        select h.store_id
        from accounts as a
        inner join {{ stores_of_accounts(this) }} as h on a.account_id = h.account_id
    )
{%- endmacro %}

{# The accounts of which a store is another than the marts were built with. -#}
{% macro accounts_that_changed() -%}
    (select scope_id from _changed where producer = '{{ relation_name(ref("int_stores")) }}')
{%- endmacro %}

{# order_items: `_orders`, the orders whose delivery is another than the one seen; the days they lie on are reported. -#}
{% macro open_orders() %}
    create temporary table _orders on commit drop as
    select account_id, amazon_order_id, load_id
    from {{ ref("int_orders_current") }}
    where {{ unseen("changed_xid") }}
    union
    select account_id, amazon_order_id, load_id
    from {{ ref("int_orders_current") }}
    where account_id in {{ accounts_that_changed() }};
    insert into _changed(producer, scope_id)
    select distinct 'orders', account_id
    from _orders;
    {{ open_scopes() }}
    analyze _orders
    ;
    insert into _slices
    select distinct t.store_id, t.amazon_order_id
    from _orders as o
    inner join _scopes as s on o.account_id = s.scope_id
    inner join {{ this }} as t on s.store_id = t.store_id and o.amazon_order_id = t.amazon_order_id;
    analyze _slices
    ;
    {{ report_orders() }}
{% endmacro %}

{# The days of the orders in `_slices`, as they are in the table at that moment: called before and after the change. -#}
{% macro report_orders() %}
    insert into _reported
    select distinct t.store_id, t.date
    from {{ this }} as t
    inner join _slices as s on t.store_id = s.store_id and t.amazon_order_id = s.amazon_order_id
    where t.date is not null;
{% endmacro %}

{# After open_days: `_account_days`, and `_scope_days` and `_slices` of all of the account's stores and buckets. -#}
{% macro widen_to_accounts() %}
    create temporary table _account_days on commit drop as
    select distinct coalesce(o.account_id, a.account_id) as account_id, s.date
    from _slices as s
    left join ops.stores as o on s.store_id = o.store_id
    left join {{ accounts() }} as a on o.store_id is null and split_part(s.store_id, ':', 2) = a.seller_id;
    insert into _scope_days
    (
        select account_id, date
        from _account_days
        union
        select o.store_id, d.date
        from _account_days as d
        inner join ops.stores as o on d.account_id = o.account_id
    )
    except
    select scope_id, date
    from _scope_days;
    insert into _slices
    (
        select o.store_id, d.date
        from _account_days as d
        inner join ops.stores as o on d.account_id = o.account_id
        union
        -- buckets that are known, also of other models
        select u.store_id, d.date
        from _account_days as d
        inner join {{ accounts() }} as a on d.account_id = a.account_id
        inner join ops.unmapped_stores as u on a.seller_id = split_part(u.store_id, ':', 2)
        union
        select p.store_id, d.date
        from _account_days as d
        inner join {{ stores_of_accounts(this) }} as p on d.account_id = p.account_id
    )
    except
    select store_id, date
    from _slices;
    analyze _account_days
    ;
    analyze _scope_days
    ;
    analyze _slices
    ;
{% endmacro %}
