{{
    config(
        meta={"slice": ["account_id", "date"], "opens": "open_returned_plates", "reports": "plates"},
        indexes=[
            {"columns": ["account_id", "date"]},
            {"columns": ["account_id", "license_plate_number"]},
        ],
    )
}}
-- The returned units that carry a license plate, one row per line of the days' current documents. The same return has
-- come with different days in reports of different windows: by this table each finds its other deliveries.
select
    account_id,
    date,
    license_plate_number,
    coalesce(amazon_order_id, '') as amazon_order_id,
    sku,
    report_created_at,
    load_id,
    row_seq
from {{ sliced(ref("stg_amazon_sp__customer_returns")) }} as r
where license_plate_number is not null
