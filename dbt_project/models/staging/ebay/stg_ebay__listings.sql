-- What a seller offers, by the newest lists: a row is an offer, or an inventory item that has none.
select
    coalesce(i.store_id, o.store_id) as store_id,
    coalesce(i.tenant_id, o.tenant_id) as tenant_id,
    coalesce(o.listing_id, '') as item_id,
    coalesce(i.sku, o.sku) as channel_sku,
    i.title,
    i.barcode,
    o.price_amount,
    coalesce(o.currency, h.currency) as currency,
    o.status,
    coalesce(i.instant, o.instant) as as_of
from {{ newest_list("stg_ebay__inventory_items", "ebay.inventory_items") }} as i
full join {{ newest_list("stg_ebay__offers", "ebay.offers") }} as o on i.store_id = o.store_id and i.sku = o.sku
inner join ops.shops as h on coalesce(i.store_id, o.store_id) = h.shop_id
