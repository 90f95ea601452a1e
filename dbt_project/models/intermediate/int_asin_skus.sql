{{
    config(
        meta={"slice": ["store_id", "asin"], "opens": "open_asin_skus", "reports": "none"},
        indexes=[{"columns": ["store_id", "asin"], "unique": true}, {"columns": ["changed_xid"]}],
    )
}}
-- Reports by ASIN name no SKU: the one that alone stands for an ASIN, as the marts were built with. An ASIN without a
-- product any more stays, with none. `changed_xid` says to traffic_daily which ASINs it has not seen.
with skus as ({{ skus_of_asins() }})
select s.store_id, s.asin, coalesce(n.sku, '') as sku, pg_current_xact_id() as changed_xid
from {{ opened("_slices", otherwise="skus") }} as s
left join skus as n on s.store_id = n.store_id and s.asin = n.asin
