{#
    Rows of the ledger whose movements do not lead from opening to closing, by store. A warning: it is what Amazon says,
    and no build can cure it.
-#}
{% test ledger_adds_up(model) %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    -- depends_on: {{ ref("inventory_health") }}
    select
        format(
            '%s: %s rows from %s to %s, of which %s are closed',
            store_id,
            count(*),
            min(date),
            max(date),
            count(*) filter (where status = 'closed')
        ) as named
    from {{ rows_to_test(model) }} as t
    where difference is distinct from 0
    group by store_id
{% endtest %}
