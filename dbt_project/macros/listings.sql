{#
    stg_amazon_sp__merchant_listings: what the report says in the language of its marketplace, in English. What is not
    known stays as it is.
-#}
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
