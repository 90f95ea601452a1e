{# Pre-hooks of models whose slices are not simply the days of what changed (see slices.sql). -#}
{# inventory_health: whole stores. -#}
{% macro open_store_slices(producers) %}
    {{ open_changes(producers) }}
    {% if by_slices() %}
        {{ open_scopes() }}
        insert into _slices
        select s.store_id
        from _changed as c
        inner join _scopes as s on c.scope_id = s.scope_id
        union
        select store_id
        from {{ stores_beside_changed(reports_of_several()) }} as b;
    {% endif %}
{% endmacro %}

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

{# int_stores: the stores that are not as the marts were built with; all of their account is reported as changed. -#}
{% macro open_differing_stores() %}
    {% if by_slices() %}
        {% set known %}
            select
                s.store_id,
                s.tenant_id,
                s.account_id,
                s.marketplace_id,
                s.sales_channel,
                s.currency,
                s.time_zone,
                s.cost_method,
                t.reporting_currency
            from ops.stores as s
            inner join ops.tenants as t on s.tenant_id = t.tenant_id
        {% endset %}
        {% set built %}
            select
                store_id,
                tenant_id,
                account_id,
                marketplace_id,
                sales_channel,
                currency,
                time_zone,
                cost_method,
                reporting_currency
            from {{ this }}
        {% endset %}
        create temporary table _differing on commit drop as
        (({{ known }}) except ({{ built }}))
        union all
        (({{ built }}) except ({{ known }}));
        insert into _slices
        select distinct store_id
        from _differing;
        insert into _reported
        select distinct account_id, null::date
        from _differing;
    {% endif %}
{% endmacro %}

{# int_tracked_asins: the stores whose list is another. -#}
{% macro open_differing_tracked_asins() %}
    {% if by_slices() %}
        {% set known %}
            select store_id, competitor_asin, bool_or(competitor_asin = own_asin)
            from ops.tracked_asins
            group by store_id, competitor_asin
        {% endset %}
        {% set built %} select store_id, asin, is_own from {{ this }} {% endset %}
        insert into _slices
        select distinct store_id
        from ((({{ known }}) except ({{ built }})) union all (({{ built }}) except ({{ known }}))) as differing;
        insert into _reported
        select store_id, null::date
        from _slices;
    {% endif %}
{% endmacro %}

{# int_fx_rates: the rates that differ; each is reported for the week in which it may be the last one, as `USD/JPY`. -#}
{% macro open_differing_rates() %}
    {% if by_slices() %}
        {% set in_window %}
            exists (
                select 1
                from _changed as c
                where r.date between coalesce(c.window_start, '-infinity') and coalesce(c.window_end, 'infinity')
            )
        {% endset %}
        {% set known %}
            select r.base_currency, r.quote_currency, r.date, r.rate
            from {{ known_rates() }} as r
            where {{ in_window }}
        {% endset %}
        {% set built %}
            select r.base_currency, r.quote_currency, r.date, r.rate
            from {{ this }} as r
            where {{ in_window }}
        {% endset %}
        insert into _slices
        select distinct base_currency, quote_currency, date
        from ((({{ known }}) except ({{ built }})) union all (({{ built }}) except ({{ known }}))) as differing;
        insert into _reported
        select s.base_currency || '/' || s.quote_currency, s.date + n
        from _slices as s
        cross join generate_series(0, 7) as n;
    {% endif %}
{% endmacro %}

{# order_items: `_orders`, the orders whose delivery is another than the one seen; the days they lie on are reported. -#}
{% macro open_orders() %}
    {% if by_slices() %}
        create temporary table _orders on commit drop as
        select account_id, amazon_order_id, load_id
        from {{ ref("int_orders_current") }}
        where {{ unseen("changed_xid") }}
        union
        select account_id, amazon_order_id, load_id
        from {{ ref("int_orders_current") }}
        where account_id in (select scope_id from _changed);
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
    {% endif %}
{% endmacro %}

{# The days of the orders in `_slices`, as they are in the table at that moment: called before and after the change. -#}
{% macro report_orders() %}
    insert into _reported
    select distinct t.store_id, t.date
    from {{ this }} as t
    inner join _slices as s on t.store_id = s.store_id and t.amazon_order_id = s.amazon_order_id
    where t.date is not null;
{% endmacro %}

{#
    competitor_price_history: `_pairs` (store_id, asin, from_day, anchor). Days before from_day have not changed, so that
    all versions before the last of them stand; that one, the anchor, is continued.
-#}
{% macro open_price_history() %}
    {{ open_changes(["marts.competitor_daily"]) }}
    {% if by_slices() %}
        {{ open_scopes() }}
        create temporary table _pairs on commit drop as
        with
            stores as (
                select s.store_id, min(coalesce(c.window_start, '-infinity')) as from_day
                from _changed as c
                inner join _scopes as s on c.scope_id = s.scope_id
                group by s.store_id
            ),
            pairs as (
                select s.store_id, t.asin, s.from_day
                from stores as s
                inner join {{ this }} as t on s.store_id = t.store_id
                union
                select s.store_id, d.asin, s.from_day
                from stores as s
                inner join {{ ref("competitor_daily") }} as d on s.store_id = d.store_id and s.from_day <= d.date
            )
        select p.store_id, p.asin, p.from_day, max(t.valid_from) as anchor
        from pairs as p
        left join {{ this }} as t on p.store_id = t.store_id and p.asin = t.asin and t.valid_from < p.from_day
        group by p.store_id, p.asin, p.from_day;
        analyze _pairs
        ;
        insert into _slices
        select t.store_id, t.asin, t.valid_from
        from {{ this }} as t
        inner join _pairs as p on t.store_id = p.store_id and t.asin = p.asin
        where t.valid_from >= coalesce(p.anchor, '-infinity');
        analyze _slices
        ;
    {% endif %}
{% endmacro %}

{# data_coverage: the days of slices that were touched or deleted; the ledger's rows say it themselves. -#}
{% macro open_coverage() %}
    {{ open_changes(["intermediate.int_stores"]) }}
    {% if by_slices() %}
        {{ open_scopes() }}
        insert into _slices
        select distinct s.store_id, l.feed, l.day
        from ops.slices as l
        inner join _scopes as s on l.scope_id = s.scope_id
        where {{ unseen("l.changed_xid") }}
        union
        select distinct s.store_id, d.feed, d.day
        from ops.deleted_slices as d
        inner join _scopes as s on d.scope_id = s.scope_id
        where {{ unseen("d.xid") }}
        union
        select distinct s.store_id, l.feed, l.day
        from _changed as c
        inner join _scopes as s on c.scope_id = s.scope_id
        inner join _scopes as n on s.store_id = n.store_id
        inner join ops.slices as l on n.scope_id = l.scope_id;
        insert into _slices
        ({{ days_with_another_first_moment() }})
        except
        select store_id, feed, date
        from _slices;
        analyze _slices
        ;
    {% endif %}
{% endmacro %}

{# data_coverage: the periods of which there should be a slice, by their first days; of `_slices` only, where there are. -#}
{% macro expected_days() %}
    {% if by_slices() %}
        select distinct e.feed, e.scope_id, c.date as day
        from _slices as c
        inner join _scopes as s on c.store_id = s.store_id
        inner join
            ops.expected as e
            on c.feed = e.feed
            and s.scope_id = e.scope_id
            and c.date between e.first_day and e.last_day
    {% else %}
        select e.feed, e.scope_id, n::date as day
        from ops.expected as e
        cross join
            lateral generate_series(
                e.first_day::timestamp,
                e.last_day,
                case e.period when 'quarter' then interval '3 months' else ('1 ' || e.period)::interval end
            ) as n
    {% endif %}
{% endmacro %}

{#
    After open_slices: `_account_days` (account_id, date), the days of whole accounts, because a document of one store may
    move rows of another; `_scope_days` and `_slices` are those of all of the account's stores and buckets then.
-#}
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

{# inventory_daily: whole accounts. -#}
{% macro open_inventory_days(producers) %}
    {{ open_slices(producers) }} {% if by_slices() %} {{ widen_to_accounts() }} {% endif %}
{% endmacro %}
