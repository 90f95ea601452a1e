{# What the staging models of FBA stock share. -#}
{# Whole days, also `365+`, which stands for 365 or more. -#}
{% macro as_days(column) -%} {{ as_integer("rtrim(" ~ column ~ ", '+')") }} {%- endmacro %}

{# The sales channel of a marketplace that a report names by code (`DE`), in English (`Germany`) or as a channel. -#}
{% macro channel_of_country_name(country) -%}
    {%- set code -%}
        case
            lower({{ country }})
            {%- for name, code in country_codes().items() %} when '{{ name }}' then '{{ code }}' {%- endfor %}
            else {{ country }}
        end
    {%- endset -%}
    {{ channel_of_country("(" ~ code ~ ")") }}
{%- endmacro %}

{% macro country_codes() -%}
    {{
        return(
            {
                "united states": "US",
                "canada": "CA",
                "mexico": "MX",
                "brazil": "BR",
                "united kingdom": "GB",
                "germany": "DE",
                "france": "FR",
                "italy": "IT",
                "spain": "ES",
                "netherlands": "NL",
                "belgium": "BE",
                "ireland": "IE",
                "sweden": "SE",
                "poland": "PL",
                "turkey": "TR",
                "united arab emirates": "AE",
                "saudi arabia": "SA",
                "egypt": "EG",
                "india": "IN",
                "south africa": "ZA",
                "japan": "JP",
                "australia": "AU",
                "singapore": "SG",
            }
        )
    }}
{%- endmacro %}

{#
    From and joins of a store's report whose rows name their marketplace in `country`: `r` the rows, `l` their load, `o`
    the store asked for, `s` the store that a row is of, `c.channel` its marketplace. A row of another store that is
    configured is left out: that store has a report of its own.
-#}
{% macro from_store_report(table, country) -%}
    from {{ source("amazon_sp", table) }} as r
    inner join {{ current_loads("amazon_sp." ~ table) }} as l on r.load_id = l.load_id
    inner join ops.stores as o on l.scope_id = o.store_id
    cross join lateral(select {{ channel_of_country_name("nullif(btrim(" ~ country ~ "), '')") }} as channel) as c
    left join
        ops.stores as s
        on o.account_id = s.account_id
        and lower(coalesce(c.channel, o.sales_channel)) = lower(s.sales_channel)
    where s.store_id is null or s.store_id = o.store_id
{%- endmacro %}

{# MYI: one body for both reports. One row per account, instant and SKU, as the two models say. -#}
{% macro stage_myi(table) -%}
    select
        r.load_id,
        a.account_id,
        case when c.channel is null then a.first_store_id else {{ store_id_of("s", "a", "c.channel") }} end as store_id,
        a.tenant_id,
        l.day as date,
        l.instant,
        coalesce(r.sku, '') as sku,
        {{ as_text("r.fnsku") }} as fnsku,
        {{ as_text("r.asin") }} as asin,
        {{ as_text("r.product_name") }} as product_name,
        {{ as_text("r.condition") }} as condition,
        {{ as_numeric("r.your_price") }} as your_price_amount,
        case when c.channel is null then a.currency else s.currency end as currency,
        {{ as_yes_no("r.mfn_listing_exists") }} as mfn_listing_exists,
        {{ as_integer("r.mfn_fulfillable_quantity") }} as mfn_fulfillable_quantity,
        {{ as_yes_no("r.afn_listing_exists") }} as afn_listing_exists,
        {{ as_integer("r.afn_warehouse_quantity") }} as warehouse_quantity,
        {{ as_integer("r.afn_fulfillable_quantity") }} as fulfillable_quantity,
        {{ as_integer("r.afn_reserved_quantity") }} as reserved_quantity,
        {{ as_integer("r.afn_unsellable_quantity") }} as unsellable_quantity,
        {{ as_integer("r.afn_inbound_working_quantity") }} as inbound_working_quantity,
        {{ as_integer("r.afn_inbound_shipped_quantity") }} as inbound_shipped_quantity,
        {{ as_integer("r.afn_inbound_receiving_quantity") }} as inbound_receiving_quantity,
        {{ as_integer("r.afn_total_quantity") }} as total_quantity,
        {{ as_integer("r.afn_researching_quantity") }} as researching_quantity,
        {{ as_integer("r.afn_reserved_future_supply") }} as reserved_future_supply_quantity,
        {{ as_integer("r.afn_future_supply_buyable") }} as future_supply_buyable_quantity,
        {{ as_integer("r.afn_fc_transfer_quantity") }} as fc_transfer_quantity,
        {{ as_integer("r.afn_onhand_buyable_quantity") }} as onhand_buyable_quantity,
        {{ as_integer("r.afn_fulfillable_quantity_local") }} as fulfillable_local_quantity,
        {{ as_integer("r.afn_fulfillable_quantity_remote") }} as fulfillable_remote_quantity,
        {{ as_numeric("r.per_unit_volume") }} as unit_volume
    from {{ source("amazon_sp", table) }} as r
    inner join {{ current_loads("amazon_sp." ~ table) }} as l on r.load_id = l.load_id
    inner join {{ accounts() }} as a on l.scope_id = a.account_id
    cross join lateral(select {{ channel_of_country("nullif(btrim(r.store), '')") }} as channel) as c
    left join ops.stores as s on a.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
{%- endmacro %}
