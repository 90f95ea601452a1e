{{
    config(
        meta={"slice": ["store_id"], "reports": "none"},
        indexes=[
            {"columns": ["store_id", "own_asin", "competitor_asin"], "unique": true},
            {"columns": ["store_id", "competitor_asin"]},
        ],
    )
}}
-- Each own product beside each of its competitors.
with
    -- what the store itself asks: the lowest price of an ASIN's listings in the last report of them
    listings as (
        select store_id, asin, min(price_amount) as listed_price, max(date) as listed_date
        from {{ ref("stg_amazon_sp__merchant_listings") }}
        where {{ in_newest_loads("amazon_sp.merchant_listings") }}
        group by store_id, asin
    )
select
    p.store_id,
    p.tenant_id,
    p.own_asin,
    p.competitor_asin,
    p.today as as_of_date,
    p.currency,
    o.title as own_title,
    c.title as competitor_title,
    c.brand as competitor_brand,
    o.date as own_last_seen,
    c.date as competitor_last_seen,
    o.is_stale as own_is_stale,
    c.is_stale as competitor_is_stale,
    o.price_amount as own_price_amount,
    c.price_amount as competitor_price_amount,
    l.listed_price as own_listed_price_amount,
    l.listed_date as own_listed_date,
    c.fresh_price - o.fresh_price as price_difference_amount,
    {{ ratio("(c.fresh_price - o.fresh_price)", "o.fresh_price") }} as price_difference_ratio,
    o.list_price_amount as own_list_price_amount,
    c.list_price_amount as competitor_list_price_amount,
    o.discount_ratio as own_discount_ratio,
    c.discount_ratio as competitor_discount_ratio,
    o.in_stock as own_in_stock,
    c.in_stock as competitor_in_stock,
    o.seller_name as own_seller_name,
    c.seller_name as competitor_seller_name,
    o.stars as own_stars,
    c.stars as competitor_stars,
    o.reviews_count as own_reviews_count,
    c.reviews_count as competitor_reviews_count,
    o.reviews_since as own_reviews_since,
    c.reviews_since as competitor_reviews_since,
    o.reviews_count - o.reviews_then as own_reviews_gained_30d,
    c.reviews_count - c.reviews_then as competitor_reviews_gained_30d,
    o.bsr_rank as own_bsr_rank,
    o.bsr_category as own_bsr_category,
    c.bsr_rank as competitor_bsr_rank,
    c.bsr_category as competitor_bsr_category,
    case when c.bsr_category = o.bsr_category then c.bsr_rank - o.bsr_rank end as bsr_rank_difference,
    o.lowest_price_30d as own_lowest_price_30d,
    c.lowest_price_30d as competitor_lowest_price_30d,
    o.lowest_price_90d as own_lowest_price_90d,
    c.lowest_price_90d as competitor_lowest_price_90d,
    o.days_read_30d as own_days_read_30d,
    c.days_read_30d as competitor_days_read_30d,
    o.days_out_of_stock_30d as own_days_out_of_stock_30d,
    c.days_out_of_stock_30d as competitor_days_out_of_stock_30d,
    coalesce(m.compared, 0) as days_compared_30d,
    coalesce(m.cheaper, 0) as days_competitor_cheaper_30d,
    {{ ratio("m.cheaper", "m.compared") }} as competitor_cheaper_ratio_30d,
    k.search_date,
    coalesce(k.searched, 0) as keywords_searched,
    coalesce(k.own, 0) as keywords_own,
    coalesce(k.competitor, 0) as keywords_competitor,
    coalesce(k.shared, 0) as keywords_shared,
    coalesce(k.ahead, 0) as keywords_competitor_ahead,
    k.own_position as own_organic_position,
    k.competitor_position as competitor_organic_position,
    coalesce(k.own_paid, 0) as own_sponsored_places,
    coalesce(k.competitor_paid, 0) as competitor_sponsored_places
from {{ ref("int_comparison_pairs") }} as p
inner join {{ ref("int_comparison_sides") }} as o on p.store_id = o.store_id and p.own_asin = o.asin
inner join {{ ref("int_comparison_sides") }} as c on p.store_id = c.store_id and p.competitor_asin = c.asin
left join listings as l on p.store_id = l.store_id and p.own_asin = l.asin
left join
    {{ ref("int_comparison_months") }} as m
    on p.store_id = m.store_id
    and p.own_asin = m.own_asin
    and p.competitor_asin = m.competitor_asin
left join
    {{ ref("int_comparison_places") }} as k
    on p.store_id = k.store_id
    and p.own_asin = k.own_asin
    and p.competitor_asin = k.competitor_asin
