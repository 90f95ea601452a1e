-- One row per store, instant and SKU: what selling one unit at its current price would cost. The American and the
-- European variant name the same things differently; what Amazon does not know (`--`) is null. European reports
-- hold the listings of all marketplaces, and only the currency tells whose they are
-- (amzn/selling-partner-api-docs#694): a row in another one is of the account's store with that currency.
select
    r.load_id,
    {{ store_id_of("s", "o", "c.channel") }} as store_id,
    o.tenant_id,
    l.day as date,
    l.instant,
    coalesce(r.sku, '') as sku,
    {{ as_text("r.fnsku") }} as fnsku,
    {{ as_text("r.asin") }} as asin,
    {{ as_text("r.product_name") }} as product_name,
    {{ as_text(told("r.product_group")) }} as product_group,
    {{ as_text(told("r.brand")) }} as brand,
    {{ as_text("r.fulfilled_by") }} as fulfilled_by,
    {{ as_yes_no("r.has_local_inventory") }} as has_local_inventory,
    {{ as_numeric(told("r.longest_side")) }} as longest_side,
    {{ as_numeric(told("r.median_side")) }} as median_side,
    {{ as_numeric(told("r.shortest_side")) }} as shortest_side,
    {{ as_numeric(told("r.length_and_girth")) }} as length_and_girth,
    {{ as_text(told("r.unit_of_dimension")) }} as unit_of_dimension,
    {{ as_numeric(told("r.item_package_weight")) }} as item_package_weight,
    {{ as_text(told("r.unit_of_weight")) }} as unit_of_weight,
    {{ as_text(told("coalesce(r.product_size_tier, r.product_size_weight_band)")) }} as size_tier,
    coalesce(c.currency, s.currency) as currency,
    {{ as_numeric(told("r.your_price")) }} as your_price_amount,
    {{ as_numeric(told("r.sales_price")) }} as sales_price_amount,
    {{ as_numeric(told("r.estimated_fee_total")) }} as fee_total_amount,
    {{ as_numeric(told("r.estimated_referral_fee_per_unit")) }} as referral_fee_amount,
    {{ as_numeric(told("r.estimated_variable_closing_fee")) }} as variable_closing_fee_amount,
    {{ as_numeric(told("r.estimated_order_handling_fee_per_order")) }} as order_handling_fee_amount,
    {{ as_numeric(told("r.estimated_pick_pack_fee_per_unit")) }} as pick_pack_fee_amount,
    {{ as_numeric(told("r.estimated_weight_handling_fee_per_unit")) }} as weight_handling_fee_amount,
    coalesce(
        {{ as_numeric(told("r.expected_fulfillment_fee_per_unit")) }},
        {{ as_numeric(told("r.expected_domestic_fulfilment_fee_per_unit")) }}
    ) as fulfillment_fee_amount,
    {{ as_numeric(told("r.estimated_future_fee")) }} as future_fee_total_amount,
    {{ as_numeric(told("r.expected_future_fulfillment_fee_per_unit")) }} as future_fulfillment_fee_amount,
    {%- for country in ["uk", "de", "fr", "it", "es", "se"] %}
        {{ as_numeric(told("r.expected_efn_fulfilment_fee_per_unit_" ~ country)) }} as efn_fee_to_{{ country }}_amount
        {{- "," if not loop.last }}
    {%- endfor %}
from {{ source("amazon_sp", "estimated_fees") }} as r
inner join {{ current_loads("amazon_sp.estimated_fees") }} as l on r.load_id = l.load_id
inner join ops.stores as o on l.scope_id = o.store_id
cross join
    lateral(
        select
            {{ channel_of_country_name("nullif(btrim(r.amazon_store), '')") }} as channel,
            upper({{ as_text("btrim(r.currency)") }}) as currency
    ) as c
left join
    ops.stores as s
    on s.store_id = case
        when lower(c.channel) like 'amazon.%'
        then
            (
                select n.store_id
                from ops.stores as n
                where n.account_id = o.account_id and lower(n.sales_channel) = lower(c.channel)
            )
        when coalesce(c.currency, o.currency) = o.currency
        then o.store_id
        else (select min(n.store_id) from ops.stores as n where n.account_id = o.account_id and n.currency = c.currency)
    end
where {{ is_told_here("estimated_fees") }}
