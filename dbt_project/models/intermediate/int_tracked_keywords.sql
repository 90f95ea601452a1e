{{
    config(
        meta={"slice": ["store_id"], "opens": "open_differing_tracked_keywords", "reports": "listed"},
        indexes=[{"columns": ["store_id", "keyword"], "unique": true}],
    )
}}
-- The keywords whose search results each store watches.
select *
from {{ sliced(tracked_keywords()) }} as t
