-- What a shop offers, by its newest list: a row is a variant. A shop of any kind has this model, with these columns.
select
    p.store_id,
    p.tenant_id,
    p.variant_id as item_id,
    p.sku as channel_sku,
    concat_ws(', ', p.product_title, nullif(p.variant_title, 'Default Title')) as title,
    p.barcode,
    p.price_amount,
    p.currency,
    p.product_status as status,
    p.instant as as_of
from {{ newest_list("stg_shopify__products", "shopify.products") }} as p
