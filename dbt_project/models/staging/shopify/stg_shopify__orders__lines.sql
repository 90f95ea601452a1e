-- The lines of every delivery of every order, numbered as the order has them, with what was refunded of each.
with
    lines as (
        select
            r.load_id,
            r.item,
            l.report_created_at,
            h.shop_id as store_id,
            h.tenant_id,
            h.currency as shop_currency,
            {{ as_timestamp("r.item ->> 'updatedAt'") }} as last_updated_at,
            r.item ->> 'id' as order_id,
            e.line,
            e.number
        from {{ source("shopify", "orders") }} as r
        inner join {{ every_load("shopify.orders") }} as l on r.load_id = l.load_id
        inner join ops.shops as h on l.scope_id = h.shop_id
        cross join lateral jsonb_array_elements(coalesce(r.item -> 'lineItems' -> 'nodes', '[]'))
        with ordinality as e(line, number)
    )
select
    o.load_id,
    o.report_created_at,
    o.store_id,
    o.tenant_id,
    o.order_id,
    o.last_updated_at,
    o.number::integer as line_number,
    o.line ->> 'id' as line_id,
    coalesce(o.line ->> 'sku', '') as sku,
    o.line -> 'variant' ->> 'id' as item_id,
    {{ as_integer("o.line ->> 'quantity'") }} as units,
    {{ as_integer("o.line ->> 'unfulfilledQuantity'") }} as unfulfilled_units,
    coalesce(
        {{ as_text("o.line -> 'originalTotalSet' -> 'shopMoney' ->> 'currencyCode'") }}, o.shop_currency
    ) as currency,
    {{ as_numeric("o.line -> 'originalTotalSet' -> 'shopMoney' ->> 'amount'") }} as item_price_amount,
    {{ as_numeric("o.line -> 'totalDiscountSet' -> 'shopMoney' ->> 'amount'") }} as discount_amount,
    t.tax_amount,
    b.refunded_units,
    b.restocked_units,
    b.refunded_amount
from lines as o
cross join
    lateral(
        select coalesce(sum({{ as_numeric("e -> 'priceSet' -> 'shopMoney' ->> 'amount'") }}), 0) as tax_amount
        from jsonb_array_elements(coalesce(o.line -> 'taxLines', '[]')) as e
    ) as t
cross join
    lateral(
        select
            coalesce(sum({{ as_integer("n ->> 'quantity'") }}), 0)::integer as refunded_units,
            coalesce(
                sum({{ as_integer("n ->> 'quantity'") }}) filter (where n ->> 'restockType' <> 'NO_RESTOCK'), 0
            )::integer as restocked_units,
            coalesce(sum({{ as_numeric("n -> 'subtotalSet' -> 'shopMoney' ->> 'amount'") }}), 0) as refunded_amount
        from jsonb_array_elements(coalesce(o.item -> 'refunds', '[]')) as e
        cross join jsonb_array_elements(coalesce(e -> 'refundLineItems' -> 'nodes', '[]')) as n
        where n -> 'lineItem' ->> 'id' = o.line ->> 'id'
    ) as b
