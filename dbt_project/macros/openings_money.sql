{# Openings of the models of settlements, refunds and returns, and what they share (see slices.sql). -#}
{#
    settlement_lines, settlements: `_settlements`, those with a document that has not been seen; where their totals are
    `converted`, those too whose rate may be another.
-#}
{% macro open_converted_settlements() %} {{ open_settlements(converted=true) }} {% endmacro %}

{% macro open_settlement_lines() %} {{ open_settlements() }} {{ report_settlements() }} {% endmacro %}

{% macro open_settlements(converted=false) %}
    create temporary table _settlements on commit drop as
    select distinct account_id, settlement_id
    from {{ ref("int_settlements") }}
    where
    {{ unseen("changed_xid") }}
        or account_id in {{ accounts_that_changed() }}
    {%- if converted %} or (account_id, settlement_id) in {{ settlements_at_changed_rates() }}
    {%- endif %}
    ;
    insert into _changed(producer, scope_id)
    select distinct 'settlements', account_id
    from _settlements;
    {{ open_scopes() }}
    insert into _slices
    select distinct t.store_id, t.settlement_id
    from _settlements as k
    inner join _scopes as s on k.account_id = s.scope_id
    inner join {{ this }} as t on s.store_id = t.store_id and k.settlement_id = t.settlement_id;
{% endmacro %}

{#
    The store of what names no marketplace in a settlement of `documents`: among the account's stores with the settlement's
    currency the one into which it was imported, else the first.
-#}
{% macro homes_of_settlements() -%}
    (
        select distinct
            on (d.account_id, d.settlement_id) d.account_id, d.settlement_id, s.store_id, s.time_zone, s.sales_channel
        from documents as d
        inner join ops.stores as s on d.account_id = s.account_id and d.currency = s.currency
        order by d.account_id, d.settlement_id, s.store_id is not distinct from d.imported_into desc, s.store_id
    )
{%- endmacro %}

{# (account_id, settlement_id) of the settlements here that were deposited on a day for which a rate is reported. -#}
{% macro settlements_at_changed_rates() -%}
    (
        select s.account_id, t.settlement_id
        from {{ this }} as t
        inner join {{ stores_of_accounts(this) }} as s on t.store_id = s.store_id
        inner join
            _changed as c
            on c.producer = '{{ relation_name(ref("int_fx_rates")) }}'
            and c.scope_id in ('*', t.currency || '/' || t.reporting_currency)
            and t.deposit_date between coalesce(c.window_start, '-infinity') and coalesce(c.window_end, 'infinity')
    )
{%- endmacro %}

{#
    The days of the settlements in `_slices`, as they are in the table at that moment: on which their lines were posted,
    and on which the orders of those lines were bought. Called before and after the change, so that the day of an order
    that a settlement no longer has is told too.
-#}
{% macro report_settlements() %}
    insert into _reported
    with
        lines as (
            select distinct t.store_id, t.posted_date, t.order_id
            from {{ this }} as t
            inner join _slices as s on t.store_id = s.store_id and t.settlement_id = s.settlement_id
        )
    select store_id, posted_date
    from lines
    where posted_date is not null
    union
    select l.store_id, o.date
    from lines as l
    inner join {{ ref("order_items") }} as o on l.store_id = o.store_id and l.order_id = o.amazon_order_id
    where o.date is not null;
{% endmacro %}

{#
    refunds_daily: an order that becomes known takes its refunds from the day of the refund to that of the purchase, and a
    refund that is settled shows on the day of the purchase too. `_refunds` are the lines of both days.
-#}
{% macro open_refunds() %}
    {{ open_days() }}
    insert into _slices
    (
        select l.store_id, l.posted_date
        from _slices as s
        inner join {{ ref("order_items") }} as o on s.store_id = o.store_id and s.date = o.date
        inner join
    {{ ref("settlement_lines") }} as l
            on o.store_id = l.store_id
            and o.amazon_order_id = l.order_id
            and l.is_refund
            and l.posted_date is not null
        union
        select o.store_id, o.date
        from _slices as s
        inner join
    {{ ref("settlement_lines") }} as l on s.store_id = l.store_id and s.date = l.posted_date and l.is_refund
        inner join
    {{ ref("order_items") }} as o
            on l.store_id = o.store_id
            and l.order_id = o.amazon_order_id
            and o.date is not null
    )
    except
    select store_id, date
    from _slices;
    analyze _slices
    ;
    create temporary table _refunds on commit drop as
    select p.store_id, p.settlement_id, p.line_number
    from _slices as s
    inner join {{ ref("settlement_lines") }} as p on s.store_id = p.store_id and s.date = p.posted_date
    where p.is_refund
    union
    select r.store_id, r.settlement_id, r.line_number
    from _slices as s
    inner join {{ ref("order_items") }} as i on s.store_id = i.store_id and s.date = i.date
    inner join {{ ref("settlement_lines") }} as r on i.store_id = r.store_id and i.amazon_order_id = r.order_id
    where r.is_refund;
    analyze _refunds
    ;
{% endmacro %}

{# (account_id, store_id) of the stores that a table has, those of unmapped rows under each account of their seller. -#}
{% macro stores_of_accounts(relation) -%}
    (
        select coalesce(s.account_id, a.account_id) as account_id, h.store_id
        from {{ held_stores(relation) }} as h
        left join ops.stores as s on h.store_id = s.store_id
        left join {{ accounts() }} as a on s.store_id is null and split_part(h.store_id, ':', 2) = a.seller_id
        where coalesce(s.account_id, a.account_id) is not null
    )
{%- endmacro %}

{# int_returned_plates: the days of accounts whose returns have changed. -#}
{% macro open_returned_plates() %}
    insert into _slices
    select c.scope_id, c.window_start + n
    from _changed as c
    cross join generate_series(0, c.window_end - c.window_start) as n
    union
    select c.scope_id, l.day
    from _changed as c
    inner join ops.slices as l on c.scope_id = l.scope_id and l.feed = 'amazon_sp.customer_returns'
    where c.window_start is null
    union
    select c.scope_id, t.date
    from _changed as c
    inner join {{ this }} as t on c.scope_id = t.account_id
    where c.window_start is null;
    analyze _slices
    ;
    {{ report_plates() }}
{% endmacro %}

{# All days of the plates in `_slices`, as they are in the table at that moment: called before and after the change. -#}
{% macro report_plates() %}
    insert into _reported
    select distinct o.account_id, o.date
    from _slices as s
    inner join {{ this }} as t on s.account_id = t.account_id and s.date = t.date
    inner join
    {{ this }} as o
        on t.account_id = o.account_id
        and t.license_plate_number = o.license_plate_number
        and t.amazon_order_id = o.amazon_order_id
        and t.sku = o.sku;
{% endmacro %}

{#
    returns_daily: days of whole accounts (`_account_days`), because an order may move a return from one store of the
    account to another. Of the orders that changed only those matter whose returns have found no order so far.
-#}
{% macro open_returns() %}
    {{ open_days(but=[relation_name(ref("order_items"))]) }}
    insert into _slices
    select distinct t.store_id, t.date
    from _changed as c
    left join ops.stores as s on c.scope_id = s.store_id
    left join {{ accounts() }} as a on s.store_id is null and split_part(c.scope_id, ':', 2) = a.seller_id
    inner join ops.stores as o on c.scope_id = '*' or o.account_id in (s.account_id, a.account_id)
    inner join {{ this }} as t on o.store_id = t.store_id and t.date >= coalesce(c.window_start, '-infinity')
    where c.producer = '{{ relation_name(ref("order_items")) }}' and t.unknown_order_units > 0;
    {{ widen_to_accounts() }}
{% endmacro %}
