{#
    Channels that are no marketplaces: of multi-channel orders, which a seller takes elsewhere and Amazon sends from FBA
    stock (seed multi_channel_names). They belong to the store whose stock they use. And rows that name no channel.
-#}
{# The country in the name of a multi-channel order's channel: null where it has none, and of every other channel. -#}
{% macro multi_channel_country(channel) -%}
    (
        select max(case n.code when 'COM' then 'US' else n.code end)
        from {{ ref("multi_channel_names") }} as m
        cross join lateral(select upper(substring({{ channel_key(channel) }} from m.pattern)) as code) as n
    )
{%- endmacro %}

{#
    Whether a row is of a multi-channel order: by its channel; where it names none, by the order's number, which begins
    with S and a number for these (S01-... in the Americas, S02-... in Europe).
-#}
{% macro is_multi_channel(channel, order_id) -%}
    case
        when lower({{ channel }}) like 'amazon.%'
        then false
        when coalesce(btrim({{ channel }}), '') = ''
        then coalesce({{ order_id }} like 'S0_-%', false)
        else exists (select 1 from {{ ref("multi_channel_names") }} as m where {{ channel_key(channel) }} ~ m.pattern)
    end
{%- endmacro %}

{% macro channel_key(channel) -%} translate(lower({{ channel }}), U&' -_\00A0', '') {%- endmacro %}

{# The marketplace that a channel means: of a multi-channel order that of its country, else the channel itself. -#}
{% macro channel_meant(channel) -%}
    coalesce(
        case
            when lower({{ channel }}) not like 'amazon.%'
            then
                (
                    select {{ channel_of_country("c.country") }}
                    from (select {{ multi_channel_country(channel) }} as country) as c
                )
        end,
        {{ channel }}
    )
{%- endmacro %}

{#
    The marketplace that a settlement's line is of, by the name in it: null where it names none, as a multi-channel order's
    that has no country (`Non-Amazon`).
-#}
{% macro settled_channel(name) -%}
    case
        when {{ is_multi_channel(name, "null") }}
        then
            (
                select {{ channel_of_country("c.country") }}
                from (select {{ multi_channel_country(name) }} as country) as c
            )
        else {{ name }}
    end
{%- endmacro %}

{#
    Joins `s`, the configured store of a row of orders or shipments. a: its account, l: its load. Of a multi-channel order
    whose channel names no country it is the account's store in the country that the parcel goes to; else its first one
    with the row's currency; else the one into which the document was imported; else the account's first. Of a row without
    a channel it is the one into which it was imported.
-#}
{% macro join_store_of_channel(row, order_id) %}
    {%- set channel = row ~ ".sales_channel" -%}
    left join ops.stores as n on a.account_id = n.account_id and lower({{ channel }}) = lower(n.sales_channel)
    left join
        ops.stores as s
        on s.store_id = coalesce(
            n.store_id,
            case
                when {{ is_multi_channel(channel, row ~ "." ~ order_id) }}
                then
                    (
                        select
                            case
                                when k.country is not null
                                then
                                    max(p.store_id) filter (
                                        where lower(p.sales_channel) = lower({{ channel_of_country("k.country") }})
                                    )
                                else
                                    coalesce(
                                        min(p.store_id) filter (
                                            where p.country = replace(upper(btrim({{ row }}.ship_country)), 'UK', 'GB')
                                        ),
                                        min(p.store_id) filter (where p.currency = upper(btrim({{ row }}.currency))),
                                        l.imported_into,
                                        a.first_store_id
                                    )
                            end
                        from (select {{ multi_channel_country(channel) }} as country) as k
                        left join ops.stores as p on a.account_id = p.account_id
                        group by k.country
                    )
                when coalesce(btrim({{ channel }}), '') = ''
                then l.imported_into
            end
        )
{%- endmacro %}
