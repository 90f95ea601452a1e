{# profit_daily: what settlements tell, and where it goes. -#}
{#
    `settled`: lines of settlements that are profit or loss, with the purchase day of their order's SKU where it is among
    the orders. Of slices: what was posted on those days, and what is of orders of those days.
-#}
{% macro settled_lines() -%}
    select l.*, o.date as order_date
    from
        (
            {% if by_slices() %}
                select l.*
                from {{ ref("settlement_lines") }} as l
                inner join _slices as k on l.store_id = k.store_id and l.posted_date = k.date
                where l.is_profit_or_loss and l.kind <> 'advertising'
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
                where l.is_profit_or_loss and l.kind <> 'advertising'
            {% else %}select * from {{ ref("settlement_lines") }} where is_profit_or_loss and kind <> 'advertising'
            {% endif %}
        ) as l
    left join
        {% if by_slices() %}
            lateral(
                select min(i.date) as date
                from {{ ref("order_items") }} as i
                where i.store_id = l.store_id and i.amazon_order_id = l.order_id and i.sku = l.sku
            ) as o
            on true
        {% else %}
            (
                select store_id, amazon_order_id, sku, min(date) as date
                from {{ ref("order_items") }}
                group by store_id, amazon_order_id, sku
            ) as o
            on l.store_id = o.store_id
            and l.order_id = o.amazon_order_id
            and l.sku = o.sku
        {% endif %}
{%- endmacro %}

{#
    Settlements: fees of an order on its purchase day, all else on the day of its posting. Revenue of orders that are known
    is theirs (profit_of_orders); storage of a month that the storage fees report tells is the report's.
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
                    when s.is_refund and s.kind in ('principal', 'shipping', 'gift_wrap', 'promotion')
                    then 'refunds'
                    when s.is_refund and s.kind in ('referral_fee', 'fulfilment_fee', 'refund_fee')
                    then 'refund_fees'
                    when s.is_refund
                    then 'other'
                    when s.kind in ('principal', 'shipping', 'gift_wrap', 'promotion')
                    then case when s.order_date is null then 'revenue' end
                    when s.kind = 'referral_fee'
                    then 'referral_fees'
                    when s.kind = 'fulfilment_fee'
                    then 'fulfilment_fees'
                    when s.kind = 'storage_fee'
                    then case when m.store_id is null then 'storage_fees' end
                    when s.kind = 'aged_surcharge'
                    then 'aged_surcharge'
                    when s.kind = 'reimbursement'
                    then 'reimbursements'
                    when s.kind = 'subscription_fee'
                    then 'subscription_fees'
                    else 'other'
                end as part
            from settled as s
            left join
                (select distinct store_id, date from storage) as m
                on s.store_id = m.store_id
                and m.date = (date_trunc('month', s.posted_date) - interval '1 month')::date
        ) as l
    where l.part is not null and l.day is not null
{%- endmacro %}
