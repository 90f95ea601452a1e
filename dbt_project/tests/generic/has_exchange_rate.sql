{#
    Rows in another currency than the tenant's that no exchange rate of the week before converts: by store. `day`: the
    column of the day that a rate is for. A warning: what one tenant lacks must not hold up others.
-#}
{% test has_exchange_rate(model, day="date") %}
    {{ config(severity="warn", meta={"told": "named"}) }}
    -- depends_on: {{ ref("inventory_health") }}
    select
        format(
            '%s: no rate of %s to %s for %s days from %s to %s',
            store_id,
            currency,
            reporting_currency,
            count(distinct {{ day }}),
            min({{ day }}),
            max({{ day }})
        ) as named
    from {{ rows_to_test(model) }} as t
    where currency <> reporting_currency and fx_date is null
    group by store_id, currency, reporting_currency
{% endtest %}
