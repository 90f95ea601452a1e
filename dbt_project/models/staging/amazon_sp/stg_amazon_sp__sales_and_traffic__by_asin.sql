-- One row per store, day, child ASIN and SKU. The document's rows carry no day, they sum up its whole window: only a
-- document of a single day can say what that day was.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    coalesce(r.item ->> 'childAsin', r.item ->> 'parentAsin') as child_asin,
    coalesce(r.item ->> 'sku', '') as sku,
    r.item ->> 'parentAsin' as parent_asin,
    {{ as_integer("r.item -> 'salesByAsin' ->> 'unitsOrdered'") }} as units_ordered,
    {{ as_integer("r.item -> 'salesByAsin' ->> 'totalOrderItems'") }} as total_order_items,
    {{ as_numeric("r.item -> 'salesByAsin' -> 'orderedProductSales' ->> 'amount'") }} as ordered_product_sales_amount,
    coalesce(r.item -> 'salesByAsin' -> 'orderedProductSales' ->> 'currencyCode', s.currency) as currency,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'browserSessions'") }} as browser_sessions,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'mobileAppSessions'") }} as mobile_app_sessions,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'sessions'") }} as sessions,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'browserPageViews'") }} as browser_page_views,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'mobileAppPageViews'") }} as mobile_app_page_views,
    {{ as_integer("r.item -> 'trafficByAsin' ->> 'pageViews'") }} as page_views,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'browserSessionPercentage'") }} as browser_session_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'mobileAppSessionPercentage'") }} as mobile_app_session_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'sessionPercentage'") }} as session_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'browserPageViewsPercentage'") }} as browser_page_views_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'mobileAppPageViewsPercentage'") }}
    as mobile_app_page_views_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'pageViewsPercentage'") }} as page_views_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'buyBoxPercentage'") }} as buy_box_percentage,
    {{ as_numeric("r.item -> 'trafficByAsin' ->> 'unitSessionPercentage'") }} as unit_session_percentage
from {{ source("amazon_sp", "sales_and_traffic__by_asin") }} as r
inner join {{ current_loads("amazon_sp.sales_and_traffic") }} as l on r.load_id = l.load_id
inner join ops.loads as d on r.load_id = d.load_id and d.window_start = d.window_end and l.day = d.window_start
inner join ops.stores as s on l.scope_id = s.store_id
