-- One row per notification, however often it came: as it was written down first. Types differ in how they write names.
-- Doubles are looked up by the index on notification ids (Section.key): who asks for some loads reads only those.
with
    message as (
        select r.load_id, r.row_seq, l.scope_id as account_id, {{ notification_id("r") }} as notification_id, r.item
        from {{ source("amazon_sp", "notifications") }} as r
        inner join {{ current_loads("amazon_sp.notifications") }} as l on r.load_id = l.load_id
    )
select
    m.load_id,
    m.row_seq,
    m.account_id,
    m.notification_id,
    coalesce(m.item ->> 'NotificationType', m.item ->> 'notificationType') as notification_type,
    {{ as_timestamp("coalesce(m.item ->> 'EventTime', m.item ->> 'eventTime')") }} as happened_at,
    coalesce(m.item -> 'Payload', m.item -> 'payload') as payload
from message as m
where
    not exists (
        select 1
        from {{ source("amazon_sp", "notifications") }} as e
        inner join {{ current_loads("amazon_sp.notifications") }} as l on e.load_id = l.load_id
        where {{ notification_id("e") }} = m.notification_id and (e.load_id, e.row_seq) < (m.load_id, m.row_seq)
    )
