-- The lines of every delivery of every order, numbered as the order has them. eBay says what a refund is worth, and
-- neither how many units it is of nor whether they came back. What was given back for the order as a whole is shared
-- out
-- by what the lines cost.
with
    lines as (
        select
            r.load_id,
            r.item,
            l.report_created_at,
            h.shop_id as store_id,
            h.tenant_id,
            h.currency as shop_currency,
            {{ as_timestamp("r.item ->> 'lastModifiedDate'") }} as last_updated_at,
            r.item ->> 'orderId' as order_id,
            coalesce(r.item -> 'cancelStatus' ->> 'cancelState' = 'CANCELED', false) as is_cancelled,
            e.line,
            e.number,
            {{ as_integer("e.line ->> 'quantity'") }} as units,
            {{ as_numeric("e.line -> 'lineItemCost' ->> 'value'") }} as cost,
            {{ as_numeric("coalesce(e.line -> 'discountedLineItemCost', e.line -> 'lineItemCost') ->> 'value'") }}
            as paid
        from {{ source("ebay", "orders") }} as r
        inner join {{ every_load("ebay.orders") }} as l on r.load_id = l.load_id
        inner join ops.shops as h on l.scope_id = h.shop_id
        cross join lateral jsonb_array_elements(coalesce(r.item -> 'lineItems', '[]'))
        with ordinality as e(line, number)
    ),
    refunded as (
        select
            o.*,
            b.of_line,
            greatest(a.of_order - sum(b.of_line) over whole_order, 0) as of_no_line,
            sum(o.paid) over whole_order as paid_in_all,
            sum(o.paid) over so_far as paid_so_far
        from lines as o
        cross join
            lateral(
                select coalesce(sum({{ as_numeric("e -> 'amount' ->> 'value'") }}), 0) as of_line
                from jsonb_array_elements(coalesce(o.line -> 'refunds', '[]')) as e
            ) as b
        cross join
            lateral(
                select coalesce(sum({{ as_numeric("e -> 'amount' ->> 'value'") }}), 0) as of_order
                from jsonb_array_elements(coalesce(o.item -> 'paymentSummary' -> 'refunds', '[]')) as e
            ) as a
        window
            whole_order as (partition by o.load_id, o.order_id, o.last_updated_at),
            so_far as (partition by o.load_id, o.order_id, o.last_updated_at order by o.number)
    )
select
    o.load_id,
    o.report_created_at,
    o.store_id,
    o.tenant_id,
    o.order_id,
    o.last_updated_at,
    o.number::integer as line_number,
    o.line ->> 'lineItemId' as line_id,
    coalesce(o.line ->> 'sku', '') as sku,
    o.line ->> 'legacyItemId' as item_id,
    o.units,
    case
        when o.is_cancelled or o.line ->> 'lineItemFulfillmentStatus' = 'FULFILLED'
        then 0
        else greatest(o.units - s.sent, 0)
    end as unfulfilled_units,
    coalesce({{ as_text("o.line -> 'lineItemCost' ->> 'currency'") }}, o.shop_currency) as currency,
    o.cost as item_price_amount,
    o.cost - o.paid as discount_amount,
    t.tax_amount,
    null::integer as refunded_units,
    null::integer as restocked_units,
    o.of_line + case
        when o.paid_in_all > 0
        then
            round(o.of_no_line * o.paid_so_far / o.paid_in_all, 2)
            - round(o.of_no_line * (o.paid_so_far - o.paid) / o.paid_in_all, 2)
        else 0
    end as refunded_amount
from refunded as o
cross join
    lateral(
        select coalesce(sum({{ as_numeric("e -> 'amount' ->> 'value'") }}), 0) as tax_amount
        from
            jsonb_array_elements(
                coalesce(o.line -> 'taxes', '[]') || coalesce(o.line -> 'ebayCollectAndRemitTaxes', '[]')
            ) as e
    ) as t
cross join
    lateral(
        select coalesce(sum({{ as_integer("n ->> 'quantity'") }}), 0)::integer as sent
        from jsonb_array_elements(coalesce(o.item -> 'fulfillments', '[]')) as e
        cross join jsonb_array_elements(coalesce(e -> 'lineItems', '[]')) as n
        where n ->> 'lineItemId' = o.line ->> 'lineItemId'
    ) as s
