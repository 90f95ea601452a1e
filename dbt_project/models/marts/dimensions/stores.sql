{{
    config(
        meta={"slice": ["store_id"], "reports": "stores"},
        indexes=[{"columns": ["store_id"], "unique": true}],
        pre_hook="{{ open_described_stores() }}",
    )
}}
-- depends_on: {{ ref("int_stores") }}
-- What every store_id of the marts stands for, in words.
select
    d.store_id,
    d.tenant_id,
    d.tenant_name,
    d.label,
    d.is_configured,
    d.seller_id,
    d.country,
    d.marketplace_id,
    d.sales_channel,
    d.currency,
    d.time_zone,
    d.reporting_currency
{% if by_slices() %} from _described as d where d.store_id in (select store_id from _slices)
{% else %} from {{ described_stores() }} as d
{% endif %}
