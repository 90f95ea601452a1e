{# What the staging models of twin feeds share: one body for both orders reports, one for the Ads reports. -#}
{#
    All orders: every load, one row per document line. Rows of the account are mapped to stores by sales channel, those of
    other channels as macros/channels.sql says; the day is the purchase day in the store's zone.
-#}
{% macro stage_orders(table) %}
    select
        r.load_id,
        r.row_seq,
        'amazon_sp.{{ table }}' as feed,
        l.report_created_at,
        a.account_id,
        {{ store_id_of("s", "a", channel_meant("r.sales_channel")) }} as store_id,
        {{ is_multi_channel("r.sales_channel", "r.amazon_order_id") }} as is_multi_channel,
        a.tenant_id,
        {{ as_text("r.amazon_order_id") }} as amazon_order_id,
        t.purchased_at,
        (t.purchased_at at time zone coalesce(s.time_zone, a.time_zone))::date as date,
        t.last_updated_at,
        {{ as_text("r.order_status") }} as order_status,
        {{ as_text("r.item_status") }} as item_status,
        {{ as_text("r.fulfillment_channel") }} as fulfillment_channel,
        {{ as_text("r.sales_channel") }} as sales_channel,
        coalesce(r.sku, '') as sku,
        {{ as_text("r.asin") }} as asin,
        {{ as_text("r.product_name") }} as product_name,
        {{ as_integer("r.quantity") }} as units,
        {{ as_text("r.currency") }} as currency,
        {{ as_numeric("r.item_price") }} as item_price_amount,
        {{ as_numeric("r.item_tax") }} as item_tax_amount,
        {{ as_numeric("r.shipping_price") }} as shipping_price_amount,
        {{ as_numeric("r.shipping_tax") }} as shipping_tax_amount,
        {{ as_numeric("r.gift_wrap_price") }} as gift_wrap_price_amount,
        {{ as_numeric("r.gift_wrap_tax") }} as gift_wrap_tax_amount,
        {{ as_numeric("r.item_promotion_discount") }} as item_promotion_discount_amount,
        {{ as_numeric("r.ship_promotion_discount") }} as ship_promotion_discount_amount,
        {{ as_text("r.promotion_ids") }} as promotion_ids,
        {{ as_boolean("r.is_business_order") }} as is_business_order,
        {{ as_text("r.ship_country") }} as ship_country
    from {{ source("amazon_sp", table) }} as r
    inner join {{ every_load("amazon_sp." ~ table) }} as l on r.load_id = l.load_id
    inner join {{ accounts() }} as a on l.scope_id = a.account_id {{ join_store_of_channel("r", "amazon_order_id") }}
    cross join
        lateral(
            select
                {{ as_timestamp("r.purchase_date") }} as purchased_at,
                {{ as_timestamp("r.last_updated_date") }} as last_updated_at
        ) as t
{% endmacro %}
