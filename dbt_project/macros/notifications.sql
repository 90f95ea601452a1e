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

{# The id of a notification in raw, as the index on it has it (Section.key of the feed). -#}
{% macro notification_id(row) -%}
    coalesce(
        {{ row }}.item #>> '{NotificationMetadata,NotificationId}',
        {{ row }}.item #>> '{notificationMetadata,notificationId}'
    )
{%- endmacro %}

{# Staging models of notifications: what they are about, and the column (or expression) that says of which subject. -#}
{% macro notified_states() %}
    {{
        return(
            [
                ("listing_status_changes", "listing_status", "sku"),
                ("listing_issue_changes", "listing_issues", "sku"),
                ("fba_availability_changes", "fba_availability", "sku"),
                ("asin_availability", "asin_availability", "asin"),
                ("offer_changes", "offers", "asin"),
                ("pricing_health_issues", "pricing_health", "asin"),
                ("content_changes", "content", "asin"),
                ("order_changes", "order", "concat_ws(' ', amazon_order_id, order_item_id)"),
                ("posted_transactions", "transaction", "notification_id"),
            ]
        )
    }}
{% endmacro %}

{#
    int_notification_states: slices follow from the rows of the loads that came. Of accounts whose stores are others now,
    all loads count as such, and what is there of them goes.
-#}
{% macro open_notification_states() %}
    insert into _changed(producer, scope_id, load_id)
    select 'amazon_sp.notifications', l.scope_id, l.load_id
    from {{ current_loads("amazon_sp.notifications") }} as l
    where l.scope_id in {{ accounts_that_changed() }};
    insert into _slices
    select t.store_id, t.about, t.subject, t.date
    from {{ this }} as t
    left join ops.stores as s on t.store_id = s.store_id
    where s.store_id is null or s.account_id in {{ accounts_that_changed() }};
{% endmacro %}
