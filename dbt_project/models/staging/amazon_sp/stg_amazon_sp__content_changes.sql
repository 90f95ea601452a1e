-- One row per BRANDED_ITEM_CONTENT_CHANGE: what changed on the page of an ASIN of the seller's brand. Amazon names all
-- attributes of images when any of them changed: they are one here, `images`.
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    payload ->> 'Asin' as asin,
    payload ->> 'BrandName' as brand,
    array(
        select distinct case when a.attribute like '%image%' then 'images' else a.attribute end
        from jsonb_array_elements_text(coalesce(nullif(payload -> 'AttributesChanged', 'null'), '[]')) as a(attribute)
        order by 1
    ) as attributes
from ({{ notified(["BRANDED_ITEM_CONTENT_CHANGE"], "n.payload ->> 'MarketplaceId'") }}) as m
