{{
    config(
        meta={"slice": ["store_id"], "opens": "open_differing_shops"},
        indexes=[{"columns": ["store_id"], "unique": true}],
    )
}}
-- The shops as the marts were built with: another name of a SKU is a change of everything the shop has.
select *
from {{ sliced(configured_shops()) }} as h
