{{
    config(
        indexes=[
            {"columns": ["store_id", "date", "asin"], "unique": true},
            {"columns": ["store_id", "asin", "crawl_status", "date"]},
        ],
        pre_hook="{{ open_slices(['apify.products', 'intermediate.int_tracked_asins', 'intermediate.int_stores']) }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
-- One page per marketplace and day, for every store that tracks it: the last one that was read, else the failure.
with
    pages as (
        select distinct on (marketplace_id, date, asin) *
        from {{ ref("stg_apify__products") }}
        {% if by_slices() %}
            where
                (marketplace_id, date) in (
                    select p.marketplace_id, d.date
                    from ops.stores as p
                    inner join _slices as d on p.store_id = d.store_id
                )
                and load_id = any(
                    array(
                        select l.load_id
                        from {{ current_loads("apify.products") }} as l
                        inner join ops.stores as p on l.scope_id = p.marketplace_id
                        inner join _slices as d on p.store_id = d.store_id and l.day = d.date
                    )
                )
        {% endif %}
        order by marketplace_id asc, date asc, asin asc, is_failed asc, instant desc, row_seq desc
    )
select
    s.store_id,
    s.tenant_id,
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
    case when not p.is_failed then s.currency end as currency,
    p.in_stock,
    p.stars,
    p.reviews_count,
    p.bsr_rank,
    p.bsr_category,
    p.seller_name
from pages as p
inner join ops.stores as s on p.marketplace_id = s.marketplace_id
inner join {{ ref("int_tracked_asins") }} as t on s.store_id = t.store_id and p.asin = t.asin
{% if by_slices() %} inner join _slices as c on s.store_id = c.store_id and p.date = c.date {% endif %}
