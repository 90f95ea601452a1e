{{
    config(
        meta={"slice": ["store_id", "asin", "valid_from"], "opens": "open_price_history", "reports": "none"},
        indexes=[
            {"columns": ["store_id", "asin", "valid_from"], "unique": true},
            {"columns": ["store_id", "valid_to"]},
        ],
    )
}}
-- A version per (price, in stock), from the first day it was seen to the first day of the next. A failed crawl is a
-- gap: no change, and not "out of stock"; so is a page in another currency.
with
    pages as (select * from {{ ref("competitor_daily") }} where crawl_status = 'ok' and price_other_currency is null),
    every_pair as (
        select distinct store_id, asin, '-infinity'::date as from_day, null::date as anchor
        from {{ ref("competitor_daily") }}
    ),
    pairs as (select * from {{ opened("_pairs", otherwise="every_pair") }} as p),
    seen as (
        select d.store_id, d.tenant_id, d.asin, d.date, d.price_amount, d.currency, d.in_stock
        from pages as d
        inner join pairs as p on d.store_id = p.store_id and d.asin = p.asin and d.date >= p.from_day
        union all
        -- what was true before the changed days: the anchor, and the last day that confirmed it
        select v.store_id, v.tenant_id, v.asin, v.valid_from, v.price_amount, v.currency, v.in_stock
        from {{ rows_before("(select d.*, d.date as valid_from from pages as d)") }} as v
        inner join pairs as p on v.store_id = p.store_id and v.asin = p.asin and v.valid_from = p.anchor
        union all
        select p.store_id, l.tenant_id, p.asin, l.date, l.price_amount, l.currency, l.in_stock
        from pairs as p
        cross join
            lateral(
                select d.tenant_id, d.date, d.price_amount, d.currency, d.in_stock
                from {{ ref("competitor_daily") }} as d
                where
                    d.store_id = p.store_id
                    and d.asin = p.asin
                    and d.crawl_status = 'ok'
                    and d.price_other_currency is null
                    and d.date > p.anchor
                    and d.date < p.from_day
                order by d.date desc
                limit 1
            ) as l
        where p.anchor is not null
    ),
    marked as (
        select
            *,
            row_number() over pair = 1
            or (
                (price_amount, in_stock) is distinct from (lag(price_amount) over pair, lag(in_stock) over pair)
            ) as is_new
        from seen
        window pair as (partition by store_id, asin order by date)
    ),
    numbered as (
        select *, count(*) filter (where is_new) over (partition by store_id, asin order by date) as version from marked
    ),
    versions as (
        select
            store_id,
            max(tenant_id) as tenant_id,
            asin,
            min(date) as valid_from,
            lead(min(date)) over (partition by store_id, asin order by min(date)) as valid_to,
            max(date) as last_confirmed,
            max(price_amount) as price_amount,
            max(currency) as currency,
            bool_or(in_stock) as in_stock
        from numbered
        group by store_id, asin, version
    )
select
    v.store_id,
    v.tenant_id,
    v.asin,
    v.valid_from,
    v.valid_to,
    v.last_confirmed,
    v.price_amount,
    v.currency,
    v.in_stock,
    (
        select count(*)::integer
        from {{ ref("competitor_daily") }} as f
        where
            f.store_id = v.store_id
            and f.asin = v.asin
            and f.crawl_status = 'failed'
            and f.date > v.valid_from
            and f.date < coalesce(v.valid_to, 'infinity')
    ) as failed_days
from versions as v
