-- One row per store and day: the store's totals.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    {{ as_numeric("r.item -> 'salesByDate' -> 'orderedProductSales' ->> 'amount'") }} as ordered_product_sales_amount,
    coalesce(r.item -> 'salesByDate' -> 'orderedProductSales' ->> 'currencyCode', s.currency) as currency,
    {{ as_integer("r.item -> 'salesByDate' ->> 'unitsOrdered'") }} as units_ordered,
    {{ as_integer("r.item -> 'salesByDate' ->> 'totalOrderItems'") }} as total_order_items,
    {{ as_integer("r.item -> 'salesByDate' ->> 'unitsRefunded'") }} as units_refunded,
    {{ as_numeric("r.item -> 'salesByDate' -> 'averageSalesPerOrderItem' ->> 'amount'") }}
    as average_sales_per_order_item_amount,
    {{ as_numeric("r.item -> 'salesByDate' ->> 'averageUnitsPerOrderItem'") }} as average_units_per_order_item,
    {{ as_numeric("r.item -> 'salesByDate' -> 'averageSellingPrice' ->> 'amount'") }} as average_selling_price_amount,
    {{ as_numeric("r.item -> 'salesByDate' ->> 'refundRate'") }} as refund_rate,
    {{ as_integer("r.item -> 'salesByDate' ->> 'claimsGranted'") }} as claims_granted,
    {{ as_numeric("r.item -> 'salesByDate' -> 'claimsAmount' ->> 'amount'") }} as claims_amount,
    {{ as_numeric("r.item -> 'salesByDate' -> 'shippedProductSales' ->> 'amount'") }} as shipped_product_sales_amount,
    {{ as_integer("r.item -> 'salesByDate' ->> 'unitsShipped'") }} as units_shipped,
    {{ as_integer("r.item -> 'salesByDate' ->> 'ordersShipped'") }} as orders_shipped,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'browserSessions'") }} as browser_sessions,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'mobileAppSessions'") }} as mobile_app_sessions,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'sessions'") }} as sessions,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'browserPageViews'") }} as browser_page_views,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'mobileAppPageViews'") }} as mobile_app_page_views,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'pageViews'") }} as page_views,
    {{ as_numeric("r.item -> 'trafficByDate' ->> 'orderItemSessionPercentage'") }} as order_item_session_percentage,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'averageOfferCount'") }} as average_offer_count,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'averageParentItems'") }} as average_parent_items,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'feedbackReceived'") }} as feedback_received,
    {{ as_integer("r.item -> 'trafficByDate' ->> 'negativeFeedbackReceived'") }} as negative_feedback_received,
    {{ as_numeric("r.item -> 'trafficByDate' ->> 'receivedNegativeFeedbackRate'") }} as received_negative_feedback_rate,
    {{ as_numeric("r.item -> 'trafficByDate' ->> 'buyBoxPercentage'") }} as buy_box_percentage,
    {{ as_numeric("r.item -> 'trafficByDate' ->> 'unitSessionPercentage'") }} as unit_session_percentage
from {{ source("amazon_sp", "sales_and_traffic__by_date") }} as r
inner join
    {{ current_loads("amazon_sp.sales_and_traffic") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'date'") }}
inner join ops.stores as s on l.scope_id = s.store_id
