{# Settlements whose lines do not sum to the total that Amazon states in the same document. -#}
{% test adds_up_to_total(model) %}
    {{ config(severity="warn") }}
    select account_id, settlement_id, total_amount, lines_amount
    from
        (
            select distinct on (account_id, settlement_id) *
            from {{ model }}
            order by account_id, settlement_id, report_created_at desc, load_id desc
        ) as newest
    where total_amount is distinct from lines_amount
{% endtest %}
