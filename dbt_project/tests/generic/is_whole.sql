{# Settlements whose lines do not sum to the total that Amazon states in the same document. -#}
{% test is_whole(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    select concat(store_id, ' ', settlement_id, ': ', total_amount, ', lines ', lines_amount) as named
    from {{ model }}
    where difference is distinct from 0
{% endtest %}
