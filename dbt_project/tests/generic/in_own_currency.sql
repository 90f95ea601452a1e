{# Pages that were shown in another currency than the marketplace's, by store. -#}
{% test in_own_currency(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    select
        format(
            '%s: %s pages in %s from %s to %s', store_id, count(*), price_other_currency, min(date), max(date)
        ) as named
    from {{ rows_to_test(model) }} as t
    where price_other_currency is not null
    group by store_id, price_other_currency
{% endtest %}
