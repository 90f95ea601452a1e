{# The parts of profit_daily: each macro is a query of (store_id, tenant_id, date, sku, currency, part, amount). -#}
{# Orders: units, revenue, and what is expected of fees until the settlement of an order's SKU is here. -#}
{% macro profit_of_orders() -%}
    select p.store_id, p.tenant_id, p.date, p.sku, p.currency, v.part, v.amount
    from
        (
            select
                i.store_id,
                i.tenant_id,
                i.date,
                i.sku,
                i.amazon_order_id,
                max(i.currency) as currency,
                sum(coalesce(i.units, 0)) as units,
                coalesce(sum(i.units) filter (where i.fulfillment_channel = 'Amazon'), 0) as sent_units,
                bool_and(i.is_replacement) as is_free,
                sum({{ revenue_of("i") }}) as revenue,
                sum({{ tax_in_revenue_of("i") }}) as tax
            from {{ sliced(ref("order_items")) }} as i
            where {{ is_sale_line("i") }}
            group by i.store_id, i.tenant_id, i.date, i.sku, i.amazon_order_id
        ) as p
    left join {{ settled_units() }} as s on p.store_id = s.store_id and p.amazon_order_id = s.order_id and p.sku = s.sku
    left join {{ settled_units() }} as z on p.store_id = z.store_id and p.amazon_order_id = z.order_id and z.sku is null
    left join
        estimates as e
        on p.store_id = e.store_id
        and p.sku = e.sku
        and p.date >= e.first_day
        and (p.date < e.next_day or e.next_day is null)
    cross join
        lateral(
            select
                coalesce(s.order_id, z.order_id) is not null as is_actual,
                case
                    when p.is_free
                    then 0
                    when coalesce(s.order_id, z.order_id) is null
                    then 1
                    -- a shipment of an order may be settled before the next one
                    when s.units < p.units
                    then (p.units - s.units)::numeric / p.units
                    else 0
                end as open_share,
                e.referral_rate is not null and (p.sent_units = 0 or e.fulfilment_fee is not null) as is_known
        ) as t
    cross join
        lateral(
            values
                ('units', p.units),
                ('revenue', p.revenue),
                ('actual', case when t.is_actual then 1 end),
                ('tax_in_revenue', nullif(p.tax, 0)),
                ('vat', - nullif(p.tax, 0)),
                ('estimated', case when t.open_share > 0 and t.is_known then 1 end),
                ('units_without_fees', case when t.open_share > 0 and not t.is_known then p.units * t.open_share end),
                (
                    'referral_fees',
                    case
                        when t.open_share > 0 and t.is_known then - round(p.revenue * t.open_share * e.referral_rate, 4)
                    end
                ),
                (
                    'fulfilment_fees',
                    case
                        when t.open_share > 0 and t.is_known
                        then - round(p.sent_units * t.open_share * e.fulfilment_fee, 4)
                    end
                )
        ) as v(part, amount)
    where v.amount is not null
{%- endmacro %}

{# Whether an order line of a known day counts as sold: on a marketplace, neither cancelled nor without a price. -#}
{% macro is_sale_line(line) -%}
    {{ line }}.date is not null
    and {{ line }}.item_price_amount is not null
    and {{ line }}.is_multi_channel is not true
    and not {{ is_cancelled_line(line) }}
{%- endmacro %}

{#
    What of an order line's revenue is tax. Order reports tell the tax of prices before promotions: of it remains as large a
    part as of the price.
-#}
{% macro tax_in_revenue_of(line) -%}
    case
        when {{ prices_contain_tax(line ~ ".sales_channel") }}
        then
            {{ tax_left(line, "item", "item_promotion") }}
            + {{ tax_left(line, "shipping", "ship_promotion") }}
            + coalesce({{ line }}.gift_wrap_tax_amount, 0)
        else 0
    end
{%- endmacro %}

{# The tax of one of a line's prices, less the part of it that its discount takes off. -#}
{% macro tax_left(line, price, discount) -%}
    (
        coalesce({{ line }}.{{ price }}_tax_amount, 0) - coalesce(
            round(
                {{ line }}.{{ price }}_tax_amount
                * {{ line }}.{{ discount }}_discount_amount
                / nullif({{ line }}.{{ price }}_price_amount, 0),
                4
            ),
            0
        )
    )
{%- endmacro %}

{# What a buyer pays for an order line, without taxes that come on top. -#}
{% macro revenue_of(line) -%}
    coalesce({{ line }}.item_price_amount, 0)
    + coalesce({{ line }}.shipping_price_amount, 0)
    + coalesce({{ line }}.gift_wrap_price_amount, 0)
    - coalesce({{ line }}.item_promotion_discount_amount, 0)
    - coalesce({{ line }}.ship_promotion_discount_amount, 0)
{%- endmacro %}

{# Storage: a month's fee by equal shares of its days, each rounded so that the days up to it have their whole share. -#}
{% macro profit_of_storage() -%}
    select
        f.store_id,
        f.tenant_id,
        f.date + n - 1,
        i.sku,
        f.currency,
        'storage_fees',
        - (round(f.fee * n / d.days, 4) - round(f.fee * (n - 1) / d.days, 4))
    from storage as f
    cross join lateral(select extract(day from f.date + interval '1 month' - interval '1 day')::integer as days) as d
    cross join lateral generate_series(1, d.days) as n
    left join
        (
            select m.store_id, m.date as month, d.fnsku, min(d.sku collate "C") as sku
            from (select distinct store_id, date from storage) as m
            inner join
                {{ ref("inventory_daily") }} as d
                on m.store_id = d.store_id
                and d.date >= m.date
                and d.date < m.date + interval '1 month'
            where d.fnsku is not null
            group by m.store_id, m.date, d.fnsku
        ) as i
        on f.store_id = i.store_id
        and f.date = i.month
        and f.fnsku = i.fnsku
{%- endmacro %}

{#
    Goods that buyers sent back to Amazon fit for sale: what a unit cost on the SKU's last day of sales up to the return, if
    the cost of all units of that day is known.
-#}
{% macro profit_of_returned_goods() -%}
    select r.store_id, r.tenant_id, r.date, r.sku, null, 'returned_goods', round(r.units * c.cost_amount / c.units, 4)
    from
        (
            select d.store_id, d.tenant_id, d.date, d.sku, sum(d.fba_units) as units
            from {{ sliced(ref("returns_daily")) }} as d
            where {{ is_sellable_return("d") }}
            group by d.store_id, d.tenant_id, d.date, d.sku
        ) as r
    cross join
        lateral(
            select g.cost_amount, g.units, g.units_without_cost
            from {{ ref("int_costs_of_goods") }} as g
            where g.store_id = r.store_id and g.sku = r.sku and g.date <= r.date
            order by g.date desc
            limit 1
        ) as c
    where c.units_without_cost = 0
{%- endmacro %}

{# Whether a row of returns_daily is of goods that are back in Amazon's stock. -#}
{% macro is_sellable_return(row) -%}
    upper({{ row }}.disposition) = 'SELLABLE' and {{ row }}.fba_units > 0
{%- endmacro %}

{# The parts that a row's profit is the sum of. -#}
{% macro profit_parts() -%}
    {{
        return(
            [
                "revenue",
                "refunds",
                "vat",
                "refund_fees",
                "referral_fees",
                "fulfilment_fees",
                "storage_fees",
                "aged_surcharge",
                "advertising",
                "reimbursements",
                "subscription_fees",
                "other",
                "cost_of_goods",
                "returned_goods",
                "own_shipping",
            ]
        )
    }}
{%- endmacro %}

{#
    `snapshots`: the estimated fees reports, the last of a day, each with the days that it speaks for. A store without a
    report of its own is told by those of its account's other stores.
-#}
{% macro snapshots_of_estimates() -%}
    select
        store_id,
        load_id,
        case when lag(day) over w is null then '-infinity' else day end as first_day,
        lead(day) over w as next_day
    from
        (
            select distinct on (s.store_id, c.day) s.store_id, c.day, c.load_id
            from {{ current_loads("amazon_sp.estimated_fees") }} as c
            inner join ops.stores as o on c.scope_id = o.store_id
            inner join
                ops.stores as s
                on o.account_id = s.account_id
                and (
                    s.store_id = o.store_id
                    or s.store_id not in (select n.scope_id from {{ current_loads("amazon_sp.estimated_fees") }} as n)
                    and exists (
                        select 1
                        from {{ ref("stg_amazon_sp__estimated_fees") }} as e
                        where e.load_id = c.load_id and e.store_id = s.store_id
                    )
                )
            order by s.store_id, c.day, c.instant desc, c.load_id desc
        ) as l
    window w as (partition by store_id order by day)
{%- endmacro %}

{# `estimates`: what each of them expects of a unit of a SKU. -#}
{% macro estimated_fees() -%}
    select
        s.store_id,
        s.first_day,
        s.next_day,
        e.sku,
        round(
            max(e.referral_fee_amount) / nullif(max(coalesce(e.sales_price_amount, e.your_price_amount)), 0), 3
        ) as referral_rate,
        max(e.fulfillment_fee_amount) as fulfilment_fee
    from snapshots as s
    inner join {{ ref("stg_amazon_sp__estimated_fees") }} as e on s.load_id = e.load_id and s.store_id = e.store_id
    {% if by_slices() %}
        where
            e.load_id = any(
                array(
                    select n.load_id
                    from snapshots as n
                    inner join
                        _slices as k
                        on n.store_id = k.store_id
                        and k.date >= n.first_day
                        and (k.date < n.next_day or n.next_day is null)
                )
            )
    {% endif %}
    group by s.store_id, s.first_day, s.next_day, e.sku
{%- endmacro %}
