{#
    Currencies as web pages write them. Amazon shows prices in the visitor's currency, so that a crawl of amazon.de may find
    dollars (serpapi/public-roadmap#3266): what is not in the marketplace's own currency is no price of its market.
-#}
{#
    The ISO code of a currency's sign or code; null where nothing is said. Signs that several currencies share are the
    marketplace's own where it writes its prices so: `$` on amazon.com, .ca, .com.mx, .com.au and .sg, the yen sign on
    amazon.co.jp, `kr` on amazon.se; on others the dollar is the American one. What is not known stays as it is written.
-#}
{% macro currency_of(text, own) -%}
    {%- set key -%} upper(translate({{ text }}, U&' .\00A0\202F\200E\200F', '')) {%- endset -%}
    case
        when {{ means_nothing(text) }}
        then null
        when {{ key }} = '$' and {{ own }} in ('USD', 'CAD', 'MXN', 'AUD', 'SGD')
        then {{ own }}
        when {{ key }} in ('¥', '￥') and {{ own }} in ('JPY', 'CNY')
        then {{ own }}
        {%- for code, signs in currency_signs().items() %}
            when {{ key }} in ('{{ signs | join("', '") }}') then '{{ code }}'
        {%- endfor %}
        else {{ key }}
    end
{%- endmacro %}

{% macro currency_signs() -%}
    {{
        return(
            {
                "USD": ["$", "US$", "U$S", "USD$", "$US"],
                "CAD": ["C$", "CA$", "CAD$", "CDN$", "$CA"],
                "MXN": ["MX$", "MEX$", "MXN$", "$MX"],
                "BRL": ["R$", "BRL$"],
                "EUR": ["€", "EURO"],
                "GBP": ["£", "UK£", "GB£"],
                "SEK": ["KR", "SKR"],
                "PLN": ["ZŁ", "ZL"],
                "TRY": ["₺", "TL"],
                "AED": ["DHS", "DH", "DIRHAM", "دإ"],
                "SAR": ["SR", "﷼", "رس"],
                "EGP": ["E£", "LE", "£E", "جم"],
                "INR": ["₹", "RS"],
                "ZAR": ["R"],
                "JPY": ["¥", "￥", "JP¥", "円", "YEN"],
                "CNY": ["CN¥", "元", "RMB"],
                "AUD": ["A$", "AU$", "AUD$"],
                "SGD": ["S$", "SG$", "SGD$"],
                "HKD": ["HK$"],
                "NZD": ["NZ$"],
                "CHF": ["FR", "SFR"],
                "KRW": ["₩"],
                "THB": ["฿"],
                "CZK": ["KČ"],
            }
        )
    }}
{%- endmacro %}

{#
    Columns of a crawled item: price_amount and list_price_amount where they are in the marketplace's currency, else
    price_other_amount with its currency beside it. `i`: crawled items with price, list_price and currency; `m.currency`
    the marketplace's.
-#}
{% macro crawled_prices() -%}
    case when c.is_own then {{ as_page_price(crawled("price")) }} end as price_amount,
    case when c.is_own then {{ as_page_price(crawled("list_price")) }} end as list_price_amount,
    case when not c.is_own then {{ as_page_price(crawled("price")) }} end as price_other_amount,
    case
        when not c.is_own and {{ as_page_price(crawled("price")) }} is not null then c.currency
    end as price_other_currency
{%- endmacro %}

{# The joins that crawled_prices reads from. What names no currency may have its sign in the price itself. -#}
{% macro join_crawled_currency() %}
    left join
        (select marketplace_id, max(currency) as currency from ops.stores group by marketplace_id) as m
        on i.marketplace_id = m.marketplace_id
    cross join
        lateral(select coalesce({{ crawled("currency") }}, {{ sign_of_price(crawled("price")) }}) as sign offset 0) as g
    cross join lateral(select {{ currency_of("g.sign", "m.currency") }} as currency) as n
    cross join lateral(select n.currency, coalesce(n.currency = m.currency, true) as is_own) as c
{%- endmacro %}
