{# What was ordered, by purchase day: sales_daily by SKU, sales_store_daily by store. -#}
{#
    Lines of order_items summed by their store, day and `by`: cancelled and pending ones, and those of multi-channel orders,
    are counted beside the sales and have no share in the money. Orders are distinct ones, so that they cannot be summed over
    SKUs. Prices are converted, with the tax that they contain in some countries and without it.
-#}
{% macro ordered_sales(by) -%}
    {%- set keys = ["store_id", "tenant_id", "date"] + by -%}
    with
        days as (
            select
                {{ keys | join(", ") }},
                count(*) filter (where is_sale)::integer as order_lines,
                count(distinct amazon_order_id) filter (where is_sale)::integer as orders,
                coalesce(sum(units) filter (where is_sale), 0)::integer as units,
                coalesce(sum(item_price_amount) filter (where is_sale), 0) as item_price_amount,
                coalesce(sum(item_tax_amount) filter (where is_sale), 0) as item_tax_amount,
                coalesce(sum(item_price_net_amount) filter (where is_sale), 0) as item_price_net_amount,
                coalesce(sum(units) filter (where is_sale and is_tax_unknown), 0)::integer as units_without_tax,
                coalesce(sum(shipping_price_amount) filter (where is_sale), 0) as shipping_price_amount,
                coalesce(
                    sum(item_promotion_discount_amount) filter (where is_sale), 0
                ) as item_promotion_discount_amount,
                max(currency) as row_currency,
                coalesce(sum(units) filter (where is_cancelled), 0)::integer as cancelled_units,
                coalesce(sum(units) filter (where is_pending), 0)::integer as pending_units,
                coalesce(sum(units) filter (where is_multi_channel and not is_cancelled), 0)::integer
                as multi_channel_units,
                coalesce(sum(units) filter (where is_sale and is_replacement), 0)::integer as replacement_units,
                coalesce(sum(units) filter (where is_sale and is_business_order), 0)::integer as business_units
            from
                (
                    select
                        *,
                        not is_cancelled and is_multi_channel is not true and item_price_amount is null as is_pending,
                        not is_cancelled and is_multi_channel is not true and item_price_amount is not null as is_sale,
                        {{ without_tax("item_price_amount", "item_tax_amount", "store_channel") }}
                        as item_price_net_amount,
                        item_price_amount > 0
                        and item_tax_amount is null
                        and {{ prices_contain_tax("store_channel") }} as is_tax_unknown
                    from
                        (
                            select
                                i.*,
                                {{ is_cancelled_line("i") }} as is_cancelled,
                                coalesce(o.sales_channel, i.sales_channel) as store_channel
                            from {{ sliced(ref("order_items")) }} as i
                            left join {{ ref("int_stores") }} as o on i.store_id = o.store_id
                            where i.date is not null
                        ) as lines
                ) as kinds
            group by {{ keys | join(", ") }}
        ),
        with_currency as (
            select
                d.*,
                coalesce(s.currency, d.row_currency) as currency,
                t.reporting_currency,
                s.store_id is not null as is_configured
            from days as d
            left join {{ ref("int_stores") }} as s on d.store_id = s.store_id
            left join ops.tenants as t on d.tenant_id = t.tenant_id
        )
    select
        {% for key in keys %} d.{{ key }}, {% endfor %}
        d.order_lines,
        d.orders,
        d.units,
        d.item_price_amount,
        d.item_tax_amount,
        d.item_price_net_amount,
        d.units_without_tax,
        d.shipping_price_amount,
        d.item_promotion_discount_amount,
        d.currency,
        d.cancelled_units,
        d.pending_units,
        d.multi_channel_units,
        d.replacement_units,
        d.business_units,
        d.reporting_currency,
        round(d.item_price_amount * fx.rate, 4) as item_price_amount_reporting,
        round(d.item_price_net_amount * fx.rate, 4) as item_price_net_amount_reporting,
        fx.fx_date
        {%- if not by -%}
            {%- set incomplete = incomplete_reason([not_configured("d.is_configured"), no_rate("d")]) -%},
            {{ incomplete }} is null as is_complete,
            {{ incomplete }} as incomplete_reason
        {% endif %}
    from with_currency as d {{ join_rate("d", "d.date") }}
{%- endmacro %}

{#
    Whether an order line is cancelled. `Unfulfillable` is the state of multi-channel orders that Amazon cannot send
    (Seller Central help 200244490: in effect cancelled).
-#}
{% macro is_cancelled_line(line) -%}
    coalesce(
        lower({{ line }}.order_status) in ('cancelled', 'canceled', 'unfulfillable')
        or lower({{ line }}.item_status) in ('cancelled', 'canceled', 'unfulfillable'),
        false
    )
{%- endmacro %}
