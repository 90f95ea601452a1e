-- The stock whose health is told.
select
    as_of_date,
    is_suppressed,
    store_id,
    tenant_id,
    sku,
    asin,
    fulfillable_quantity,
    reserved_quantity,
    unsellable_quantity,
    inbound_quantity,
    ledger_days_90d,
    on_hand_days_90d,
    priced_units_90d,
    untaxed_price_90d_amount,
    demand_stddev,
    {%- for measure in ["units", "days_in_stock", "velocity"] %}
        {%- for n in [7, 30, 90] %} {{ measure }}_{{ n }}d, {%- endfor %}
    {%- endfor %}
    velocity,
    days_of_cover,
    days_of_cover_with_inbound,
    stock_out_date
from {{ sliced(ref("int_inventory_velocity")) }} as v
