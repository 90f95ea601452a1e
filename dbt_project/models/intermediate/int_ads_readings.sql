{{
    config(
        meta={"slice": ["load_id"], "opens": "open_loads", "reports": "none"},
        indexes=[{"columns": ["store_id", "date", "load_id"], "unique": true}],
    )
}}
-- What each reading of a day said of Sponsored Products: ads_campaigns_daily has the last one only. A report without a
-- row for a day says that nothing was shown on it. Equal elements of one document are one: Amazon has sent such.
select
    d.store_id,
    d.date,
    d.load_id,
    d.read_at,
    coalesce(sum({{ as_numeric("r.item ->> 'cost'") }}), 0) as cost,
    coalesce(sum({{ as_numeric("r.item ->> 'sales7d'") }}), 0) as sales_7d
from {{ readings("amazon_ads.sp_campaigns") }} as d
left join
    (
        select distinct load_id, item
        from {{ sliced(source("amazon_ads", "sp_campaigns"), keys=["load_id"], within="_changed") }} as c
    ) as r
    on d.load_id = r.load_id
    and d.date = {{ as_date("r.item ->> 'date'") }}
group by d.store_id, d.date, d.load_id, d.read_at
