{{
    config(
        meta={"slice": ["store_id", "order_id"], "opens": "open_shop_orders", "reports": "shop_orders"},
        indexes=[
            {"columns": ["store_id", "order_id", "line_number"], "unique": true},
            {"columns": ["store_id", "date"]},
        ],
    )
}}
-- The lines of each order of a shop as its newest delivery has them. An order is replaced as a whole.
with
    current_orders as (
        select o.*
        from {{ opened("_shop_orders", otherwise=ref("int_shop_orders_current")) }} as c
        inner join
            {{ of_every_shop("orders", keys=["load_id"], within="_shop_orders") }} as o
            on c.store_id = o.store_id
            and c.order_id = o.order_id
            and c.load_id = o.load_id
    )
select
    o.store_id,
    o.tenant_id,
    h.channel,
    o.order_id,
    l.line_number,
    o.order_name,
    o.date,
    o.ordered_at,
    o.last_updated_at,
    o.cancelled_at,
    o.shipped_at,
    o.financial_status,
    o.fulfillment_status,
    o.is_cancelled,
    o.is_test,
    l.sku,
    l.item_id,
    l.units,
    l.unfulfilled_units,
    l.refunded_units,
    l.restocked_units,
    l.currency,
    l.item_price_amount,
    l.discount_amount,
    l.tax_amount,
    l.item_price_amount - case when o.prices_contain_tax then l.tax_amount else 0 end as item_price_net_amount,
    l.refunded_amount
from current_orders as o
inner join
    {{ of_every_shop("orders__lines", keys=["load_id"], within="_shop_orders") }} as l
    on o.store_id = l.store_id
    and o.order_id = l.order_id
    and o.load_id = l.load_id
inner join {{ ref("int_shops") }} as h on o.store_id = h.store_id
