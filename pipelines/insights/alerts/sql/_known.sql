-- What notifications say of a store, as far as it is known now: live kinds read it as `known`. What builds have seen is in
-- the table; what came since is read from raw, so that no alert waits for a build. Of a subject and a day there may be
-- several rows: the newest counts. Of what lasts until the next message ({lasting}) the newest row before the days that
-- are looked at is there too, by a step of the index for each subject: so a look costs what there is, not what there was.
with recursive subject as (
    select a.about, (
        select min(t.subject) from intermediate.int_notification_states as t
        where t.store_id = %(store_id)s and t.about = a.about
    ) as subject
    from unnest(array[{lasting}]::text[]) as a (about)
    union all
    select s.about, (
        select min(t.subject) from intermediate.int_notification_states as t
        where t.store_id = %(store_id)s and t.about = s.about and t.subject > s.subject
    )
    from subject as s where s.subject is not null
)
select store_id, about, subject, date, happened_at, notification_id, facts
from intermediate.int_notification_states
where store_id = %(store_id)s and about in ({abouts}) and date > %(first)s::date - %(read_days)s::int
union all
select n.store_id, n.about, n.subject, n.date, n.happened_at, n.notification_id, n.facts
from subject as s
cross join lateral (
    select t.* from intermediate.int_notification_states as t
    where t.store_id = %(store_id)s and t.about = s.about and t.subject = s.subject
        and t.date <= %(first)s::date - %(read_days)s::int
    order by t.date desc limit 1
) as n
union all
select n.store_id, n.about, n.subject, n.date, n.happened_at, n.notification_id, n.facts
from (
    select c.load_id
    from ops.changes as c
    inner join ops.stores as s on c.scope_id = s.account_id
    where c.producer = 'amazon_sp.notifications' and s.store_id = %(store_id)s and not exists (
        select 1 from ops.current_marks as m
        where m.consumer = 'intermediate.int_notification_states' and pg_visible_in_snapshot(c.xid, m.seen)
    )
) as new
cross join lateral (
    -- `offset 0` keeps the condition in here: the index of loads is used, however many rows the planner expects
    select t.* from staging.stg_amazon_sp__notifications__states as t
    where t.load_id = new.load_id and t.store_id = %(store_id)s and t.about in ({abouts})
    offset 0
) as n
