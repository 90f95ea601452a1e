{#
    Rows in another currency than the tenant's that no exchange rate of the week before converts. `day`: the column of the
    day that a rate is for. Holds up no model.
-#}
{% test has_exchange_rate(model, day="date") %}
    -- depends_on: {{ ref("inventory_health") }}
    select store_id, {{ day }}, currency, reporting_currency
    from {{ rows_to_test(model) }} as t
    where currency <> reporting_currency and fx_date is null
    group by store_id, {{ day }}, currency, reporting_currency
{% endtest %}
