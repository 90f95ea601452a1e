-- Lines of settlements that are profit or loss, or tax that prices contain, with the purchase day of their order
-- where it is among the orders, whether it has a line that was sold (`is_sold`), and one of this SKU (`has_sku`).
-- Of slices: what was posted on those days, and what is of orders of those days.
with
    orders as (
        select
            i.store_id,
            i.amazon_order_id,
            min(i.date) as order_date,
            bool_or({{ is_sale_line("i") }}) as is_sold,
            array_agg(distinct i.sku) as skus
        from {{ sliced(ref("order_items"), keys=["store_id", "amazon_order_id"], within="_settled_orders") }} as i
        group by i.store_id, i.amazon_order_id
    )
select
    l.store_id,
    l.tenant_id,
    l.order_id,
    l.sku,
    l.kind,
    l.amount,
    l.currency,
    l.quantity_purchased,
    l.posted_date,
    l.is_refund,
    l.is_in_price,
    o.order_date,
    coalesce(o.is_sold, false) as is_sold,
    coalesce(l.sku = any(o.skus), false) as has_sku
from
    {{ sliced(ref("settlement_lines"), keys=["store_id", "settlement_id", "line_number"], within="_settled_lines") }}
    as l
left join orders as o on l.store_id = o.store_id and l.order_id = o.amazon_order_id
where {{ counts_in_profit("l") }}
