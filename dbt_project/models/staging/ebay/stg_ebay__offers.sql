-- One row per seller, instant and offer. Buyers can order the smaller one of its quantity and its item's.
select
    r.load_id,
    h.shop_id as store_id,
    h.tenant_id,
    l.day as date,
    l.instant,
    r.item ->> 'offerId' as offer_id,
    r.item ->> 'sku' as sku,
    {{ as_text("r.item -> 'listing' ->> 'listingId'") }} as listing_id,
    {{ as_text("r.item ->> 'marketplaceId'") }} as marketplace,
    {{ as_text("r.item ->> 'status'") }} as status,
    {{ as_integer("r.item ->> 'availableQuantity'") }} as available_quantity,
    {{ as_numeric("r.item -> 'pricingSummary' -> 'price' ->> 'value'") }} as price_amount,
    coalesce({{ as_text("r.item -> 'pricingSummary' -> 'price' ->> 'currency'") }}, h.currency) as currency
from {{ source("ebay", "offers") }} as r
inner join {{ current_loads("ebay.offers") }} as l on r.load_id = l.load_id
inner join ops.shops as h on l.scope_id = h.shop_id
