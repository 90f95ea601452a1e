-- One row per store, day and child ASIN. A query's rows sum up its whole range: only one of a single day is of a day.
select
    r.load_id,
    s.store_id,
    s.tenant_id,
    l.day as date,
    coalesce(r.item ->> 'childAsin', r.item ->> 'parentAsin') as child_asin,
    r.item ->> 'parentAsin' as parent_asin,
    coalesce(r.item -> 'sales' -> 'orderedProductSales' ->> 'currencyCode', s.currency) as currency,
    {{ as_numeric("r.item -> 'sales' -> 'orderedProductSales' ->> 'amount'") }} as ordered_product_sales_amount,
    {{ as_integer("r.item -> 'sales' ->> 'unitsOrdered'") }} as units_ordered,
    {{ as_integer("r.item -> 'sales' ->> 'totalOrderItems'") }} as total_order_items,
    {{ as_numeric("r.item -> 'sales' -> 'orderedProductSalesB2B' ->> 'amount'") }} as ordered_product_sales_b2b_amount,
    {{ as_integer("r.item -> 'sales' ->> 'unitsOrderedB2B'") }} as units_ordered_b2b,
    {{ as_integer("r.item -> 'sales' ->> 'totalOrderItemsB2B'") }} as total_order_items_b2b,
    {{ as_numeric("r.item -> 'sales' -> 'shippedProductSales' ->> 'amount'") }} as shipped_product_sales_amount,
    {{ as_integer("r.item -> 'sales' ->> 'unitsShipped'") }} as units_shipped,
    {{ as_integer("r.item -> 'sales' ->> 'ordersShipped'") }} as orders_shipped,
    {{ as_integer("r.item -> 'sales' ->> 'unitsRefunded'") }} as units_refunded,
    {{ as_numeric("r.item -> 'sales' ->> 'refundRate'") }} as refund_rate,
    {{ as_integer("r.item -> 'traffic' ->> 'browserSessions'") }} as browser_sessions,
    {{ as_numeric("r.item -> 'traffic' ->> 'browserSessionPercentage'") }} as browser_session_percentage,
    {{ as_integer("r.item -> 'traffic' ->> 'mobileAppSessions'") }} as mobile_app_sessions,
    {{ as_numeric("r.item -> 'traffic' ->> 'mobileAppSessionPercentage'") }} as mobile_app_session_percentage,
    {{ as_integer("r.item -> 'traffic' ->> 'sessions'") }} as sessions,
    {{ as_numeric("r.item -> 'traffic' ->> 'sessionPercentage'") }} as session_percentage,
    {{ as_integer("r.item -> 'traffic' ->> 'browserPageViews'") }} as browser_page_views,
    {{ as_numeric("r.item -> 'traffic' ->> 'browserPageViewsPercentage'") }} as browser_page_views_percentage,
    {{ as_integer("r.item -> 'traffic' ->> 'mobileAppPageViews'") }} as mobile_app_page_views,
    {{ as_numeric("r.item -> 'traffic' ->> 'mobileAppPageViewsPercentage'") }} as mobile_app_page_views_percentage,
    {{ as_integer("r.item -> 'traffic' ->> 'pageViews'") }} as page_views,
    {{ as_numeric("r.item -> 'traffic' ->> 'pageViewsPercentage'") }} as page_views_percentage,
    {{ as_numeric("r.item -> 'traffic' ->> 'buyBoxPercentage'") }} as buy_box_percentage,
    {{ as_numeric("r.item -> 'traffic' ->> 'unitSessionPercentage'") }} as unit_session_percentage
from {{ source("amazon_data_kiosk", "sales_and_traffic_by_asin") }} as r
inner join
    {{ current_loads("amazon_data_kiosk.sales_and_traffic_by_asin") }} as l
    on r.load_id = l.load_id
    and l.day = {{ as_date("r.item ->> 'startDate'") }}
inner join ops.stores as s on l.scope_id = s.store_id
where r.item ->> 'startDate' = r.item ->> 'endDate'
