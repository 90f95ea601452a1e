{#
    Rows of the ledger whose movements do not lead from opening to closing: an error where the day is closed. Holds up no
    model.
-#}
{% test ledger_adds_up(model) %}
    {{
        config(
            fail_calc="coalesce(sum(case status when 'closed' then 1000000 else 1 end), 0)",
            warn_if="> 0",
            error_if=">= 1000000",
        )
    }}
    -- depends_on: {{ ref("inventory_health") }}
    select store_id, date, fnsku, disposition, opening_quantity, closing_quantity, difference, status
    from {{ rows_to_test(model) }} as t
    where difference is distinct from 0
{% endtest %}
