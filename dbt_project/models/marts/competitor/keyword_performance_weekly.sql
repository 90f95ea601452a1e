{{
    config(
        meta={"opens": "open_weeks"},
        indexes=[{"columns": ["store_id", "date", "keyword"], "unique": true}],
    )
}}
-- Searches of a week beside the places of the own products, and the ads: what was searched for and led to the store's
-- products, or is watched.
with
    keywords as (
        select store_id, date, keyword
        from {{ ref("int_keyword_queries") }}
        union
        select store_id, date, keyword
        from {{ ref("int_keyword_places") }}
    ),
    watched as (select distinct store_id, lower(keyword) as keyword from {{ ref("int_tracked_keywords") }})
select
    k.store_id,
    s.tenant_id,
    k.date,
    k.date + 6 as period_end,
    k.keyword,
    w.keyword is not null as is_tracked,
    coalesce(q.own_asins, 0) as own_asins,
    q.search_query_volume,
    q.total_impressions,
    q.total_clicks,
    q.total_cart_adds,
    q.total_purchases,
    q.own_impressions,
    q.own_clicks,
    q.own_cart_adds,
    q.own_purchases,
    {{ ratio("q.own_impressions", "q.total_impressions") }} as impression_share,
    {{ ratio("q.own_clicks", "q.total_clicks") }} as click_share,
    {{ ratio("q.own_cart_adds", "q.total_cart_adds") }} as cart_add_share,
    {{ ratio("q.own_purchases", "q.total_purchases") }} as purchase_share,
    coalesce(p.days_searched, 0) as days_searched,
    coalesce(p.days_on_first_page, 0) as days_on_first_page,
    p.best_organic_position,
    p.mean_organic_position,
    p.best_sponsored_position,
    p.first_page_share,
    coalesce(b.bidding_campaigns, 0) as bidding_campaigns,
    b.bidding_campaign_ids,
    b.highest_bid_amount,
    coalesce(a.ad_clicks, 0) as ad_clicks,
    coalesce(a.ad_cost_amount, 0) as ad_cost_amount,
    coalesce(a.ad_purchases_14d, 0) as ad_purchases_14d,
    coalesce(a.ad_sales_14d_amount, 0) as ad_sales_14d_amount,
    s.currency
from keywords as k
inner join {{ ref("int_stores") }} as s on k.store_id = s.store_id
left join watched as w on k.store_id = w.store_id and k.keyword = w.keyword
left join {{ ref("int_keyword_queries") }} as q on k.store_id = q.store_id and k.date = q.date and k.keyword = q.keyword
left join {{ ref("int_keyword_places") }} as p on k.store_id = p.store_id and k.date = p.date and k.keyword = p.keyword
left join {{ ref("int_keyword_bids") }} as b on k.store_id = b.store_id and k.date = b.date and k.keyword = b.keyword
left join {{ ref("int_keyword_ads") }} as a on k.store_id = a.store_id and k.date = a.date and k.keyword = a.keyword
