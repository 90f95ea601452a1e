-- One row per ANY_OFFER_CHANGED: what an ASIN in new condition costs in the buy box since then, and in our own offer,
-- shipping included. Amazon's schema names no winner: the box is surely not ours where the two prices differ, and where
-- they are equal it may be shared. Our offer is unknown where it is not among the twenty that Amazon lists.
with
    message as (
        {{
            notified(
                ["ANY_OFFER_CHANGED"],
                "n.payload -> 'AnyOfferChangedNotification' -> 'OfferChangeTrigger' ->> 'MarketplaceId'",
            )
        }}
    ),
    part as (
        select
            m.*,
            o.offer -> 'OfferChangeTrigger' as changed,
            o.offer -> 'Summary' -> 'CompetitivePriceThreshold' as competitive,
            jsonb_path_query_first(
                o.offer, '$.Summary.BuyBoxPrices[*] ? (@.Condition like_regex "^new$" flag "i")'
            ) as box,
            jsonb_path_query_first(
                o.offer,
                '$.Offers[*] ? (@.SellerId == $me && @.SubCondition like_regex "^new$" flag "i")',
                jsonb_build_object('me', coalesce(o.offer ->> 'SellerId', ''))
            ) as ours,
            jsonb_array_length(
                jsonb_path_query_array(
                    o.offer,
                    '$.Offers[*] ? (@.SellerId != $me)',
                    jsonb_build_object('me', coalesce(o.offer ->> 'SellerId', ''))
                )
            ) as offers_of_others
        from message as m
        cross join lateral(select m.payload -> 'AnyOfferChangedNotification' as offer) as o
    )
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    changed ->> 'ASIN' as asin,
    {{ as_numeric("box -> 'LandedPrice' ->> 'Amount'") }} as buy_box_price_amount,
    {{ as_numeric("ours -> 'ListingPrice' ->> 'Amount'") }}
    + coalesce({{ as_numeric("ours -> 'Shipping' ->> 'Amount'") }}, 0) as own_price_amount,
    {{ as_numeric("competitive ->> 'Amount'") }} as competitive_price_amount,
    coalesce(box -> 'LandedPrice' ->> 'CurrencyCode', ours -> 'ListingPrice' ->> 'CurrencyCode') as currency,
    offers_of_others
from part
where lower(changed ->> 'ItemCondition') = 'new'
