{# What the staging models of FBA stock share. -#}
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
    configured is left out where that store has a report of its own.
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
    where {{ is_told_here(table) }}
{%- endmacro %}

{#
    Whether a row of store `s` counts, in a document that was asked for store `o`: its own, or what no document of its own
    tells. (amzn/selling-partner-api-docs#694: reports of one marketplace hold the rows of all of them.)
-#}
{% macro is_told_here(table) -%}
    (
        s.store_id is null
        or s.store_id = o.store_id
        or s.store_id not in (select n.scope_id from {{ current_loads("amazon_sp." ~ table) }} as n)
    )
{%- endmacro %}

{#
    MYI: one body for both reports. A row is of the marketplace in its `store` column; where there is none, of the store
    that the report was asked for. Reports of whole accounts, as earlier versions asked for them, are of the store into
    which they were imported, else of the account's first.
-#}
{% macro stage_myi(table) -%}
    select
        r.load_id,
        h.account_id,
        case when c.channel is null then h.store_id else {{ store_id_of("s", "h", "c.channel") }} end as store_id,
        h.tenant_id,
        l.day as date,
        l.instant,
        coalesce(r.sku, '') as sku,
        {{ as_text("r.fnsku") }} as fnsku,
        {{ as_text("r.asin") }} as asin,
        {{ as_text("r.product_name") }} as product_name,
        {{ as_text("r.condition") }} as condition,
        {{ as_numeric("r.your_price") }} as your_price_amount,
        case when c.channel is null then h.currency else s.currency end as currency,
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
    inner join ops.loads as d on l.load_id = d.load_id
    inner join
        (
            select store_id as scope_id, store_id, false as is_account
            from ops.stores
            union all
            select account_id, first_store_id, true
            from {{ accounts() }} as a
        ) as w
        on l.scope_id = w.scope_id
    left join ops.stores as i on w.is_account and d.store_id = i.store_id
    inner join ops.stores as h on h.store_id = coalesce(i.store_id, w.store_id)
    cross join lateral(select {{ channel_of_country_name("nullif(btrim(r.store), '')") }} as channel) as c
    left join ops.stores as s on h.account_id = s.account_id and lower(c.channel) = lower(s.sales_channel)
{%- endmacro %}
