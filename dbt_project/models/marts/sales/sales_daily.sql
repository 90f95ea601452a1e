{{
    config(
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}, {"columns": ["store_id", "sku", "date"]}],
    )
}}
-- Ordered sales by purchase day and SKU. Cancelled and pending lines are counted beside them and have no share in the
-- money.
{{ ordered_sales(["sku"]) }}
