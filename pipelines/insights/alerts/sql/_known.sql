-- What notifications say of a store, as far as it is known now: live kinds read it as `known`. What builds have seen is in
-- the table; what came since is read from raw, so that no alert waits for a build. Of a subject and a day there may be
-- several rows: the newest counts.
select store_id, about, subject, date, happened_at, notification_id, facts
from intermediate.int_notification_states
where store_id = %(store_id)s
union all
select store_id, about, subject, date, happened_at, notification_id, facts
from staging.stg_amazon_sp__notifications__states
where store_id = %(store_id)s and load_id = any(array(
    select c.load_id
    from ops.changes as c
    inner join ops.stores as s on c.scope_id = s.account_id
    where c.producer = 'amazon_sp.notifications' and s.store_id = %(store_id)s and not exists (
        select 1 from ops.current_marks as m
        where m.consumer = 'intermediate.int_notification_states' and pg_visible_in_snapshot(c.xid, m.seen)
    )
))
