{# What was ordered, by purchase day: sales_daily by SKU, sales_store_daily by store. -#}
{#
    Lines of order_items summed by their store, day and `by`: cancelled and pending ones are counted beside the sales and
    have no share in the money. Orders are distinct ones, so that they cannot be summed over SKUs.
-#}
{% macro ordered_sales(by) -%}
    {%- set keys = ["store_id", "tenant_id", "date"] + by -%}
    select
        {{ keys | join(", ") }},
        count(*) filter (where is_sale)::integer as order_lines,
        count(distinct amazon_order_id) filter (where is_sale)::integer as orders,
        coalesce(sum(units) filter (where is_sale), 0)::integer as units,
        coalesce(sum(item_price_amount) filter (where is_sale), 0) as item_price_amount,
        coalesce(sum(item_tax_amount) filter (where is_sale), 0) as item_tax_amount,
        coalesce(sum(shipping_price_amount) filter (where is_sale), 0) as shipping_price_amount,
        coalesce(sum(item_promotion_discount_amount) filter (where is_sale), 0) as item_promotion_discount_amount,
        max(currency) as row_currency,
        coalesce(sum(units) filter (where is_cancelled), 0)::integer as cancelled_units,
        coalesce(sum(units) filter (where is_pending), 0)::integer as pending_units,
        coalesce(sum(units) filter (where is_sale and is_replacement), 0)::integer as replacement_units,
        coalesce(sum(units) filter (where is_sale and is_business_order), 0)::integer as business_units
    from
        (
            select
                *,
                not is_cancelled and item_price_amount is null as is_pending,
                not is_cancelled and item_price_amount is not null as is_sale
            from
                (
                    select i.*, coalesce('Cancelled' in (i.order_status, i.item_status), false) as is_cancelled
                    from {{ ref("order_items") }} as i
                    {% if by_slices() %}
                        inner join _slices as s on i.store_id = s.store_id and i.date = s.date
                    {% endif %}
                    where i.date is not null
                ) as lines
        ) as kinds
    group by {{ keys | join(", ") }}
{%- endmacro %}
