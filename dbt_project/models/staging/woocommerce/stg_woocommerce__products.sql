-- One row per shop, instant and what can be sold: a product, or of a product with variations each of these.
select
    r.load_id,
    h.shop_id as store_id,
    h.tenant_id,
    l.day as date,
    l.instant,
    r.item ->> 'id' as item_id,
    coalesce(r.item -> 'product' ->> 'id', r.item ->> 'id') as product_id,
    coalesce(r.item ->> 'sku', '') as sku,
    {{ as_text("btrim(r.item ->> 'global_unique_id')") }} as barcode,
    concat_ws(
        ', ', coalesce({{ as_text("r.item -> 'product' ->> 'name'") }}, {{ as_text("r.item ->> 'name'") }}), a.options
    ) as title,
    {{ as_text("r.item ->> 'status'") }} as status,
    -- a variation may share the stock of its product ("parent"): then it has none of its own
    coalesce(r.item ->> 'manage_stock' = 'true', false) as is_tracked,
    {{ as_integer("r.item ->> 'stock_quantity'") }} as stock_quantity,
    {{ as_numeric("r.item ->> 'price'") }} as price_amount,
    h.currency
from {{ source("woocommerce", "products") }} as r
inner join {{ current_loads("woocommerce.products") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
cross join
    lateral(
        select string_agg({{ as_text("e.attribute ->> 'option'") }}, ', ' order by e.number) as options
        from jsonb_array_elements(coalesce(r.item -> 'attributes', '[]'))
        with ordinality as e(attribute, number)
    ) as a
