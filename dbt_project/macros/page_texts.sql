{#
    What web pages write in words: prices, counts, ranks and coupons, as actors hand them on where they do not read them
    themselves. All 23 marketplaces; which language it is, is not asked: signs decide. What is not understood is null, and
    the test `castable` and the column `unread` tell of it: a guess would be a wrong price. Each is a subquery that takes
    its text apart once.
-#}
{#
    In lower case, with plain digits, separators and blanks, Arabic and full-width ones among them, and without what
    stands in parentheses, as the price of a unit or the name of a list does.
-#}
{% macro page_text(text) -%}
    {%- set arabic = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬٪" -%}
    {%- set wide = "０１２３４５６７８９，．＋％（）" -%}
    btrim(
        regexp_replace(
            lower(
                translate(
                    translate({{ text }}, '{{ arabic }}{{ wide }}', '01234567890123456789.,%0123456789,.+%()'),
                    U&'\2019\00A0\202F\2009\3000\200E\200F\061C',
                    '''    '
                )
            ),
            '[(][^)]*([)]|$)',
            ' ',
            'g'
        )
    )
{%- endmacro %}

{# A regular expression: a number in a text, with what separates its thousands and decimals. -#}
{% macro number_in_text() -%} {{ return("[0-9]+(?:[., ''][0-9]+)*") }} {%- endmacro %}

{#
    A number by itself: `1,299.00`, `1.299,00`, `1 299,00`, `1,29,900`, `2480`. A single separator before exactly three
    digits separates thousands, before one or two decimals: no marketplace's money has three.
-#}
{% macro page_number(text) -%}
    (
        select
            case
                when n.digits ~ '^[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}([.][0-9]{1,2})?$'
                then replace(n.digits, ',', '')::numeric
                when n.digits ~ '^[0-9]{1,3}([.][0-9]{3})+(,[0-9]{1,2})?$'
                then replace(replace(n.digits, '.', ''), ',', '.')::numeric
                when n.digits ~ '^[0-9]{1,15}([.,][0-9]{1,2})?$'
                then replace(n.digits, ',', '.')::numeric
            end
        from (select regexp_replace({{ text }}, '([0-9])[ ''](?=[0-9]{3})', '\1', 'g') as digits offset 0) as n
    )
{%- endmacro %}

{# What the text of a price has beside its one number: the currency, as it is written. Null without a number. -#}
{% macro page_price_sign(text) -%}
    (
        select btrim(p.parts[1] || p.parts[2])
        from
            (
                select regexp_match({{ page_text(text) }}, '^([^0-9]*){{ number_in_text() }}([^0-9]*)$') as parts
                offset 0
            ) as p
    )
{%- endmacro %}

{# The same of a text that is a price; a number by itself has none. -#}
{% macro sign_of_price(text) -%}
    case
        when ({{ as_numeric(text) }}) is null and {{ page_price(text) }} is not null then {{ page_price_sign(text) }}
    end
{%- endmacro %}

{#
    A price: one number with nothing beside it but a currency. `$19.99 ($0.50/count)` is 19.99; of `$19 - $29` nobody
    knows which.
-#}
{% macro page_price(text) -%}
    (
        select
            case
                when
                    p.sign = ''
                    or p.sign in ('¥', '￥', 'kr')
                    or {{ currency_of("p.sign", "null::text") }}
                    in ('{{ (currency_signs().keys() | list) | join("', '") }}')
                then {{ page_number("p.number") }}
            end
        from
            (
                select m.parts[2] as number, btrim(m.parts[1] || m.parts[3]) as sign
                from
                    (
                        select
                            regexp_match({{ page_text(text) }}, '^([^0-9]*)({{ number_in_text() }})([^0-9]*)$') as parts
                    ) as m
                offset 0
            ) as p
    )
{%- endmacro %}

{#
    How many: `3K+ bought in past month` is 3000, at least. `1,5 mil+ comprados`, `1000+ Mal im letzten Monat gekauft`,
    `過去1か月で1万点以上購入されました`. The months that a text speaks of are no count; of two numbers nobody knows which.
-#}
{% macro page_count(text) -%}
    {%- set words = [
        ("100000", "lakhs?|lacs?"),
        ("10000", "万|萬"),
        ("1000000", "millones|milhões|milioni|millions?|milyon|mio[.]?|mln[.]?|mn|m"),
        ("1000", "mila|mille|mil|tsd[.]?|tys[.]?|tusen|bin|tn|ألف|آلاف|千|k|b"),
    ] -%}
    {%- set times = "か月|カ月|ヶ月|ヵ月|months?|days?|monaten?|tagen?|mois|jours|mesi|giorni|meses|d[ií]as|maanden|dagen" -%}
    (
        select
            case
                when c.number * c.factor <= 2147483647 and c.number * c.factor = trunc(c.number * c.factor)
                then (c.number * c.factor)::integer
            end
        from
            (
                select
                    {{ page_number("m.parts[1]") }} as number,
                    case
                        {%- for factor, word in words %}
                            when m.parts[2] ~ '^({{ word }})$' then {{ factor }}
                        {%- endfor %}
                        else 1
                    end as factor
                from
                    (
                        select
                            regexp_match(
                                regexp_replace({{ page_text(text) }}, '[0-9]+ ?({{ times }})(?![a-zà-ÿ])', ' ', 'g'),
                                '^[^0-9]*({{ number_in_text() }})(?: ?({{ words | map(attribute=1) | join("|") }})(?![a-zà-ÿ]))?[^0-9]*$'
                            ) as parts
                    ) as m
                offset 0
            ) as c
    )
{%- endmacro %}

{#
    A best sellers rank in words and its category: `#1,234 in Sports (See Top 100 in Sports)`, `Nr. 1.234 in Sport`,
    `1 234 en Cuisine`, `1,234位ホーム＆キッチン`. of: `rank` or `category` (as it is written).
-#}
{% macro page_rank(text, of="rank") -%}
    {%- set before = "([#＃-]|n[r.º°o]{1,2}|plats|ranked|)" -%}
    {%- set between = "(?:位|[.:]?\\s+(?:in|en|em|i|w kategorii|w|nella categoria|في|-)\\s+)" -%}
    (
        select
            {% if of == "rank" -%} case when m.rank <= 2147483647 then m.rank::integer end
            {%- else -%} m.category
            {%- endif %}
        from
            (
                select {{ page_number("r.parts[2]") }} as rank, r.parts[3] as category
                from
                    (
                        select
                            regexp_match(
                                btrim(
                                    regexp_replace(
                                        translate({{ text }}, U&'\00A0\202F\2009\200E\200F', '   '), '[(（].*$', ''
                                    )
                                ),
                                '^{{ before }}\s*({{ number_in_text() }}){{ between }}\s*([^[:space:]].*[^[:space:]])$',
                                'i'
                            ) as parts
                    ) as r
                offset 0
            ) as m
    )
{%- endmacro %}

{#
    What a coupon takes off: `Save 10% with coupon`, `%10 kupon`, `Apply $5 coupon`. of: `ratio` (0.1, a share of the
    price) or `amount` (5, in the page's currency); null where the text tells the other, or none.
-#}
{% macro page_coupon(text, of) -%}
    {%- set signs = "[$€£¥￥₹₺]|円|\\m(?:us|ca|a|s|r|mx)[$]|\\m(?:usd|eur|gbp|cad|aud|sgd|mxn|aed|sar|egp|inr|zar|jpy|sek|pln|try|tl|kr|zł|rs)\\M[.]?" -%}
    (
        select
            {% if of == "ratio" -%} {{ page_number("coalesce(m.share[1], m.share[2])") }} / 100
            {%- else -%} case when m.share is null then {{ page_number("coalesce(m.money[1], m.money[2])") }} end
            {%- endif %}
        from
            (
                select
                    regexp_match(
                        {{ page_text(text) }},
                        '^[^0-9]*(?:([0-9]+(?:[.,][0-9]+)?) ?%|% ?([0-9]+(?:[.,][0-9]+)?))[^0-9]*$'
                    ) as share,
                    regexp_match(
                        {{ page_text(text) }},
                        '^[^0-9]*?(?:(?:{{ signs }}) ?({{ number_in_text() }})|({{ number_in_text() }}) ?(?:{{ signs }}))[^0-9]*$'
                    ) as money
                offset 0
            ) as m
    )
{%- endmacro %}

{# The same of a field that may also be a number by itself, as most actors give it. -#}
{% macro as_page_price(text) -%} coalesce({{ as_numeric(text) }}, {{ page_price(text) }}) {%- endmacro %}

{% macro as_page_count(text) -%} coalesce({{ as_integer(text) }}, {{ page_count(text) }}) {%- endmacro %}

{% macro as_page_rank(text) -%} coalesce({{ as_integer(text) }}, {{ page_rank(text) }}) {%- endmacro %}

{# Of a list its length, of an empty one nothing: an actor that was not asked for offers has none. -#}
{% macro as_offers_count(text) -%}
    case
        when {{ text }} like '[%' and pg_input_is_valid({{ text }}, 'jsonb')
        then nullif(jsonb_array_length(({{ text }})::jsonb), 0)
        else {{ as_page_count(text) }}
    end
{%- endmacro %}

{#
    What names an image, whatever size it is asked for in: of `.../images/I/71abc._AC_SX466_.jpg` it is `71abc`; an address
    of another kind by itself.
-#}
{% macro page_image(text) -%}
    coalesce(substring({{ text }} from '/images/[A-Z]/([^./?]+)'), {{ as_text(text) }})
{%- endmacro %}

{# What crawled fields say and nobody could read, as `field: text`; null where there is nothing. fields: name -> cast. -#}
{% macro unread(fields) -%}
    nullif(
        concat_ws(
            '; ',
            {%- for field, kind in fields.items() %}
                case
                    when {{ is_said(crawled(field)) }} and ({{ cast_as(kind, crawled(field)) }}) is null
                    then '{{ field }}: ' || left({{ crawled(field) }}, 80)
                end
                {{- "," if not loop.last }}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
