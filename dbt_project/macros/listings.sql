{# What the listings report says in the language of its marketplace, in English. What is not known stays as it is. -#}
{% macro listing_status(column) -%}
    {%- set words = {
        "Active": [
            "active",
            "aktiv",
            "actif",
            "attivo",
            "activo",
            "ativo",
            "actief",
            "aktywny",
            "aktywna",
            "etkin",
            "aktif",
            "出品中",
            "アクティブ",
            "在售",
            "有效",
            "نشط",
        ],
        "Inactive": [
            "inactive",
            "inaktiv",
            "inactif",
            "inattivo",
            "non attivo",
            "inactivo",
            "inativo",
            "inactief",
            "nieaktywny",
            "nieaktywna",
            "etkin değil",
            "pasif",
            "停止中",
            "非アクティブ",
            "停售",
            "无效",
            "غير نشط",
        ],
        "Incomplete": [
            "incomplete",
            "unvollständig",
            "incomplet",
            "incompleto",
            "onvolledig",
            "niekompletny",
            "niekompletna",
            "ofullständig",
            "eksik",
            "不完全",
            "不完整",
            "غير مكتمل",
        ],
    } -%}
    case
        {%- for word, meant in words.items() %}
            when
                lower(btrim({{ column }}))
                in ({% for each in meant %}'{{ each }}'{{ ", " if not loop.last }}{% endfor %})
            then '{{ word }}'
        {%- endfor %}
        else {{ as_text(column) }}
    end
{%- endmacro %}

{#
    Who ships a listing: DEFAULT is the merchant, AMAZON_NA, AMAZON_EU and their like are Amazon; so are the words that
    reports of other kinds and languages have for them.
-#}
{% macro shipped_by(column) -%}
    case
        when
            upper({{ column }}) in (
                'DEFAULT',
                'MERCHANT',
                'MFN',
                'FBM',
                'HÄNDLER',
                'VERKÄUFER',
                'VENDEUR',
                'VENDITORE',
                'VENDEDOR',
                'VERKOPER',
                'SPRZEDAWCA',
                'SÄLJARE',
                'SATICI',
                '出品者',
                '卖家'
            )
        then 'Merchant'
        when upper({{ column }}) like 'AMAZON%' or upper({{ column }}) in ('AFN', 'FBA', '亚马逊')
        then 'Amazon'
    end
{%- endmacro %}
