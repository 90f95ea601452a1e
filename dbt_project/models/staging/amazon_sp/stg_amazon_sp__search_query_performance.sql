-- One row per store, week, product and search query: everybody's figures of the query, and the product's. Shares and
-- rates are of 1; a rate's whole is the query's search volume. A price of what did not happen is 0.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    r.day as date,
    {{ as_date("r.item ->> 'endDate'") }} as period_end,
    r.item ->> 'asin' as asin,
    r.item -> 'searchQueryData' ->> 'searchQuery' as search_query,
    {{ as_integer("r.item -> 'searchQueryData' ->> 'searchQueryScore'") }} as search_query_score,
    {{ as_integer("r.item -> 'searchQueryData' ->> 'searchQueryVolume'") }} as search_query_volume,
    {{ as_integer("r.item -> 'impressionData' ->> 'totalQueryImpressionCount'") }} as total_impressions,
    {{ as_integer("r.item -> 'impressionData' ->> 'asinImpressionCount'") }} as asin_impressions,
    {{ as_numeric("r.item -> 'impressionData' ->> 'asinImpressionShare'") }} as asin_impression_share,
    {{ as_integer("r.item -> 'clickData' ->> 'totalClickCount'") }} as total_clicks,
    {{ as_numeric("r.item -> 'clickData' ->> 'totalClickRate'") }} as total_click_rate,
    {{ as_integer("r.item -> 'clickData' ->> 'asinClickCount'") }} as asin_clicks,
    {{ as_numeric("r.item -> 'clickData' ->> 'asinClickShare'") }} as asin_click_share,
    {{ as_numeric("r.item -> 'clickData' -> 'totalMedianClickPrice' ->> 'amount'") }}
    as total_median_click_price_amount,
    {{ as_numeric("r.item -> 'clickData' -> 'asinMedianClickPrice' ->> 'amount'") }} as asin_median_click_price_amount,
    {{ as_integer("r.item -> 'clickData' ->> 'totalSameDayShippingClickCount'") }} as total_same_day_shipping_clicks,
    {{ as_integer("r.item -> 'clickData' ->> 'totalOneDayShippingClickCount'") }} as total_one_day_shipping_clicks,
    {{ as_integer("r.item -> 'clickData' ->> 'totalTwoDayShippingClickCount'") }} as total_two_day_shipping_clicks,
    {{ as_integer("r.item -> 'cartAddData' ->> 'totalCartAddCount'") }} as total_cart_adds,
    {{ as_numeric("r.item -> 'cartAddData' ->> 'totalCartAddRate'") }} as total_cart_add_rate,
    {{ as_integer("r.item -> 'cartAddData' ->> 'asinCartAddCount'") }} as asin_cart_adds,
    {{ as_numeric("r.item -> 'cartAddData' ->> 'asinCartAddShare'") }} as asin_cart_add_share,
    {{ as_numeric("r.item -> 'cartAddData' -> 'totalMedianCartAddPrice' ->> 'amount'") }}
    as total_median_cart_add_price_amount,
    {{ as_numeric("r.item -> 'cartAddData' -> 'asinMedianCartAddPrice' ->> 'amount'") }}
    as asin_median_cart_add_price_amount,
    {{ as_integer("r.item -> 'cartAddData' ->> 'totalSameDayShippingCartAddCount'") }}
    as total_same_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'cartAddData' ->> 'totalOneDayShippingCartAddCount'") }}
    as total_one_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'cartAddData' ->> 'totalTwoDayShippingCartAddCount'") }}
    as total_two_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'purchaseData' ->> 'totalPurchaseCount'") }} as total_purchases,
    {{ as_numeric("r.item -> 'purchaseData' ->> 'totalPurchaseRate'") }} as total_purchase_rate,
    {{ as_integer("r.item -> 'purchaseData' ->> 'asinPurchaseCount'") }} as asin_purchases,
    {{ as_numeric("r.item -> 'purchaseData' ->> 'asinPurchaseShare'") }} as asin_purchase_share,
    {{ as_numeric("r.item -> 'purchaseData' -> 'totalMedianPurchasePrice' ->> 'amount'") }}
    as total_median_purchase_price_amount,
    {{ as_numeric("r.item -> 'purchaseData' -> 'asinMedianPurchasePrice' ->> 'amount'") }}
    as asin_median_purchase_price_amount,
    {{ as_integer("r.item -> 'purchaseData' ->> 'totalSameDayShippingPurchaseCount'") }}
    as total_same_day_shipping_purchases,
    {{ as_integer("r.item -> 'purchaseData' ->> 'totalOneDayShippingPurchaseCount'") }}
    as total_one_day_shipping_purchases,
    {{ as_integer("r.item -> 'purchaseData' ->> 'totalTwoDayShippingPurchaseCount'") }}
    as total_two_day_shipping_purchases,
    coalesce(r.item -> 'clickData' -> 'totalMedianClickPrice' ->> 'currencyCode', s.currency) as currency
from {{ rows_by_asin("search_query_performance") }} as r
inner join ops.stores as s on r.scope_id = s.store_id
