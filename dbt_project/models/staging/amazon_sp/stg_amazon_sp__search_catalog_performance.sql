-- One row per store, week and product: what all searches led to. Rates are of 1. A price of what did not happen is 0.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    r.day as date,
    {{ as_date("r.item ->> 'endDate'") }} as period_end,
    r.item ->> 'asin' as asin,
    {{ as_integer("r.item -> 'impressionData' ->> 'impressionCount'") }} as impressions,
    {{ as_numeric("r.item -> 'impressionData' -> 'impressionMedianPrice' ->> 'amount'") }}
    as impression_median_price_amount,
    {{ as_integer("r.item -> 'impressionData' ->> 'sameDayShippingImpressionCount'") }}
    as same_day_shipping_impressions,
    {{ as_integer("r.item -> 'impressionData' ->> 'oneDayShippingImpressionCount'") }} as one_day_shipping_impressions,
    {{ as_integer("r.item -> 'impressionData' ->> 'twoDayShippingImpressionCount'") }} as two_day_shipping_impressions,
    {{ as_integer("r.item -> 'clickData' ->> 'clickCount'") }} as clicks,
    {{ as_numeric("r.item -> 'clickData' ->> 'clickRate'") }} as click_rate,
    {{ as_numeric("r.item -> 'clickData' -> 'clickedMedianPrice' ->> 'amount'") }} as click_median_price_amount,
    {{ as_integer("r.item -> 'clickData' ->> 'sameDayShippingClickCount'") }} as same_day_shipping_clicks,
    {{ as_integer("r.item -> 'clickData' ->> 'oneDayShippingClickCount'") }} as one_day_shipping_clicks,
    {{ as_integer("r.item -> 'clickData' ->> 'twoDayShippingClickCount'") }} as two_day_shipping_clicks,
    {{ as_integer("r.item -> 'cartAddData' ->> 'cartAddCount'") }} as cart_adds,
    {{ as_numeric("r.item -> 'cartAddData' -> 'cartAddedMedianPrice' ->> 'amount'") }} as cart_add_median_price_amount,
    {{ as_integer("r.item -> 'cartAddData' ->> 'sameDayShippingCartAddCount'") }} as same_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'cartAddData' ->> 'oneDayShippingCartAddCount'") }} as one_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'cartAddData' ->> 'twoDayShippingCartAddCount'") }} as two_day_shipping_cart_adds,
    {{ as_integer("r.item -> 'purchaseData' ->> 'purchaseCount'") }} as purchases,
    {{ as_numeric("r.item -> 'purchaseData' -> 'searchTrafficSales' ->> 'amount'") }} as search_traffic_sales_amount,
    {{ as_numeric("r.item -> 'purchaseData' ->> 'conversionRate'") }} as conversion_rate,
    {{ as_numeric("r.item -> 'purchaseData' -> 'purchaseMedianPrice' ->> 'amount'") }} as purchase_median_price_amount,
    {{ as_integer("r.item -> 'purchaseData' ->> 'sameDayShippingPurchaseCount'") }} as same_day_shipping_purchases,
    {{ as_integer("r.item -> 'purchaseData' ->> 'oneDayShippingPurchaseCount'") }} as one_day_shipping_purchases,
    {{ as_integer("r.item -> 'purchaseData' ->> 'twoDayShippingPurchaseCount'") }} as two_day_shipping_purchases,
    coalesce(r.item -> 'purchaseData' -> 'searchTrafficSales' ->> 'currencyCode', s.currency) as currency
from {{ rows_by_asin("search_catalog_performance") }} as r
inner join ops.stores as s on r.scope_id = s.store_id
