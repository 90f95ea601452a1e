-- Units that Amazon holds back, by what for.
select *
from
    {{
        newest_snapshot(
            "reserved_inventory",
            [
                "r.reserved_customer_orders_quantity",
                "r.reserved_fc_transfers_quantity as reserved_transfers_quantity",
                "r.reserved_fc_processing_quantity as reserved_processing_quantity",
            ],
        )
    }} as r
