{{
    config(
        meta={"slice": ["store_id"], "reports": "listed"},
        indexes=[{"columns": ["store_id"], "unique": true}],
        pre_hook="{{ open_changes(['']) }} {{ open_differing_stores() }}",
    )
}}
-- The stores as the marts were built with: a store that is new or has moved, or a tenant's other reporting currency, is
-- a change of everything its account has.
select
    s.store_id,
    s.tenant_id,
    s.account_id,
    s.marketplace_id,
    s.sales_channel,
    s.currency,
    s.time_zone,
    s.cost_method,
    t.reporting_currency
from ops.stores as s
inner join ops.tenants as t on s.tenant_id = t.tenant_id
{% if by_slices() %} where s.store_id in (select store_id from _slices) {% endif %}
