{# Days of sales against the lines they are made of: every unit is in exactly one of four columns. -#}
{% test adds_up_to_orders(model) %}
    -- depends_on: {{ ref("inventory_health") }}
    with
        days as (
            select
                store_id,
                date,
                sum(units + cancelled_units + pending_units + multi_channel_units) as units,
                sum(item_price_amount) as amount
            from {{ rows_to_test(model) }} as t
            group by store_id, date
        )
    select d.store_id, d.date, d.units, d.amount, i.units as units_of_lines, i.amount as amount_of_lines
    from days as d
    left join
        lateral(
            select
                coalesce(sum(units), 0) as units,
                coalesce(sum(item_price_amount) filter (where {{ is_sale_line("o") }}), 0) as amount
            from {{ ref("order_items") }} as o
            where o.store_id = d.store_id and o.date = d.date
        ) as i
        on true
    where (d.units, d.amount) is distinct from (i.units, i.amount)
{% endtest %}
