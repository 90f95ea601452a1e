{{
    config(
        meta={"slice": ["store_id"], "reports": "listed"},
        indexes=[{"columns": ["store_id", "own_asin", "competitor_asin"], "unique": true}],
        pre_hook="{{ open_changes(['']) }} {{ open_differing_competitor_pairs() }}",
    )
}}
-- Which products each store compares, and the keywords that it watches.
select *
from ({{ known_competitor_pairs() }}) as p
{% if by_slices() %} where store_id in (select store_id from _slices) {% endif %}
