-- What a shop offers, by its newest list: a row is a product or a variation.
select
    p.store_id,
    p.tenant_id,
    p.item_id,
    p.sku as channel_sku,
    p.title,
    p.barcode,
    p.price_amount,
    p.currency,
    p.status,
    p.instant as as_of
from {{ newest_list("stg_woocommerce__products", "woocommerce.products") }} as p
