{{
    config(
        meta={"slice": ["store_id"], "opens": "open_differing_tracked_asins", "reports": "listed"},
        indexes=[{"columns": ["store_id", "asin"], "unique": true}],
    )
}}
-- What each store has crawled: its own ASINs and their competitors, each once.
select *
from {{ sliced(tracked_asins()) }} as t
