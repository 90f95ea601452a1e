-- What notifications say, as far as it is known now: the newest message of each subject and day. What builds have
-- seen is
-- in the table below; what came since is read from raw, so that alerts do not wait for a build.
select store_id, tenant_id, about, subject, date, happened_at, notification_id, facts
from {{ ref("int_notification_states") }}
{% if not var("as_of") %}
    union all
    select store_id, tenant_id, about, subject, date, happened_at, notification_id, facts
    from {{ ref("stg_amazon_sp__notifications__states") }}
    where
        load_id = any(
            array(
                select c.load_id
                from ops.changes as c
                where
                    c.producer = 'amazon_sp.notifications'
                    and c.load_id is not null
                    and not exists (
                        select 1
                        from ops.current_marks as m
                        where
                            m.consumer = '{{ relation_name(ref("int_notification_states")) }}'
                            and pg_visible_in_snapshot(c.xid, m.seen)
                    )
            )
        )
{% endif %}
