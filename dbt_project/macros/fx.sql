{#
    The rates that are known: those that a file gives, and for the pairs that reports need (from a store's currency to its
    tenant's) those that follow from others of the same day. The European Central Bank, for one, gives nothing but what
    one euro is worth. What a file gives counts before what follows from the opposite rate, and that before what follows
    from two rates of a third currency (of several the euro, else the first by name).
-#}
{% macro known_rates() -%}
    (
        with
            given as (
                select base_currency, quote_currency, date, rate from {{ ref("stg_manual__fx_rates") }} where rate > 0
            ),
            needed as (
                select distinct currency as base_currency, reporting_currency as quote_currency
                from {{ ref("int_stores") }}
                where currency <> reporting_currency
                union
                select currency, reporting_currency
                from {{ ref("int_shops") }}
                where currency <> reporting_currency
            ),
            found as (
                select base_currency, quote_currency, date, rate, 1 as way, '' as third
                from given
                union all
                select n.base_currency, n.quote_currency, g.date, trim_scale(round(1 / g.rate, 12)), 2, ''
                from needed as n
                inner join given as g on n.quote_currency = g.base_currency and n.base_currency = g.quote_currency
                union all
                select
                    n.base_currency,
                    n.quote_currency,
                    ours.date,
                    trim_scale(round(theirs.rate / ours.rate, 12)),
                    case ours.base_currency when 'EUR' then 3 else 4 end,
                    ours.base_currency
                from needed as n
                inner join given as ours on n.base_currency = ours.quote_currency
                inner join
                    given as theirs
                    on ours.base_currency = theirs.base_currency
                    and ours.date = theirs.date
                    and n.quote_currency = theirs.quote_currency
            )
        select distinct on (base_currency, quote_currency, date) base_currency, quote_currency, date, rate
        from found
        where rate > 0
        order by base_currency, quote_currency, date, way, third
    )
{%- endmacro %}
