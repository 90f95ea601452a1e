{{
    config(
        meta={"opens": "open_marketplace_days"},
        indexes=[
            {"columns": ["store_id", "date", "asin"], "unique": true},
            {"columns": ["store_id", "asin", "crawl_status", "date"]},
        ],
    )
}}
-- One page per marketplace and day, for every store that tracks it: the last one that was read, else the failure.
with
    pages as (
        select distinct on (marketplace_id, date, asin) *
        from {{ sliced(ref("stg_apify__products"), within="_marketplace_days") }} as r
        order by marketplace_id asc, date asc, asin asc, is_failed asc, instant desc, row_seq desc
    ),
    of_stores as (
        select s.store_id, s.tenant_id, s.currency as store_currency, s.seller_id as own_seller_id, p.*
        from pages as p
        inner join ops.stores as s on p.marketplace_id = s.marketplace_id
    )
select
    p.store_id,
    p.tenant_id,
    p.date,
    p.asin,
    t.is_own,
    case when p.is_failed then 'failed' else 'ok' end as crawl_status,
    case when p.is_failed then p.failure_reason end as failure_reason,
    p.title,
    p.brand,
    p.price_amount,
    p.list_price_amount,
    p.price_other_amount,
    p.price_other_currency,
    case when not p.is_failed then p.store_currency end as currency,
    p.in_stock,
    p.stars,
    p.reviews_count,
    p.bsr_rank,
    p.bsr_category,
    p.seller_name,
    p.seller_id,
    p.seller_id = p.own_seller_id as is_own_seller,
    p.offers_count,
    p.coupon,
    p.coupon_ratio,
    p.coupon_amount,
    p.parent_asin,
    p.image,
    p.bought_past_month,
    p.unread
from {{ sliced("of_stores") }} as p
inner join {{ ref("int_tracked_asins") }} as t on p.store_id = t.store_id and p.asin = t.asin
