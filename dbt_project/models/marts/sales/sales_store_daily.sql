{{
    config(
        indexes=[{"columns": ["store_id", "date"], "unique": true}],
    )
}}
-- Ordered sales by purchase day: a year of a store in 365 rows, and its orders, which those of its SKUs do not add up
-- to.
{{ ordered_sales([]) }}
