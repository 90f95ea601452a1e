{# What the lines of settlements are about: the rule by which rows of the seed settlement_kinds match them. -#}
{# pipelines/local/kinds.py has the same rule for files that are not imported; a test holds the two equal. -#}
{#
    What is compared of a label: its letters and digits, in lower case. Amazon writes `Fixed closing fee` and
    `FixedClosingFee`, `Long-Term` and `Long Term`. Of a pattern its `%` stays. Letters are those of a to z and what stands
    behind U+00C0, but for punctuation, so that the database's locale does not matter.
-#}
{% macro compact(text, pattern=false) -%}
    regexp_replace(lower(coalesce({{ text }}, '')), '[^a-z0-9{{ "%" if pattern }}\u00c0-\u1fff\u3040-\ufdff]', '', 'g')
{%- endmacro %}

{#
    A line's label, of compact names: its description, or what that is a part of. Since 2026 the name of a fee stands in the
    amount type, and `Base fee` or `Discount on fee` in the description (amzn/selling-partner-api-models#5353); of ads
    it is `TransactionTotalAmount`. A fee's tax is `Tax on fee` there, and the fee's name with the tax behind it in India.
-#}
{% macro label_of_line(type_name, description) -%}
    case
        when {{ description }} in ('', 'basefee', 'basecharge', 'discountonfee', 'transactiontotalamount')
        then {{ type_name }}
        when {{ description }} ~ '^(?!tcs|tds).+([cis]|ut)gst$' and {{ type_name }} not in ('itemprice', 'promotion')
        then 'taxonfee'
        else {{ description }}
    end
{%- endmacro %}

{# settlement_lines: whether a line with this compact transaction type belongs to a buyer's refund. -#}
{% macro is_refund_type(transaction_name) -%}
    {{ transaction_name }} ~ '(^atoz|chargeback|(?<!fee)refund)'
{%- endmacro %}

{#
    settlement_lines, and the test that holds it equal to Python's: the rows of `labels` (transaction_type, amount_type,
    amount_description) with `kind`: of the seed's rows that match the most specific one (seeds/_seeds.yml says which that
    is), else `unknown`; and with the compact names.
-#}
{% macro kinds_of(labels) -%}
    with
        patterns as materialized(
            select
                kind,
                {{ compact("transaction_type", pattern=true) }} as transaction_type,
                {{ compact("amount_type", pattern=true) }} as amount_type,
                {{ compact("amount_description", pattern=true) }} as amount_description
            from {{ ref("settlement_kinds") }}
        )
    select n.*, coalesce(k.kind, 'unknown') as kind
    from
        (
            select m.*, {{ label_of_line("m.type_name", "m.description_name") }} as label
            from
                (
                    select
                        l.*,
                        {{ compact("l.transaction_type") }} as transaction_name,
                        {{ compact("l.amount_type") }} as type_name,
                        {{ compact("l.amount_description") }} as description_name
                    from {{ labels }} as l
                ) as m
        ) as n
    left join
        lateral(
            select s.kind
            from patterns as s
            where
                n.transaction_name like s.transaction_type
                and n.type_name like s.amount_type
                and n.label like s.amount_description
            order by
                length(replace(s.amount_description, '%', '')) desc,
                length(replace(s.amount_type, '%', '')) desc,
                length(replace(s.transaction_type, '%', '')) desc,
                length(s.amount_description || s.amount_type || s.transaction_type) asc,
                s.amount_description collate "C" asc,
                s.amount_type collate "C" asc,
                s.transaction_type collate "C" asc
            limit 1
        ) as k
        on true
{%- endmacro %}
