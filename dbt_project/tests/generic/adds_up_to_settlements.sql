{# The refunds of a day against the settlement lines that they are made of. -#}
{% test adds_up_to_settlements(model) %}
    select d.store_id, d.date, d.amount, l.amount as amount_of_lines
    from
        (
            select store_id, date, sum(profit_or_loss_amount + tax_amount + withheld_tax_amount) as amount
            from {{ rows_to_test(model) }} as t
            where basis = 'refund_date'
            group by store_id, date
        ) as d
    left join
        lateral(
            select coalesce(sum(s.amount), 0) as amount
            from {{ ref("settlement_lines") }} as s
            where s.store_id = d.store_id and s.posted_date = d.date and s.is_refund
        ) as l
        on true
    where d.amount is distinct from l.amount
{% endtest %}
