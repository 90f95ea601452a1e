{{
    config(
        indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}],
        pre_hook="{{ open_slices(['marts.order_items', 'intermediate.int_fx_rates']) }}",
    )
}}
-- Ordered sales by purchase day. Cancelled and pending lines are counted beside them and have no share in the money.
with
    lines as (
        select
            i.*,
            coalesce('Cancelled' in (i.order_status, i.item_status), false) as is_cancelled,
            i.item_price_amount is null as is_unpriced
        from {{ ref("order_items") }} as i
        {% if by_slices() %} inner join _slices as s on i.store_id = s.store_id and i.date = s.date {% endif %}
        where i.date is not null
    ),
    kinds as (
        select *, not is_cancelled and is_unpriced as is_pending, not is_cancelled and not is_unpriced as is_sale
        from lines
    ),
    days as (
        select
            store_id,
            tenant_id,
            date,
            sku,
            count(*) filter (where is_sale)::integer as order_lines,
            count(distinct amazon_order_id) filter (where is_sale)::integer as orders,
            coalesce(sum(units) filter (where is_sale), 0)::integer as units,
            coalesce(sum(item_price_amount) filter (where is_sale), 0) as item_price_amount,
            coalesce(sum(item_tax_amount) filter (where is_sale), 0) as item_tax_amount,
            coalesce(sum(shipping_price_amount) filter (where is_sale), 0) as shipping_price_amount,
            coalesce(sum(item_promotion_discount_amount) filter (where is_sale), 0) as item_promotion_discount_amount,
            max(currency) as row_currency,
            coalesce(sum(units) filter (where is_cancelled), 0)::integer as cancelled_units,
            coalesce(sum(units) filter (where is_pending), 0)::integer as pending_units,
            coalesce(sum(units) filter (where is_sale and is_replacement), 0)::integer as replacement_units,
            coalesce(sum(units) filter (where is_sale and is_business_order), 0)::integer as business_units
        from kinds
        group by store_id, tenant_id, date, sku
    ),
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
