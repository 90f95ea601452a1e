{{ stage_orders("all_orders_by_order_date") }}
