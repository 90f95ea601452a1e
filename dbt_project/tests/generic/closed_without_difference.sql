{#
    Comparisons that are closed, and differ by more than they may. A warning: what Amazon's reports say of each other no
    build can cure, and a failure would keep the tests' mark back for good.
-#}
{% test closed_without_difference(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    select format('%s: %s, %s days from %s to %s', store_id, kind, count(*), min(date), max(date)) as named
    from {{ rows_to_test(model) }} as t
    where status = 'closed' and coalesce(abs(difference) > tolerance, true)
    group by store_id, kind
{% endtest %}
