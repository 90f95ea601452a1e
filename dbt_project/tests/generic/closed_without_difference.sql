{#
    Comparisons that are closed, and differ by more than they may. A warning: what Amazon's reports say of each other no
    build can cure, and a failure would keep the tests' mark back for good.
-#}
{% test closed_without_difference(model) %}
    {{ config(severity="warn") }}
    select store_id, date, kind, amount, compared_amount, difference, tolerance
    from {{ rows_to_test(model) }} as t
    where status = 'closed' and coalesce(abs(difference) > tolerance, true)
{% endtest %}
