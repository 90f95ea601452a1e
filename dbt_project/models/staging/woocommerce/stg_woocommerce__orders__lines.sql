-- The lines of every delivery of every order, numbered as the order has them, with what was refunded of each.
-- WooCommerce
-- does not say whether refunded units came back.
with
    lines as (
        select
            r.load_id,
            r.item,
            l.report_created_at,
            h.shop_id as store_id,
            h.tenant_id,
            {{ as_timestamp("r.item ->> 'date_modified_gmt'") }} as last_updated_at,
            r.item ->> 'id' as order_id,
            coalesce({{ as_text("r.item ->> 'currency'") }}, h.currency) as currency,
            e.line,
            e.number,
            {{ as_integer("e.line ->> 'quantity'") }} as units
        from {{ source("woocommerce", "orders") }} as r
        inner join {{ every_load("woocommerce.orders") }} as l on r.load_id = l.load_id
        inner join ops.shops as h on l.scope_id = h.shop_id
        cross join lateral jsonb_array_elements(coalesce(r.item -> 'line_items', '[]'))
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
    coalesce(nullif(o.line ->> 'variation_id', '0'), o.line ->> 'product_id') as item_id,
    o.units,
    case
        when o.item ->> 'status' in ('completed', 'refunded', 'cancelled', 'failed', 'trash')
        then 0
        else greatest(o.units - b.refunded_units, 0)
    end as unfulfilled_units,
    o.currency,
    {{ as_numeric("o.line ->> 'subtotal'") }} as item_price_amount,
    {{ as_numeric("o.line ->> 'subtotal'") }} - {{ as_numeric("o.line ->> 'total'") }} as discount_amount,
    {{ as_numeric("o.line ->> 'total_tax'") }} as tax_amount,
    b.refunded_units,
    null::integer as restocked_units,
    b.refunded_amount
from lines as o
cross join
    lateral(
        select
            coalesce(- sum({{ as_integer("n ->> 'quantity'") }}), 0)::integer as refunded_units,
            coalesce(- sum({{ as_numeric("n ->> 'total'") }}), 0) as refunded_amount
        from jsonb_array_elements(coalesce(o.item -> 'refunds', '[]')) as e
        cross join jsonb_array_elements(coalesce(e -> 'line_items', '[]')) as n
        where n ->> 'refunded_line' = o.line ->> 'id'
    ) as b
