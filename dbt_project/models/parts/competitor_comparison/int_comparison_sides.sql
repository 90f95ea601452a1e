-- What the pages of each product of a pair say.
select
    a.store_id,
    a.asin,
    a.today,
    d.*,
    n.is_stale,
    case when not n.is_stale then d.price_amount end as fresh_price,
    case
        when d.list_price_amount > d.price_amount
        then {{ ratio("(d.list_price_amount - d.price_amount)", "d.list_price_amount") }}
    end as discount_ratio,
    w.*,
    r.*
from
    (
        select store_id, own_asin as asin, today
        from {{ ref("int_comparison_pairs") }}
        union
        select store_id, competitor_asin, today
        from {{ ref("int_comparison_pairs") }}
    ) as a
-- the last page that was read
left join
    lateral(
        select
            c.date,
            c.title,
            c.brand,
            c.price_amount,
            c.list_price_amount,
            c.in_stock,
            c.seller_name,
            c.stars,
            c.reviews_count,
            c.bsr_rank,
            c.bsr_category
        from {{ ref("competitor_daily") }} as c
        where c.store_id = a.store_id and c.asin = a.asin and c.crawl_status = 'ok'
        order by c.date desc
        limit 1
    ) as d
    on true
-- its price is not compared when it was last read more than so many days before the store's last page
cross join lateral(select coalesce(d.date < a.today - {{ var("competitor_stale_days", 3) }}, true) as is_stale) as n
-- the pages of the last 30 and 90 days
cross join
    lateral(
        select
            min(c.price_amount) filter (where c.date > a.today - 30) as lowest_price_30d,
            min(c.price_amount) as lowest_price_90d,
            count(*) filter (where c.date > a.today - 30)::integer as days_read_30d,
            count(*) filter (where c.date > a.today - 30 and not c.in_stock)::integer as days_out_of_stock_30d
        from {{ ref("competitor_daily") }} as c
        where c.store_id = a.store_id and c.asin = a.asin and c.crawl_status = 'ok' and c.date > a.today - 90
    ) as w
-- the number of ratings on the first page of the last 30 days, or of the day before them, that has one
left join
    lateral(
        select c.date as reviews_since, c.reviews_count as reviews_then
        from {{ ref("competitor_daily") }} as c
        where
            c.store_id = a.store_id
            and c.asin = a.asin
            and c.crawl_status = 'ok'
            and c.reviews_count is not null
            and c.date >= a.today - 30
        order by c.date
        limit 1
    ) as r
    on d.reviews_count is not null
