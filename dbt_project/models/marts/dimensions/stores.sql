{{
    config(
        meta={"slice": ["store_id"], "opens": "open_described_stores", "reports": "stores"},
        indexes=[{"columns": ["store_id"], "unique": true}],
    )
}}
-- What every store_id of the marts stands for, in words.
select
    d.store_id,
    d.tenant_id,
    d.tenant_name,
    d.label,
    d.is_configured,
    d.seller_id,
    d.country,
    d.marketplace_id,
    d.sales_channel,
    d.currency,
    d.time_zone,
    d.reporting_currency
from {{ sliced(opened("_described", otherwise=described_stores())) }} as d
