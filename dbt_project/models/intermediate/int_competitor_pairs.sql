{{
    config(
        meta={"slice": ["store_id"], "opens": "open_differing_competitor_pairs", "reports": "listed"},
        indexes=[{"columns": ["store_id", "own_asin", "competitor_asin"], "unique": true}],
    )
}}
-- Which products each store compares, and the keywords that it watches.
select *
from {{ sliced(known_competitor_pairs()) }} as p
