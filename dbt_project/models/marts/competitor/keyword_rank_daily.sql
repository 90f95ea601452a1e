{{
    config(
        meta={"opens": "open_marketplace_days"},
        indexes=[
            {"columns": ["store_id", "date", "keyword", "asin"], "unique": true},
            {"columns": ["store_id", "keyword", "date"]},
        ],
    )
}}
-- Where products stand in the day's last search of each keyword that could be read, for every store that watches it.
with
    results as (
        select
            *,
            rank() over (partition by marketplace_id, date, keyword order by instant desc, load_id desc) as nth,
            coalesce(is_sponsored, false) as is_paid
        from {{ sliced(ref("stg_apify__keyword_search"), within="_marketplace_days") }} as r
        where not is_failed and asin is not null
    ),
    of_searches as (
        select
            marketplace_id, date, keyword, count(*) as places_read, count(*) filter (where page = 1) as first_page_size
        from results
        where nth = 1
        group by marketplace_id, date, keyword
    ),
    of_products as (
        select
            marketplace_id,
            date,
            keyword,
            asin,
            max(title) as title,
            max(brand) as brand,
            min(position) filter (where not is_paid) as organic_position,
            min(position) filter (where is_paid) as sponsored_position,
            coalesce(min(page) filter (where not is_paid), min(page)) as page,
            count(*) as places,
            count(*) filter (where page = 1) as first_page_places
        from results
        where nth = 1
        group by marketplace_id, date, keyword, asin
    ),
    of_stores as (
        select s.store_id, s.tenant_id, p.*, r.places_read, r.first_page_size
        from of_products as p
        inner join of_searches as r on p.marketplace_id = r.marketplace_id and p.date = r.date and p.keyword = r.keyword
        inner join {{ ref("int_stores") }} as s on p.marketplace_id = s.marketplace_id
        inner join {{ ref("int_tracked_keywords") }} as k on s.store_id = k.store_id and p.keyword = k.keyword
    )
select
    p.store_id,
    p.tenant_id,
    p.date,
    p.keyword,
    p.asin,
    coalesce(t.is_own, false) as is_own,
    t.asin is not null as is_tracked,
    p.title,
    p.brand,
    p.organic_position,
    p.sponsored_position,
    p.page,
    p.places::integer as places,
    p.first_page_places::integer as first_page_places,
    p.first_page_size::integer as first_page_size,
    {{ ratio("p.first_page_places", "p.first_page_size") }} as first_page_share,
    p.places_read::integer as places_read
from {{ sliced("of_stores") }} as p
left join {{ ref("int_tracked_asins") }} as t on p.store_id = t.store_id and p.asin = t.asin
