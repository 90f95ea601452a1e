{{
    config(
        meta={"slice": ["store_id"], "reports": "listed"},
        indexes=[{"columns": ["store_id", "asin"], "unique": true}],
        pre_hook="{{ open_changes(['']) }} {{ open_differing_tracked_asins() }}",
    )
}}
-- What each store has crawled: its own ASINs and their competitors, each once.
select store_id, competitor_asin as asin, bool_or(competitor_asin = own_asin) as is_own
from ops.tracked_asins
{% if by_slices() %} where store_id in (select store_id from _slices) {% endif %}
group by store_id, competitor_asin
