-- What notifications say, each with what it is about: one row per message and subject, `facts` by the columns of the
-- staging model of its type.
{% for model, about, subject in notified_states() %}
    select
        load_id,
        store_id,
        tenant_id,
        '{{ about }}' as about,
        {{ subject }} as subject,
        date,
        happened_at,
        notification_id,
        to_jsonb(t) - '{load_id,store_id,tenant_id,date,happened_at,notification_id}'::text[] as facts
    from {{ ref("stg_amazon_sp__" ~ model) }} as t
    where {{ subject }} is not null and date is not null {{ "union all" if not loop.last }}
{% endfor %}
