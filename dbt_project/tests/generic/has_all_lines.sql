{# Settlements whose sums do not have every line of the document that counts. -#}
{% test has_all_lines(model) %}
    select d.settlement_id, d.lines_amount as lines_of_document, m.lines_amount
    from
        (
            select distinct on (account_id, settlement_id) account_id, settlement_id, lines_amount
            from {{ ref("int_settlements") }}
            order by account_id, settlement_id, report_created_at desc, load_id desc
        ) as d
    left join {{ model }} as m on d.settlement_id = m.settlement_id
    where d.lines_amount is distinct from m.lines_amount
{% endtest %}
