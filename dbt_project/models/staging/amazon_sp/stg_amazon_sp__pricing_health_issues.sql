-- One row per PRICING_HEALTH: our offer of an ASIN in new condition has no chance of the buy box, for its price. Prices
-- have shipping in them; the competitive one is what other retailers ask.
select
    load_id,
    store_id,
    tenant_id,
    notification_id,
    happened_at,
    date,
    payload -> 'offerChangeTrigger' ->> 'asin' as asin,
    payload ->> 'issueType' as issue_type,
    {{ as_numeric("payload -> 'merchantOffer' -> 'landedPrice' ->> 'amount'") }} as own_price_amount,
    {{ as_numeric("payload -> 'summary' -> 'referencePrice' -> 'competitivePriceThreshold' ->> 'amount'") }}
    as competitive_price_amount,
    {{
        as_numeric(
            "jsonb_path_query_first(payload, "
            "'$.summary.buyBoxPrices[*] ? (@.condition like_regex \"^new$\" flag \"i\").landedPrice.amount') #>> '{}'"
        )
    }} as buy_box_price_amount,
    payload -> 'merchantOffer' -> 'landedPrice' ->> 'currencyCode' as currency
from ({{ notified(["PRICING_HEALTH"], "n.payload -> 'offerChangeTrigger' ->> 'marketplaceId'") }}) as m
where lower(payload -> 'offerChangeTrigger' ->> 'itemCondition') = 'new'
