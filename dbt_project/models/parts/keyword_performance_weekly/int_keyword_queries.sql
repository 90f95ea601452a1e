-- What a week's searches led to, by keyword: everybody's figures, and those of all of the store's products together.
select
    q.store_id,
    q.date,
    lower(q.search_query) as keyword,
    count(distinct q.asin)::integer as own_asins,
    max(q.search_query_volume) as search_query_volume,
    max(q.total_impressions) as total_impressions,
    max(q.total_clicks) as total_clicks,
    max(q.total_cart_adds) as total_cart_adds,
    max(q.total_purchases) as total_purchases,
    sum(q.asin_impressions)::integer as own_impressions,
    sum(q.asin_clicks)::integer as own_clicks,
    sum(q.asin_cart_adds)::integer as own_cart_adds,
    sum(q.asin_purchases)::integer as own_purchases
from {{ sliced(ref("stg_amazon_sp__search_query_performance")) }} as q
where q.search_query <> ''
group by q.store_id, q.date, lower(q.search_query)
