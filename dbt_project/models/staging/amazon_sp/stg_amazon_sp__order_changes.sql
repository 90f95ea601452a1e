-- One row per ORDER_CHANGE: what an order, or one item of it (`order_item_id`), is since then.
-- Whether its buyer has asked to cancel it is told of items, and by the message with which they ask.
with
    message as (
        {{
            notified(
                ["ORDER_CHANGE"],
                "n.payload -> 'OrderChangeNotification' -> 'Summary' ->> 'MarketplaceId'",
            )
        }}
    ),
    part as (select m.*, m.payload -> 'OrderChangeNotification' as told from message as m)
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    told ->> 'AmazonOrderId' as amazon_order_id,
    case
        when told ->> 'NotificationLevel' = 'OrderItemLevel' then told #>> '{Summary,OrderItems,0,OrderItemId}'
    end as order_item_id,
    told ->> 'OrderChangeType' as change_type,
    told -> 'OrderChangeTrigger' ->> 'ChangeReason' as change_reason,
    told -> 'Summary' ->> 'OrderStatus' as order_status,
    told -> 'Summary' ->> 'FulfillmentType' as fulfillment_type,
    {{ as_timestamp("(told -> 'Summary' ->> 'PurchaseDate')") }} as purchased_at,
    {{ as_timestamp("(told -> 'Summary' ->> 'LatestShipDate')") }} as latest_ship_at,
    jsonb_path_exists(told, '$.Summary.OrderItems[*] ? (@.IsBuyerRequestedCancel == true)')
    or coalesce(
        told ->> 'OrderChangeType' = 'BuyerRequestedChange'
        and told -> 'OrderChangeTrigger' ->> 'ChangeReason' ilike '%cancel%',
        false
    ) as is_cancellation_requested,
    array(
        select distinct i.item #>> '{}'
        from (select jsonb_path_query(told, '$.Summary.OrderItems[*].SellerSKU') as item) as i
        order by 1
    ) as skus,
    (
        select sum({{ as_integer("(i.item ->> 'Quantity')") }})::integer
        from (select jsonb_path_query(told, '$.Summary.OrderItems[*]') as item) as i
    ) as units
from part
