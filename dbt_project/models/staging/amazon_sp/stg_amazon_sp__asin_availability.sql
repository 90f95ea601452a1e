-- One row per ITEM_INVENTORY_EVENT_CHANGE, ASIN and hour: units in Amazon's warehouses that could be sold at its end.
-- All SKUs are together. It is of the day in which the hour begins.
select
    n.load_id,
    s.store_id,
    s.tenant_id,
    n.notification_id,
    coalesce(h.ended_at, n.happened_at) as happened_at,
    (coalesce(h.began_at, n.happened_at) at time zone s.time_zone)::date as date,
    h.part ->> 'asin' as asin,
    h.began_at,
    h.ended_at,
    {{ as_integer("h.part ->> 'highlyAvailableInventory'") }} as available_quantity
from {{ ref("stg_amazon_sp__notifications") }} as n
cross join
    lateral(
        select
            e.part,
            {{ as_timestamp("(e.part ->> 'startTime')") }} as began_at,
            {{ as_timestamp("(e.part ->> 'endTime')") }} as ended_at
        from (select jsonb_path_query(n.payload, '$.itemInventoryEventChanges[*]') as part) as e
    ) as h
inner join ops.stores as s on n.account_id = s.account_id and s.marketplace_id = h.part ->> 'marketplaceId'
where n.notification_type = 'ITEM_INVENTORY_EVENT_CHANGE'
