{{
    config(
        meta={"slice": ["store_id", "asin"], "reports": "none"},
        indexes=[{"columns": ["store_id", "asin"], "unique": true}, {"columns": ["changed_xid"]}],
        pre_hook="{{ open_asin_skus() }}",
    )
}}
-- Reports by ASIN name no SKU: the one that alone stands for an ASIN, as the marts were built with. An ASIN without a
-- product any more stays, with none. `changed_xid` says to traffic_daily which ASINs it has not seen.
{% if by_slices() %}
    select s.store_id, s.asin, coalesce(n.sku, '') as sku, pg_current_xact_id() as changed_xid
    from _slices as s
    left join ({{ skus_of_asins() }}) as n on s.store_id = n.store_id and s.asin = n.asin
{% else %} select store_id, asin, sku, pg_current_xact_id() as changed_xid from ({{ skus_of_asins() }}) as n
{% endif %}
