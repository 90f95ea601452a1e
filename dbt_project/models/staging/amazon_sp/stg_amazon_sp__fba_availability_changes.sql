-- One row per FBA_INVENTORY_AVAILABILITY_CHANGES and marketplace: units of a SKU in Amazon's warehouses since then.
select
    n.load_id,
    s.store_id,
    s.tenant_id,
    n.notification_id,
    n.happened_at,
    (n.happened_at at time zone s.time_zone)::date as date,
    n.payload ->> 'SKU' as sku,
    n.payload ->> 'ASIN' as asin,
    n.payload ->> 'FNSKU' as fnsku,
    {{ as_integer("p.place -> 'FulfillmentInventory' ->> 'Fulfillable'") }} as fulfillable_quantity,
    {{ as_integer("p.place -> 'FulfillmentInventory' ->> 'Unfulfillable'") }} as unfulfillable_quantity,
    {{ as_integer("p.place -> 'FulfillmentInventory' ->> 'Researching'") }} as researching_quantity,
    {{ as_integer("p.place -> 'FulfillmentInventory' -> 'InboundQuantityBreakdown' ->> 'Working'") }}
    as inbound_working_quantity,
    {{ as_integer("p.place -> 'FulfillmentInventory' -> 'InboundQuantityBreakdown' ->> 'Shipped'") }}
    as inbound_shipped_quantity,
    {{ as_integer("p.place -> 'FulfillmentInventory' -> 'InboundQuantityBreakdown' ->> 'Receiving'") }}
    as inbound_receiving_quantity
from {{ ref("stg_amazon_sp__notifications") }} as n
cross join lateral(select jsonb_path_query(n.payload, '$.FulfillmentInventoryByMarketplace[*]') as place) as p
inner join ops.stores as s on n.account_id = s.account_id and s.marketplace_id = p.place ->> 'MarketplaceId'
where n.notification_type = 'FBA_INVENTORY_AVAILABILITY_CHANGES'
