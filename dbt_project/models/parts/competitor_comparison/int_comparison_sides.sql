-- What the pages of each product of a pair say.
select a.store_id, a.asin, a.today, p.*, w.*, r.*
from
    (
        select store_id, own_asin as asin, today
        from {{ ref("int_comparison_pairs") }}
        union
        select store_id, competitor_asin, today
        from {{ ref("int_comparison_pairs") }}
    ) as a
-- the last page that was read; its price only where it is not too old to be compared
left join
    lateral(
        select
            d.*,
            n.is_stale,
            case when not n.is_stale then d.price_amount end as fresh_price,
            case
                when d.list_price_amount > d.price_amount
                then {{ ratio("(d.list_price_amount - d.price_amount)", "d.list_price_amount") }}
            end as discount_ratio
        from (select) as one
        left join
            lateral(
                select
                    date,
                    title,
                    brand,
                    price_amount,
                    list_price_amount,
                    in_stock,
                    seller_name,
                    stars,
                    reviews_count,
                    bsr_rank,
                    bsr_category
                from {{ ref("competitor_daily") }}
                where store_id = a.store_id and asin = a.asin and crawl_status = 'ok'
                order by date desc
                limit 1
            ) as d
            on true
        cross join
            -- stale: last read more than so many days before the store's last page
            lateral(select coalesce(d.date < a.today - {{ var("competitor_stale_days", 3) }}, true) as is_stale) as n
    ) as p
    on true
-- the pages of the last 30 and 90 days
cross join
    lateral(
        select
            min(price_amount) filter (where date > a.today - 30) as lowest_price_30d,
            min(price_amount) as lowest_price_90d,
            count(*) filter (where date > a.today - 30)::integer as days_read_30d,
            count(*) filter (where date > a.today - 30 and not in_stock)::integer as days_out_of_stock_30d
        from {{ ref("competitor_daily") }}
        where store_id = a.store_id and asin = a.asin and crawl_status = 'ok' and date > a.today - 90
    ) as w
-- the number of ratings on the first page of the last 30 days, or of the day before them, that has one
left join
    lateral(
        select date as reviews_since, reviews_count as reviews_then
        from {{ ref("competitor_daily") }}
        where
            store_id = a.store_id
            and asin = a.asin
            and crawl_status = 'ok'
            and reviews_count is not null
            and date >= a.today - 30
        order by date
        limit 1
    ) as r
    on p.reviews_count is not null
