-- Sales of every channel beside each other: Amazon's by sales_daily, shops' by shop_sales_daily.
-- They have the central SKU, by which they can be summed. A SKU of a store has one or none, so that nothing is
-- repeated.
with
    central as (
        select store_id, channel_sku, min(central_sku) as central_sku
        from {{ ref("channel_listings") }}
        where central_sku is not null
        group by store_id, channel_sku
    ),
    sold as (
        select
            store_id,
            tenant_id,
            'amazon' as channel,
            date,
            sku,
            orders,
            units,
            cancelled_units,
            item_price_amount,
            item_price_net_amount,
            item_promotion_discount_amount as discount_amount,
            currency,
            reporting_currency,
            item_price_amount_reporting,
            item_price_net_amount_reporting,
            fx_date
        from {{ ref("sales_daily") }}
        union all
        select
            store_id,
            tenant_id,
            channel,
            date,
            sku,
            orders,
            units,
            cancelled_units,
            item_price_amount,
            item_price_net_amount,
            discount_amount,
            currency,
            reporting_currency,
            item_price_amount_reporting,
            item_price_net_amount_reporting,
            fx_date
        from {{ ref("shop_sales_daily") }}
    )
select
    s.store_id,
    s.tenant_id,
    s.channel,
    s.date,
    s.sku,
    c.central_sku,
    s.orders,
    s.units,
    s.cancelled_units,
    s.item_price_amount,
    s.item_price_net_amount,
    s.discount_amount,
    s.currency,
    s.reporting_currency,
    s.item_price_amount_reporting,
    s.item_price_net_amount_reporting,
    s.fx_date
from sold as s
left join central as c on s.store_id = c.store_id and s.sku = c.channel_sku
