{{ config(indexes=[{"columns": ["store_id", "date", "sku"], "unique": true}]) }}
-- Ordered sales of shops by day and SKU. Cancelled lines are counted beside them and have no share in the money; test
-- orders are no sales.
with
    days as (
        select
            l.store_id,
            l.tenant_id,
            l.channel,
            l.date,
            l.sku,
            l.currency,
            count(distinct l.order_id) filter (where not l.is_cancelled)::integer as orders,
            coalesce(sum(l.units) filter (where not l.is_cancelled), 0)::integer as units,
            coalesce(sum(l.units) filter (where l.is_cancelled), 0)::integer as cancelled_units,
            case
                when bool_or(l.refunded_units is not null)
                then coalesce(sum(l.refunded_units) filter (where not l.is_cancelled), 0)::integer
            end as refunded_units,
            coalesce(sum(l.item_price_amount) filter (where not l.is_cancelled), 0) as item_price_amount,
            coalesce(sum(l.item_price_net_amount) filter (where not l.is_cancelled), 0) as item_price_net_amount,
            coalesce(sum(l.discount_amount) filter (where not l.is_cancelled), 0) as discount_amount,
            coalesce(sum(l.refunded_amount) filter (where not l.is_cancelled), 0) as refunded_amount
        from {{ sliced(ref("shop_order_lines")) }} as l
        where l.date is not null and not l.is_test
        group by l.store_id, l.tenant_id, l.channel, l.date, l.sku, l.currency
    ),
    with_currency as (
        select d.*, h.reporting_currency
        from days as d
        inner join {{ ref("int_shops") }} as h on d.store_id = h.store_id
    )
select
    d.store_id,
    d.tenant_id,
    d.channel,
    d.date,
    d.sku,
    d.orders,
    d.units,
    d.cancelled_units,
    d.refunded_units,
    d.item_price_amount,
    d.item_price_net_amount,
    d.discount_amount,
    d.refunded_amount,
    d.currency,
    d.reporting_currency,
    round(d.item_price_amount * fx.rate, 4) as item_price_amount_reporting,
    round(d.item_price_net_amount * fx.rate, 4) as item_price_net_amount_reporting,
    fx.fx_date
from with_currency as d {{ join_rate("d", "d.date") }}
