{#
    What the parts of profit_daily (models/parts/profit_daily), its opening and its data test have in common. A part is a query
    of (store_id, tenant_id, date, sku, currency, part, amount). What counts as sold is also said here; the parts of
    sales_reconciliation, sales and costs of goods read it too.
-#}
{# Whether an order line of a known day counts as sold: on a marketplace, neither cancelled nor without a price. -#}
{% macro is_sale_line(line) -%}
    {{ line }}.date is not null
    and {{ line }}.item_price_amount is not null
    and {{ line }}.is_multi_channel is not true
    and not {{ is_cancelled_line(line) }}
{%- endmacro %}

{#
    How much of an order line's revenue is tax. Order reports tell the tax of prices before promotions: a promotion that takes
    a tenth of the price takes a tenth of its tax too.
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
    The estimated fees reports, the last of each day, with the days that each speaks for. A store without a report of its own
    takes those of its account's other stores.
-#}
{% macro snapshots_of_estimates() -%}
    (
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
                        or s.store_id
                        not in (select n.scope_id from {{ current_loads("amazon_sp.estimated_fees") }} as n)
                        and exists (
                            select 1
                            from {{ ref("stg_amazon_sp__estimated_fees") }} as e
                            where e.load_id = c.load_id and e.store_id = s.store_id
                        )
                    )
                order by s.store_id, c.day, c.instant desc, c.load_id desc
            ) as l
        window w as (partition by store_id order by day)
    )
{%- endmacro %}

{# Which settlement lines profit is made of; advertising is counted from the Ads reports. For the part and for profit_adds_up. -#}
{% macro counts_in_profit(line) -%}
    ({{ line }}.is_profit_or_loss or {{ line }}.is_in_price) and {{ line }}.kind <> 'advertising'
{%- endmacro %}

{# An order of texts that is the same on every machine. For the parts by ASIN or SKU. -#}
{% macro by_letters(column) -%} {{ column }} collate "C" {%- endmacro %}
