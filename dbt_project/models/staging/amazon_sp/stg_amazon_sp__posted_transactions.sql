-- One row per TRANSACTION_UPDATE: an amount that was posted to the seller's account, fees taken off.
-- It is of the day on which it was posted. Types are as Amazon writes them, `Shipment` and `Refund` among them.
with
    message as (
        {{
            notified(
                ["TRANSACTION_UPDATE"],
                "n.payload -> 'TransactionUpdateNotification' -> 'SellingPartnerMetadata' ->> 'MarketplaceId'",
            )
        }}
    ),
    part as (
        select
            m.*,
            t.told,
            coalesce({{ as_timestamp("(t.told ->> 'PostedDate')") }}, m.happened_at) as posted_at,
            s.time_zone
        from message as m
        inner join ops.stores as s on m.store_id = s.store_id
        cross join lateral(select m.payload -> 'TransactionUpdateNotification' as told) as t
    )
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    (posted_at at time zone time_zone)::date as date,
    posted_at,
    told ->> 'TransactionType' as transaction_type,
    told -> 'SellingPartnerMetadata' ->> 'AccountType' as account_type,
    jsonb_path_query_first(
        told,
        '$.RelatedIdentifiers[*] ? (@.RelatedIdentifierName like_regex "^order-?_?id$" flag "i").RelatedIdentifierValue'
    )
    #>> '{}' as amazon_order_id,
    {{ as_numeric("(told -> 'TotalAmount' ->> 'CurrencyAmount')") }} as amount,
    told -> 'TotalAmount' ->> 'CurrencyCode' as currency
from part
