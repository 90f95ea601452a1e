{#
    The store of a row of an account-scoped document, by how the row names its marketplace (`Amazon.de`). What maps to no
    store keeps a bucket of its own: `unmapped:<seller id>:<sales channel in lower case>`.
-#}
{% macro store_id_of(store, account, channel) -%}
    coalesce({{ store }}.store_id, 'unmapped:' || {{ account }}.seller_id || ':' || coalesce(lower({{ channel }}), ''))
{%- endmacro %}

{# An account: its seller, its tenant and the zone and store of its first store, which speak for rows without a store. -#}
{% macro accounts() -%}
    (
        select distinct
            on (account_id)
            account_id,
            seller_id,
            tenant_id,
            store_id as first_store_id,
            time_zone,
            currency,
            sales_channel
        from ops.stores
        order by account_id, store_id
    )
{%- endmacro %}

{# The store that speaks for a currency of an account, where rows name no marketplace: the first one that has it. -#}
{% macro stores_by_currency() -%}
    (
        select distinct on (account_id, currency) account_id, currency, store_id
        from ops.stores
        order by account_id, currency, store_id
    )
{%- endmacro %}

{# Country code, as ledgers name a marketplace, to the sales channel, as orders do; another code is its own name. -#}
{% macro channel_of_country(country) -%}
    case
        upper({{ country }})
        {%- for code, channel in sales_channels().items() %} when '{{ code }}' then '{{ channel }}' {%- endfor %}
        else {{ country }}
    end
{%- endmacro %}

{% macro sales_channels() -%}
    {{
        return(
            {
                "US": "Amazon.com",
                "CA": "Amazon.ca",
                "MX": "Amazon.com.mx",
                "BR": "Amazon.com.br",
                "GB": "Amazon.co.uk",
                "UK": "Amazon.co.uk",
                "DE": "Amazon.de",
                "FR": "Amazon.fr",
                "IT": "Amazon.it",
                "ES": "Amazon.es",
                "NL": "Amazon.nl",
                "BE": "Amazon.com.be",
                "IE": "Amazon.ie",
                "SE": "Amazon.se",
                "PL": "Amazon.pl",
                "TR": "Amazon.com.tr",
                "AE": "Amazon.ae",
                "SA": "Amazon.sa",
                "EG": "Amazon.eg",
                "IN": "Amazon.in",
                "ZA": "Amazon.co.za",
                "JP": "Amazon.co.jp",
                "AU": "Amazon.com.au",
                "SG": "Amazon.sg",
            }
        )
    }}
{%- endmacro %}

{# The store ids that a table has, found by as many looks into its index as there are stores. -#}
{% macro held_stores(relation) -%}
    (
        with recursive
            held(store_id) as (
                select min(store_id)
                from {{ relation }}
                union all
                select (select min(t.store_id) from {{ relation }} as t where t.store_id > h.store_id)
                from held as h
                where h.store_id is not null
            )
        select store_id
        from held
        where store_id is not null
    )
{%- endmacro %}
