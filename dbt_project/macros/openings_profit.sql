{# Openings of profit_daily and sales_reconciliation: days beside those that their producers report (see slices.sql). -#}
{#
    profit_daily: an order that becomes known takes its settled lines from the day of their posting; storage is a matter of
    whole months, and of the next one, in which it is charged; what goods cost that come back is what they cost when their SKU
    was last sold; other estimates change the days that are not settled. What the parts read besides the slices' own rows:
    `_settled_lines` posted on the days or of orders of the days, and `_settled_orders` of all these lines; `_storage_loads` of
    the months; `_estimates`, and `_estimate_loads` that speak for the days.
-#}
{% macro open_profit_slices() %}
    {{ open_days() }}
    insert into _slices
    (
    {{ settled_days_of_changed_orders() }}
        union
        -- the month's storage bill may begin on another day
        select l.store_id, l.posted_date
        from
            (
                select distinct store_id, date_trunc('month', date)::date as month
                from {{ changed_days(ref("settlement_lines")) }} as d
            ) as m
        inner join
    {{ ref("settlement_lines") }} as l
            on m.store_id = l.store_id
            and l.posted_date >= m.month
            and l.posted_date < m.month + interval '1 month'
            and l.kind = 'storage_fee'
        union
        select f.store_id, n::date
        from
            (
                select p.store_id, l.day
                from {{ current_loads("amazon_sp.storage_fees") }} as l
                inner join _scopes as p on l.scope_id = p.scope_id
                inner join
    {{ changed_days(ref("inventory_daily")) }} as d
                    on p.store_id = d.store_id
                    and l.day = date_trunc('month', d.date)
                union
                select d.store_id, date_trunc('month', d.date)::date
                from {{ changed_days("amazon_sp.storage_fees") }} as d
            ) as f
        cross join lateral generate_series(f.day, f.day + interval '2 months' - interval '1 day', '1 day') as n
        union
        -- what came back between a day that costs something else now and the SKU's next one
        select r.store_id, r.date
        from {{ changed_days(ref("int_costs_of_goods")) }} as d
        inner join {{ ref("returns_daily") }} as r on d.store_id = r.store_id and d.date < r.date
        where
    {{ is_sellable_return("r") }}
            and not exists (
                select
                from {{ ref("int_costs_of_goods") }} as c
                where c.store_id = r.store_id and c.sku = r.sku and c.date > d.date and c.date <= r.date
            )
        union
        select t.store_id, t.date
        from {{ this }} as t
        inner join
            (
                select distinct p.store_id
                from _changed as c
                inner join _scopes as p on c.scope_id = p.scope_id
                where c.producer = 'amazon_sp.estimated_fees'
                union
                select store_id
                from {{ stores_beside_changed(["amazon_sp.estimated_fees"]) }} as b
            ) as e
            on t.store_id = e.store_id
        where t.fees_source <> 'actual'
    )
    except
    select store_id, date
    from _slices;
    analyze _slices
    ;
    create temporary table _settled_lines on commit drop as
    select l.store_id, l.settlement_id, l.line_number, l.order_id
    from {{ sliced(ref("settlement_lines"), day="posted_date") }} as l
    union
    select l.store_id, l.settlement_id, l.line_number, l.order_id
    from (select distinct i.store_id, i.amazon_order_id from {{ sliced(ref("order_items")) }} as i) as o
    inner join {{ ref("settlement_lines") }} as l on o.store_id = l.store_id and o.amazon_order_id = l.order_id;
    create temporary table _settled_orders on commit drop as
    select distinct store_id, order_id as amazon_order_id
    from _settled_lines
    where order_id is not null;
    create temporary table _storage_loads on commit drop as
    select distinct l.load_id
    from {{ current_loads("amazon_sp.storage_fees") }} as l
    inner join _scopes as c on l.scope_id = c.scope_id
    inner join
        _slices as s
        on c.store_id = s.store_id
        and date_trunc('month', s.date) in (l.day, l.day + interval '1 month');
    create temporary table _estimates on commit drop as
    select *
    from {{ snapshots_of_estimates() }} as e;
    create temporary table _estimate_loads on commit drop as
    select distinct e.load_id
    from _estimates as e
    inner join _slices as s on e.store_id = s.store_id and s.date >= e.first_day and (s.date < e.next_day or e.next_day is null);
    analyze _settled_lines
    ;
    analyze _settled_orders
    ;
    analyze _estimates
    ;
{% endmacro %}

{# The days on which lines of orders were posted whose days have changed: an order that becomes known takes them over. -#}
{% macro settled_days_of_changed_orders() -%}
    select l.store_id, l.posted_date
    from {{ changed_days(ref("order_items")) }} as d
    inner join {{ ref("order_items") }} as o on d.store_id = o.store_id and d.date = o.date
    inner join
        {{ ref("settlement_lines") }} as l
        on o.store_id = l.store_id
        and o.amazon_order_id = l.order_id
        and l.posted_date is not null
{%- endmacro %}

{# The days among `_slices` that a producer has changed: the relation of a model, or the name of a feed. -#}
{% macro changed_days(producer) -%}
    (
        select distinct s.store_id, s.date
        from _changed as c
        inner join _scopes as p on c.scope_id = p.scope_id
        inner join
            _slices as s
            on p.store_id = s.store_id
            and (
                s.date between c.window_start and c.window_end
                or c.window_start is null
                and (c.load_id is null or s.date in (select day from ops.slices where current_load_id = c.load_id))
            )
        where c.producer = '{{ producer if producer is string else relation_name(producer) }}'
    )
{%- endmacro %}

{# A key of which a column may be null: kept by an index, in which nulls are equal. -#}
{% macro unique_with_nulls(columns) %}
    do $$
    begin
        if not exists (
            select 1 from pg_index where indrelid = '{{ this }}'::regclass and indnullsnotdistinct and indisunique
        ) then
            create unique index on {{ this }} ({{ columns | join(", ") }}) nulls not distinct;
        end if;
    end $$
{% endmacro %}

{#
    sales_reconciliation: a settlement is compared on its last day and on that of its deposit, whichever of its days, or
    of those of settlements beside it, change; and a day of a source beside which there was none before may be its newest,
    from which days are counted back that may still change: the days that lie so far behind it and its predecessor.
-#}
{% macro open_reconciliation_slices() %}
    {{ open_days() }}
    insert into _slices
    (
        select p.store_id, d.date
        from {{ settlement_periods() }} as p
        cross join lateral(values (p.last_day), (p.deposit_date)) as d(date)
        where
            d.date is not null
            and exists (
                -- of settlements that cover the same days, which of them a day counts for may be another now
                select 1
                from {{ settlement_periods() }} as o
                inner join _slices as s on o.store_id = s.store_id and s.date between o.first_day and o.last_day
                where o.store_id = p.store_id and o.first_day <= p.last_day and p.first_day <= o.last_day
            )
        union
        select t.store_id, t.deposit_date
        from {{ ref("settlements") }} as t
        inner join {{ ref("settlement_lines") }} as l on t.store_id = l.store_id and t.settlement_id = l.settlement_id
        inner join _slices as s on l.store_id = s.store_id and l.posted_date = s.date
        where t.deposit_date is not null
        union
        -- an order that becomes known takes what was paid for it from the day of posting
    {{ settled_days_of_changed_orders() }}
        union
        -- what may close, or open again, because the newest day of a source is another
        select r.store_id, r.date
        from {{ this }} as r
        inner join
            (
    {%- for source, relation, day in [
        ("traffic", "traffic_store_daily", "date"),
        ("ads", "ads_campaigns_daily", "date"),
        ("settlements", "settlement_lines", "posted_date"),
    ] %}
                    select
                        s.store_id,
                        s.date - {{ days_open(source) }} as last_day,
                        coalesce(
                            (
                                select max(t.{{ day }})
                                from {{ ref(relation) }} as t
                                where t.store_id = s.store_id and t.{{ day }} < s.date
                            ) - {{ days_open(source) }},
                            '-infinity'
                        ) as after_day
                    from {{ changed_days(ref(relation)) }} as s
        {{ "union all" if not loop.last }}
    {%- endfor %}
            ) as c
            on r.store_id = c.store_id
            and r.date > c.after_day
            and r.date <= c.last_day
        union
        -- and what waits for Ads reports of its first days
        select r.store_id, r.date
        from {{ this }} as r
        where
            r.kind = 'advertising_against_settlements'
            and r.status <> 'closed'
            and r.store_id in (select store_id from _slices)
    )
    except
    select store_id, date
    from _slices;
    analyze _slices
    ;
{% endmacro %}
