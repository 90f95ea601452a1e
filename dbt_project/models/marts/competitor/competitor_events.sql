{{
    config(
        meta={"opens": "open_competitor_events"},
        indexes=[
            {"columns": ["store_id", "asin", "date", "kind"], "unique": true},
            {"columns": ["store_id", "date", "kind"]},
        ],
    )
}}
-- What happened to a page since it was last read (b). What only an offer shows (price, crossed-out price, seller) is
-- compared with the last crawl that saw a price (o), so that a change behind a stock-out is told when the product is
-- back. A crawl that failed is no event of the page; that it is the third in a row is told as such.
with
    pages as not materialized(
        select *, case when list_price_amount > price_amount then list_price_amount end as deal_amount
        from {{ ref("competitor_daily") }}
    )
select
    d.store_id,
    d.tenant_id,
    d.asin,
    d.date,
    e.kind,
    d.is_own,
    d.title,
    e.compared_date,
    e.value_before,
    e.value_after,
    e.number_before,
    e.number_after,
    case when e.kind <> 'bsr_category_changed' then e.number_after - e.number_before end as change,
    case
        when e.kind <> 'bsr_category_changed' then {{ ratio("(e.number_after - e.number_before)", "e.number_before") }}
    end as change_ratio,
    e.unit,
    case when e.unit = 'money' then d.currency end as currency
from {{ sliced("pages") }} as d
left join
    lateral(
        select p.*
        from pages as p
        where p.store_id = d.store_id and p.asin = d.asin and p.crawl_status = 'ok' and p.date < d.date
        order by p.date desc
        limit 1
    ) as b
    on true
left join
    lateral(
        select p.*
        from pages as p
        where
            p.store_id = d.store_id
            and p.asin = d.asin
            and p.crawl_status = 'ok'
            and p.price_amount is not null
            and p.date < d.date
        order by p.date desc
        limit 1
    ) as o
    on d.price_amount is not null
left join
    lateral(
        select count(*) as crawls
        from
            (
                select p.date
                from pages as p
                where
                    p.store_id = d.store_id
                    and p.asin = d.asin
                    and p.crawl_status = 'failed'
                    and p.date > coalesce(b.date, '-infinity')
                    and p.date <= d.date
                limit {{ crawls_that_fail() }} + 1
            ) as f
    ) as failed
    on d.crawl_status = 'failed'
cross join lateral({{ competitor_changes() }}) as e
