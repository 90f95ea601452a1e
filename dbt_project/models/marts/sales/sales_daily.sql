{{
    config(
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}, {"columns": ["store_id", "sku", "date"]}],
        pre_hook="{{ open_slices(['marts.order_items', 'intermediate.int_fx_rates']) }}",
    )
}}
-- Ordered sales by purchase day and SKU. Cancelled and pending lines are counted beside them and have no share in the
-- money.
with
    days as ({{ ordered_sales(["sku"]) }}),
    with_currency as (
        select d.*, coalesce(s.currency, d.row_currency) as currency, t.reporting_currency
        from days as d
        left join {{ ref("int_stores") }} as s on d.store_id = s.store_id
        left join ops.tenants as t on d.tenant_id = t.tenant_id
    )
select
    d.store_id,
    d.tenant_id,
    d.date,
    d.sku,
    d.order_lines,
    d.orders,
    d.units,
    d.item_price_amount,
    d.item_tax_amount,
    d.shipping_price_amount,
    d.item_promotion_discount_amount,
    d.currency,
    d.cancelled_units,
    d.pending_units,
    d.replacement_units,
    d.business_units,
    d.reporting_currency,
    round(d.item_price_amount * fx.rate, 4) as item_price_amount_reporting,
    fx.fx_date
from with_currency as d {{ join_rate("d", "d.date") }}
