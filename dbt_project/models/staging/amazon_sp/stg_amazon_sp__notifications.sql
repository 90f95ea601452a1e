-- One row per notification, however often it came: as it was written down first. Types differ in how they write names.
select distinct
    on (notification_id) load_id, row_seq, account_id, notification_id, notification_type, happened_at, payload
from
    (
        select
            r.load_id,
            r.row_seq,
            l.scope_id as account_id,
            coalesce(
                r.item -> 'NotificationMetadata' ->> 'NotificationId',
                r.item -> 'notificationMetadata' ->> 'notificationId'
            ) as notification_id,
            coalesce(r.item ->> 'NotificationType', r.item ->> 'notificationType') as notification_type,
            {{ as_timestamp("coalesce(r.item ->> 'EventTime', r.item ->> 'eventTime')") }} as happened_at,
            coalesce(r.item -> 'Payload', r.item -> 'payload') as payload
        from {{ source("amazon_sp", "notifications") }} as r
        inner join {{ current_loads("amazon_sp.notifications") }} as l on r.load_id = l.load_id
    ) as m
order by notification_id, load_id, row_seq
