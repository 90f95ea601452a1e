-- One row per LISTINGS_ITEM_STATUS_CHANGE: whether a listing can be found and bought since then.
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    payload ->> 'Sku' as sku,
    payload ->> 'Asin' as asin,
    payload -> 'Status' @> '["BUYABLE"]' as is_buyable,
    payload -> 'Status' @> '["DISCOVERABLE"]' as is_discoverable,
    payload -> 'Status' @> '["DELETED"]' as is_deleted
from
    (
        {{
            notified(
                ["LISTINGS_ITEM_STATUS_CHANGE", "LISTINGS_ITEM_STATUS_CHANGED"],
                "n.payload ->> 'MarketplaceId'",
            )
        }}
    ) as m
