{# Comparisons that are closed, and differ by more than they may. -#}
{% test closed_without_difference(model) %}
    select store_id, date, kind, amount, compared_amount, difference, tolerance
    from {{ rows_to_test(model) }} as t
    where status = 'closed' and coalesce(abs(difference) > tolerance, true)
{% endtest %}
