-- One row per account, month, FNSKU and warehouse; `date` is the month's first day. `fee_amount` is the whole fee
-- of the month: it contains `base_fee_amount` and `utilization_surcharge_amount`, which must not be added to it
-- once more.
select
    r.load_id,
    a.account_id,
    {{ store_id_of("s", "a", "c.channel") }} as store_id,
    a.tenant_id,
    l.day as date,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_text("r.fulfillment_center") }} as fulfillment_center_id,
    {{ as_text("r.country_code") }} as country,
    {{ as_numeric(told("r.longest_side")) }} as longest_side,
    {{ as_numeric(told("r.median_side")) }} as median_side,
    {{ as_numeric(told("r.shortest_side")) }} as shortest_side,
    {{ as_text(told("r.measurement_units")) }} as unit_of_dimension,
    {{ as_numeric(told("r.weight")) }} as weight,
    {{ as_text(told("r.weight_units")) }} as unit_of_weight,
    {{ as_numeric(told("r.item_volume")) }} as item_volume,
    {{ as_text(told("r.volume_units")) }} as unit_of_volume,
    {{ as_text(told("r.product_size_tier")) }} as size_tier,
    {{ as_numeric(told("r.average_quantity_on_hand")) }} as average_units,
    {{ as_numeric(told("r.average_quantity_pending_removal")) }} as average_units_pending_removal,
    {{ as_numeric(told("r.average_quantity_customer_orders")) }} as average_units_ordered,
    {{ as_numeric(told("r.estimated_total_item_volume")) }} as total_volume,
    {{ as_numeric(told("r.storage_utilization_ratio")) }} as utilization_ratio,
    {{ as_text(told("r.storage_utilization_ratio_units")) }} as unit_of_utilization_ratio,
    {{ as_text("r.currency") }} as currency,
    -- before there were surcharges the one rate was called otherwise
    coalesce({{ as_numeric(told("r.base_rate")) }}, {{ as_numeric(told("r.storage_rate")) }}) as base_rate_amount,
    {{ as_numeric(told("r.utilization_surcharge_rate")) }} as utilization_surcharge_rate_amount,
    {{ as_numeric(told("r.avg_qty_for_sus")) }} as surcharged_average_units,
    {{ as_numeric(told("r.est_vol_for_sus")) }} as surcharged_volume,
    {{ as_numeric(told("r.est_base_msf")) }} as base_fee_amount,
    {{ as_numeric(told("r.est_sus")) }} as utilization_surcharge_amount,
    {{ as_numeric(told("r.estimated_monthly_storage_fee")) }} as fee_amount,
    {{ as_text(told("r.dangerous_goods_storage_type")) }} as dangerous_goods_storage_type,
    {{ as_yes_no("r.eligible_for_inventory_discount") }} as is_eligible_for_inventory_discount,
    {{ as_yes_no("r.qualifies_for_inventory_discount") }} as qualifies_for_inventory_discount,
    {{ as_numeric(told("r.total_incentive_fee_amount")) }} as incentive_amount,
    {{ as_text(told("r.breakdown_incentive_fee_amount")) }} as incentive_breakdown
from {{ source("amazon_sp", "storage_fees") }} as r
inner join
    {{ current_loads("amazon_sp.storage_fees") }} as l
    on r.load_id = l.load_id
    and l.day = {{ row_day("amazon_sp", "storage_fees") }}
inner join {{ accounts() }} as a on l.scope_id = a.account_id
cross join lateral(select {{ channel_of_country("btrim(r.country_code)") }} as channel) as c
left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
