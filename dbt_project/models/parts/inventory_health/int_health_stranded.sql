-- Units that are there and cannot be bought, and why.
select *
from
    {{
        newest_snapshot(
            "stranded_inventory",
            [
                "coalesce(r.fulfillable_quantity, 0) + coalesce(r.unfulfillable_quantity, 0) as stranded_quantity",
                "r.stranded_reason",
                "r.stranded_at",
            ],
        )
    }} as r
