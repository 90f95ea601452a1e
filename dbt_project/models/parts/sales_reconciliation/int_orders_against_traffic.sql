-- A day's ordered sales, by orders and by the sales and traffic report.
select
    t.store_id,
    t.tenant_id,
    t.date,
    'orders_against_traffic' as kind,
    coalesce(s.item_price_amount, 0) as amount,
    coalesce(t.ordered_product_sales_amount, 0) as compared_amount,
    0 as unsettled_amount,
    0 as unsettled_orders,
    t.currency,
    t.date <= n.traffic_day - {{ days_open("traffic") }} as is_closed
from {{ sliced(ref("traffic_store_daily")) }} as t
inner join {{ ref("int_newest_days") }} as n on t.store_id = n.store_id
left join {{ ref("sales_store_daily") }} as s on t.store_id = s.store_id and t.date = s.date
