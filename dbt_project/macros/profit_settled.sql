{# profit_daily: what settlements tell, and where it goes. -#}
{#
    `settled`: lines of settlements that are profit or loss, or tax that prices contain, with the purchase day of their
    order where it is among the orders, whether it has a line that was sold (`is_sold`), and one of this SKU (`has_sku`).
    Of slices: what was posted on those days, and what is of orders of those days.
-#}
{% macro settled_lines() -%}
    select
        l.*,
        o.order_date,
        coalesce(o.is_sold, false) as is_sold,
        {{ "o.has_sku" if by_slices() else "coalesce(l.sku = any(o.skus), false)" }} as has_sku
    from
        (
            {% if by_slices() %}
                select l.*
                from {{ ref("settlement_lines") }} as l
                inner join _slices as k on l.store_id = k.store_id and l.posted_date = k.date
                where {{ counts_in_profit("l") }}
                union
                select l.*
                from {{ ref("settlement_lines") }} as l
                inner join
                    (
                        select distinct i.store_id, i.amazon_order_id
                        from {{ ref("order_items") }} as i
                        inner join _slices as k on i.store_id = k.store_id and i.date = k.date
                    ) as d
                    on l.store_id = d.store_id
                    and l.order_id = d.amazon_order_id
                where {{ counts_in_profit("l") }}
            {% else %}select * from {{ ref("settlement_lines") }} as l where {{ counts_in_profit("l") }}
            {% endif %}
        ) as l
    left join
        {% if by_slices() %}
            lateral(
                select
                    min(i.date) as order_date,
                    coalesce(bool_or({{ is_sale_line("i") }}), false) as is_sold,
                    coalesce(bool_or(i.sku = l.sku), false) as has_sku
                from {{ ref("order_items") }} as i
                where i.store_id = l.store_id and i.amazon_order_id = l.order_id
            ) as o
            on true
        {% else %}
            (
                select
                    i.store_id,
                    i.amazon_order_id,
                    min(i.date) as order_date,
                    bool_or({{ is_sale_line("i") }}) as is_sold,
                    array_agg(distinct i.sku) as skus
                from {{ ref("order_items") }} as i
                group by i.store_id, i.amazon_order_id
            ) as o
            on l.store_id = o.store_id
            and l.order_id = o.amazon_order_id
        {% endif %}
{%- endmacro %}

{# Advertising is counted from the Ads reports. -#}
{% macro counts_in_profit(line) -%}
    ({{ line }}.is_profit_or_loss or {{ line }}.is_in_price) and {{ line }}.kind <> 'advertising'
{%- endmacro %}

{#
    Settlements: fees of an order on its purchase day, all else on the day of its posting. Revenue of orders that have a
    sale line is theirs (profit_of_orders), under whatever SKU a settlement writes it. Storage of a month that the storage
    fees report tells is the report's: the day on which the month's bill begins has the report's sum against it, so that
    what remains is by how much the bill and its corrections differ.
-#}
{% macro profit_of_settlements() -%}
    select l.store_id, l.tenant_id, l.day, l.sku, l.currency, l.part, l.amount
    from
        (
            select
                s.*,
                case
                    when not s.is_refund and s.kind in ('referral_fee', 'fulfilment_fee')
                    then coalesce(s.order_date, s.posted_date)
                    else s.posted_date
                end as day,
                case
                    when s.is_in_price
                    then case when s.is_refund then 'refunds' when not s.is_sold then 'revenue' end
                    when s.is_refund and s.kind in ('referral_fee', 'fulfilment_fee', 'refund_fee')
                    then 'refund_fees'
                    when s.is_refund
                    then 'other'
                    when s.kind = 'referral_fee'
                    then 'referral_fees'
                    when s.kind = 'fulfilment_fee'
                    then 'fulfilment_fees'
                    when s.kind in ('storage_fee', 'other_storage_fee')
                    then 'storage_fees'
                    when s.kind = 'aged_surcharge'
                    then 'aged_surcharge'
                    when s.kind = 'reimbursement'
                    then 'reimbursements'
                    when s.kind = 'subscription_fee'
                    then 'subscription_fees'
                    else 'other'
                end as part
            from settled as s
        ) as l
    where l.part is not null and l.day is not null
    union all
    select s.store_id, s.tenant_id, s.posted_date, s.sku, s.currency, v.part, v.amount
    from settled as s
    cross join
        lateral(values ('vat', - s.amount), ('tax_in_revenue', case when not s.is_refund then s.amount end)) as v(
            part, amount
        )
    where s.kind = 'tax' and (s.is_refund or not s.is_sold) and s.posted_date is not null and v.amount is not null
    union all
    select m.store_id, m.tenant_id, b.day, null, m.currency, 'storage_fees', m.fee
    from
        (
            select store_id, tenant_id, date, max(currency) as currency, sum(round(fee, 4)) as fee
            from storage
            group by store_id, tenant_id, date
        ) as m
    cross join
        lateral(
            select min(l.posted_date) as day
            from {{ ref("settlement_lines") }} as l
            where
                l.store_id = m.store_id
                and l.posted_date >= m.date + interval '1 month'
                and l.posted_date < m.date + interval '2 months'
                and l.kind = 'storage_fee'
                and not l.is_refund
        ) as b
    where b.day is not null
{%- endmacro %}

{#
    What is settled of an order's SKU: units of its principal, null where lines do not tell; of a SKU that the order does
    not have (a listing's other name, or none) under null. Other charges, as labels or adjustments, settle nothing.
-#}
{% macro settled_units() -%}
    (
        select
            store_id,
            order_id,
            case when has_sku then sku end as sku,
            nullif(sum(quantity_purchased) filter (where kind = 'principal'), 0) as units
        from settled
        where not is_refund and kind in ('principal', 'referral_fee') and order_id is not null
        group by store_id, order_id, case when has_sku then sku end
    )
{%- endmacro %}
