{{ stage_orders("all_orders_by_last_update") }}
