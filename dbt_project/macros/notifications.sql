{#
    Notifications of one type, each once: `payload` with the names that Amazon's schema gives, and the store it is of.
    place: the text path (jsonb operators, on n.payload) of its marketplace id. Types are spelled as schemas spell them.
-#}
{% macro notified(types, place) -%}
    select
        n.load_id,
        s.store_id,
        s.tenant_id,
        n.notification_id,
        n.happened_at,
        (n.happened_at at time zone s.time_zone)::date as date,
        n.payload
    from {{ ref("stg_amazon_sp__notifications") }} as n
    inner join ops.stores as s on n.account_id = s.account_id and s.marketplace_id = {{ place }}
    where n.notification_type in ({% for type in types %}'{{ type }}'{% if not loop.last %}, {% endif %} {% endfor %})
{%- endmacro %}
