{# Costs of goods: which days of which stores change with what the user enters. The costs are in int_costs_of_goods. -#}
{#
    int_costs_of_goods: costs that are entered anew hold for every day of their store, and so may a rate of the currency
    in which they are written. By batches, what a day sells moves what later days cost; `_cost_days`, which are read, are then
    all days of the store, as each consumes what those before it have left.
-#}
{% macro open_cost_slices() %}
    {{ open_days() }}
    insert into _slices
    select i.store_id, i.date
    from {{ ref("order_items") }} as i
    where
        i.date is not null
        and i.store_id in (
            select s.store_id
            from _changed as c
            inner join _scopes as s on c.scope_id = s.scope_id
            where c.producer like 'manual.%'
            union
            select k.store_id
            from
                (
                    select store_id, currency
                    from {{ ref("stg_manual__product_costs") }}
                    union
                    select store_id, currency
                    from {{ ref("stg_manual__cost_batches") }}
                ) as k
            inner join ops.stores as s on k.store_id = s.store_id and k.currency <> s.currency
            inner join _changed as c on c.scope_id = k.currency || '/' || s.currency
        )
    except
    select store_id, date
    from _slices;
    insert into _slices
    select i.store_id, i.date
    from
        (
            select l.store_id, min(l.date) as first_day
            from _slices as l
            inner join ops.stores as s on l.store_id = s.store_id
            where s.cost_method <> 'period'
            group by l.store_id
        ) as f
    inner join {{ ref("order_items") }} as i on f.store_id = i.store_id and f.first_day < i.date
    except
    select store_id, date
    from _slices;
    analyze _slices
    ;
    create temporary table _cost_days on commit drop as
    select store_id, date
    from _slices
    union
    select s.store_id, n::date
    from ops.stores as s
    cross join
        lateral(
            select min(i.date) as first_day, max(i.date) as last_day
            from {{ ref("order_items") }} as i
            where i.store_id = s.store_id
        ) as d
    cross join lateral generate_series(d.first_day, d.last_day, interval '1 day') as n
    where s.cost_method <> 'period' and s.store_id in (select store_id from _slices);
    analyze _cost_days
    ;
{% endmacro %}
