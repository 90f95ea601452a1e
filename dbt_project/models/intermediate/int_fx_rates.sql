{{
    config(
        meta={
            "slice": ["base_currency", "quote_currency", "date"],
            "opens": "open_differing_rates",
            "reports": "listed",
        },
        indexes=[{"columns": ["base_currency", "quote_currency", "date"], "unique": true}],
    )
}}
-- The rates that the marts were built with. Compared with what is current, so that a file of ten years that brings one
-- new day changes one day.
select f.base_currency, f.quote_currency, f.date, f.rate
from {{ sliced(known_rates()) }} as f
