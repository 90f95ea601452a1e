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

{#
    int_costs_of_goods: by SKU and day with a sale or a batch, of the model's `sold` and `batches`: `received` that day and
    what it cost (`value`), `all_received` by its end; the units taken from batches `before` it and `upto` its end. What is
    sold while no batch is left is taken from none, also not from a later one: it is what all days up to this one have
    sold in excess of what had been received.
-#}
{% macro batch_movements() -%}
    (
        select *, lag(upto, 1, 0::numeric) over (partition by store_id, sku order by date) as before
        from
            (
                select
                    *,
                    all_sold
                    - greatest(0, max(all_sold - all_received) over (partition by store_id, sku order by date)) as upto
                from
                    (
                        select
                            store_id,
                            sku,
                            date,
                            sum(received) as received,
                            sum(value) as value,
                            sum(sum(sold)) over (partition by store_id, sku order by date) as all_sold,
                            sum(sum(received)) over (partition by store_id, sku order by date) as all_received
                        from
                            (
                                select store_id, sku, date, units as sold, 0 as received, 0 as value
                                from sold
                                where cost_method <> 'period'
                                union all
                                select store_id, sku, received_on, 0, units, units * unit_cost
                                from batches
                            ) as flows
                        group by store_id, sku, date
                    ) as running
            ) as taken
    )
{%- endmacro %}
