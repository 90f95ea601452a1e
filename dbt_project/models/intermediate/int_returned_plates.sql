{{
    config(
        meta={"slice": ["account_id", "date"], "reports": "plates"},
        indexes=[
            {"columns": ["account_id", "date"]},
            {"columns": ["account_id", "license_plate_number"]},
        ],
        pre_hook="{{ open_returned_plates() }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
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
from {{ ref("stg_amazon_sp__customer_returns") }}
where
    license_plate_number is not null
    {% if by_slices() %}
        and (account_id, date) in (select account_id, date from _slices)
        and load_id = any(
            array(
                select l.load_id
                from {{ current_loads("amazon_sp.customer_returns") }} as l
                inner join _slices as s on l.scope_id = s.account_id and l.day = s.date
            )
        )
    {% endif %}
