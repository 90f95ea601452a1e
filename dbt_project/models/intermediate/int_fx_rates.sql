{{
    config(
        meta={"slice": ["base_currency", "quote_currency", "date"], "reports": "listed"},
        indexes=[{"columns": ["base_currency", "quote_currency", "date"], "unique": true}],
        pre_hook="{{ open_changes(['manual.fx_rates', 'intermediate.int_stores']) }} {{ open_differing_rates() }}",
    )
}}
-- depends_on: {{ ref("stg_manual__fx_rates") }}, {{ ref("int_stores") }}
-- The rates that the marts were built with. Compared with what is current, so that a file of ten years that brings one
-- new day changes one day.
select f.base_currency, f.quote_currency, f.date, f.rate
from {{ known_rates() }} as f
{% if by_slices() %} inner join _slices using (base_currency, quote_currency, date) {% endif %}
