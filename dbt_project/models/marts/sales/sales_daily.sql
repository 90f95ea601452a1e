{{
    config(
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}, {"columns": ["store_id", "sku", "date"]}],
        pre_hook="{{ open_slices(['marts.order_items', 'intermediate.int_fx_rates']) }}",
    )
}}
-- Ordered sales by purchase day and SKU. Cancelled and pending lines are counted beside them and have no share in the
-- money.
{{ ordered_sales(["sku"]) }}
