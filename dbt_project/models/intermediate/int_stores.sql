{{
    config(
        meta={"slice": ["store_id"], "opens": "open_differing_stores", "reports": "listed"},
        indexes=[{"columns": ["store_id"], "unique": true}],
    )
}}
-- The stores as the marts were built with: a store that is new or has moved, or a tenant's other reporting currency, is
-- a change of everything its account has.
select *
from {{ sliced(configured_stores()) }} as s
