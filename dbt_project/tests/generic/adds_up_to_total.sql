{# Settlements whose lines do not sum to the total that Amazon states. -#}
{% test adds_up_to_total(model) %}
    {{ config(severity="warn") }}
    with
        documents as (
            select distinct on (account_id, settlement_id) *
            from {{ ref("int_settlements") }}
            order by account_id, settlement_id, report_created_at desc, load_id desc
        )
    select d.account_id, d.settlement_id, d.total_amount, sum(l.amount) as sum_of_lines
    from documents as d
    left join {{ model }} as l on d.settlement_id = l.settlement_id
    left join ops.stores as s on l.store_id = s.store_id
    where
        l.store_id is null
        or s.account_id = d.account_id
        or split_part(l.store_id, ':', 2) = split_part(d.account_id, '@', 1)
    group by d.account_id, d.settlement_id, d.total_amount
    having d.total_amount is distinct from coalesce(sum(l.amount), 0)
{% endtest %}
