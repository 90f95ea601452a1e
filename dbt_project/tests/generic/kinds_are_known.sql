{# What settlements have and no row of the seed settlement_kinds names, and in which stores; `named` is told. -#}
{% test kinds_are_known(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    select
        concat_ws(' / ', transaction_type, amount_type, amount_description)
        || ' ('
        || string_agg(distinct store_id, ', ')
        || ')' as named,
        count(*) as lines
    from {{ model }}
    where kind = 'unknown'
    group by transaction_type, amount_type, amount_description
{% endtest %}
