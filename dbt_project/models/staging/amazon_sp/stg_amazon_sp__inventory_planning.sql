-- One row per store, instant and SKU. Five age buckets do not overlap and add up to what lies there and can be sold:
-- age_0_90, age_91_180, age_181_270, age_271_365 and age_over_365 (which older reports have as 365-plus, newer ones in
-- two parts). The buckets under their own names (inv_age_*) overlap with them and with each other.
{%- set overlapping = [
    "0_to_30",
    "31_to_60",
    "61_to_90",
    "181_to_330",
    "331_to_365",
    "366_to_455",
] %}
{%- set surcharges = ["181_210", "211_240", "241_270", "271_300", "301_330", "331_365", "366_455"] %}
{%- set older = ["456_plus", "365_plus"] %}
select
    r.load_id,
    {{ store_id_of("s", "o", "c.channel") }} as store_id,
    o.tenant_id,
    l.day as date,
    l.instant,
    {{ as_date("r.snapshot_date") }} as snapshot_date,
    {{ as_date("r.inventory_age_snapshot_date") }} as age_snapshot_date,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_text("r.condition") }} as condition,
    {{ as_text("r.marketplace") }} as marketplace,
    {{ as_text("r.product_group") }} as product_group,
    {{ as_integer("r.sales_rank") }} as sales_rank,
    {{ as_text("r.currency") }} as currency,
    {{ as_integer("r.available") }} as available_quantity,
    {{ as_integer("r.pending_removal_quantity") }} as pending_removal_quantity,
    coalesce(
        {{ as_integer("r.total_reserved_quantity") }}, {{ as_integer("r.reserved_quantity") }}
    ) as reserved_quantity,
    coalesce(
        {{ as_integer("r.reserved_fc_transfer") }}, {{ as_integer("r.fc_transfer") }}
    ) as reserved_fc_transfer_quantity,
    {{ as_integer("r.reserved_fc_processing") }} as reserved_fc_processing_quantity,
    {{ as_integer("r.reserved_customer_order") }} as reserved_customer_order_quantity,
    {{ as_integer("r.reserved_staging") }} as reserved_staging_quantity,
    {{ as_integer("r.unfulfillable_quantity") }} as unfulfillable_quantity,
    {{ as_integer("r.inbound_quantity") }} as inbound_quantity,
    {{ as_integer("r.inbound_working") }} as inbound_working_quantity,
    {{ as_integer("r.inbound_shipped") }} as inbound_shipped_quantity,
    {{ as_integer("r.inbound_received") }} as inbound_received_quantity,
    {{ as_integer("r.inventory_supply_at_fba") }} as inventory_supply_at_fba_quantity,
    {{ as_integer("r.inv_age_0_to_90_days") }} as age_0_90_quantity,
    {{ as_integer("r.inv_age_91_to_180_days") }} as age_91_180_quantity,
    {{ as_integer("r.inv_age_181_to_270_days") }} as age_181_270_quantity,
    {{ as_integer("r.inv_age_271_to_365_days") }} as age_271_365_quantity,
    coalesce(
        {{ as_integer("r.inv_age_366_to_455_days") }} + {{ as_integer("r.inv_age_456_plus_days") }},
        {{ as_integer("r.inv_age_365_plus_days") }}
    ) as age_over_365_quantity,
    {%- for days in overlapping %}
        {{ as_integer("r.inv_age_" ~ days ~ "_days") }} as inv_age_{{ days }}_days,
    {%- endfor %}
    {%- for days in older %} {{ as_integer("r.inv_age_" ~ days ~ "_days") }} as inv_age_{{ days }}_days, {%- endfor %}
    {%- for days in surcharges + older %}
        {{ as_integer("r.quantity_to_be_charged_ais_" ~ days ~ "_days") }} as surcharge_{{ days }}_quantity,
        {{ as_numeric("r.estimated_ais_" ~ days ~ "_days") }} as surcharge_{{ days }}_amount,
    {%- endfor %}
    {%- for days in [7, 30, 60, 90] %}
        {{ as_integer("r.units_shipped_t" ~ days) }} as units_shipped_{{ days }}d,
        {{ as_numeric("r.sales_shipped_last_" ~ days ~ "_days") }} as sales_shipped_{{ days }}d_amount,
    {%- endfor %}
    {{ as_numeric("r.sell_through") }} as sell_through,
    {{ as_integer("r.days_of_supply") }} as days_of_supply,
    {{ as_integer("r.total_days_of_supply_including_units_from_open_shipments") }} as total_days_of_supply,
    {{ as_integer("r.weeks_of_cover_t30") }} as weeks_of_cover_30d,
    {{ as_integer("r.weeks_of_cover_t90") }} as weeks_of_cover_90d,
    {{ as_numeric("r.historical_days_of_supply") }} as historical_days_of_supply,
    {{ as_numeric("r.short_term_historical_days_of_supply") }} as short_term_days_of_supply,
    {{ as_numeric("r.long_term_historical_days_of_supply") }} as long_term_days_of_supply,
    {{ as_integer("r.estimated_excess_quantity") }} as estimated_excess_quantity,
    {{ as_numeric("r.your_price") }} as your_price_amount,
    {{ as_numeric("r.sales_price") }} as sales_price_amount,
    {{ as_numeric("r.featuredoffer_price") }} as featured_offer_price_amount,
    {{ as_numeric("r.lowest_price_new_plus_shipping") }} as lowest_price_new_amount,
    {{ as_numeric("r.lowest_price_used") }} as lowest_price_used_amount,
    {{ as_numeric("r.item_volume") }} as item_volume,
    {{ as_text("r.volume_unit_measurement") }} as volume_unit,
    {{ as_text("r.storage_type") }} as storage_type,
    {{ as_numeric("r.storage_volume") }} as storage_volume,
    {{ as_numeric("r.estimated_storage_cost_next_month") }} as estimated_storage_cost_amount,
    {{ as_text("r.alert") }} as alert,
    {{ as_text("r.recommended_action") }} as recommended_action,
    coalesce(
        {{ as_integer("r.healthy_inventory_level") }}, {{ as_integer("r.deprecated_healthy_inventory_level") }}
    ) as healthy_inventory_quantity,
    {{ as_numeric("r.recommended_sales_price") }} as recommended_sales_price_amount,
    {{ as_integer("r.recommended_sale_duration_days") }} as recommended_sale_days,
    {{ as_integer("r.recommended_removal_quantity") }} as recommended_removal_quantity,
    {{ as_numeric("r.estimated_cost_savings_of_recommended_actions") }} as estimated_savings_amount,
    {{ as_integer("r.recommended_ship_in_quantity") }} as recommended_ship_in_quantity,
    {{ as_date("r.recommended_ship_in_date") }} as recommended_ship_in_date,
    {{ as_integer("r.fba_minimum_inventory_level") }} as minimum_inventory_quantity,
    {{ as_text("r.fba_inventory_level_health_status") }} as health_status,
    {{ as_yes_no("r.exempted_from_low_inventory_level_fee") }} as low_inventory_fee_exempted,
    {{ as_yes_no("r.low_inventory_level_fee_applied_in_current_week") }} as low_inventory_fee_applied,
    {{ as_text("r.no_sale_last_6_months") }} as no_sale_last_6_months,
    {{ as_text("r.supplier") }} as supplier,
    {{ as_yes_no("r.is_seasonal_in_next_3_months") }} as is_seasonal_in_3_months,
    {{ as_text("r.season_name") }} as season_name,
    {{ as_date("r.season_start_date") }} as season_start_date,
    {{ as_date("r.season_end_date") }} as season_end_date
    {{ from_store_report("inventory_planning", "r.marketplace") }}
