{#
    A store's days of profit_daily, all SKUs and the row without one, against what they are made of: nothing is lost and
    nothing counted twice. Settled amounts are those of the kinds that stay on the day of their posting.
-#}
{% test profit_adds_up(model) %}
    with
        days as (
            select
                store_id,
                date,
                sum(units) as units,
                sum(revenue_amount) as revenue,
                - sum(vat_amount) as vat,
                - sum(advertising_amount) as advertising,
                - sum(cost_of_goods_amount + own_shipping_amount) as costs,
                sum(
                    refunds_amount
                    + refund_fees_amount
                    + aged_surcharge_amount
                    + reimbursements_amount
                    + subscription_fees_amount
                    + other_amount
                ) as settled,
                bool_and(profit_amount = {{ profit_parts() | join("_amount + ") }}_amount) as is_sum
            from {{ rows_to_test(model) }} as t
            group by store_id, date
        ),
        sources as (
            select
                d.*,
                o.units as units_of_orders,
                o.revenue + s.revenue as revenue_of_sources,
                o.vat + s.vat as vat_of_sources,
                a.cost as cost_of_campaigns,
                g.costs as costs_of_goods,
                s.settled as settled_lines
            from days as d
            cross join
                lateral(
                    select
                        coalesce(sum(i.units), 0) as units,
                        coalesce(sum({{ revenue_of("i") }}), 0) as revenue,
                        coalesce(sum({{ tax_in_revenue_of("i") }}), 0) as vat
                    from {{ ref("order_items") }} as i
                    where i.store_id = d.store_id and i.date = d.date and {{ is_sale_line("i") }}
                ) as o
            cross join
                lateral(
                    select coalesce(sum(c.cost), 0) as cost
                    from {{ ref("ads_campaigns_daily") }} as c
                    where c.store_id = d.store_id and c.date = d.date
                ) as a
            cross join
                lateral(
                    select coalesce(sum(c.cost_amount + c.shipping_cost_amount), 0) as costs
                    from {{ ref("int_costs_of_goods") }} as c
                    where c.store_id = d.store_id and c.date = d.date
                ) as g
            cross join
                lateral(
                    select
                        coalesce(
                            sum(l.amount) filter (
                                where
                                    l.is_refund
                                    or not l.is_in_price
                                    and l.kind
                                    not in ('referral_fee', 'fulfilment_fee', 'storage_fee', 'other_storage_fee')
                            ),
                            0
                        ) as settled,
                        coalesce(
                            sum(l.amount) filter (where not l.is_refund and l.is_in_price and k.is_new), 0
                        ) as revenue,
                        coalesce(sum(l.amount) filter (where l.kind = 'tax' and (l.is_refund or k.is_new)), 0) as vat
                    from {{ ref("settlement_lines") }} as l
                    cross join
                        lateral(
                            select
                                not exists (
                                    select 1
                                    from {{ ref("order_items") }} as i
                                    where
                                        i.store_id = l.store_id
                                        and i.amazon_order_id = l.order_id
                                        and {{ is_sale_line("i") }}
                                ) as is_new
                        ) as k
                    where l.store_id = d.store_id and l.posted_date = d.date and {{ counts_in_profit("l") }}
                ) as s
        )
    select *
    from sources
    where
        not is_sum
        or (units, revenue, vat, advertising, costs, settled) is distinct from (
            units_of_orders, revenue_of_sources, vat_of_sources, cost_of_campaigns, costs_of_goods, settled_lines
        )
{% endtest %}
