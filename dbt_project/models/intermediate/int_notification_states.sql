{{
    config(
        meta={
            "slice": ["store_id", "about", "subject", "date"],
            "opens": "open_notification_states",
            "reports": "none",
        },
        indexes=[
            {"columns": ["store_id", "about", "subject", "date"], "unique": true},
            {"columns": ["store_id", "about", "date"]},
        ],
    )
}}
-- The newest notification of each subject and day, of those that builds have seen. Because "newest" is a maximum, the
-- order in which loads are looked at does not matter, and what came twice changes nothing.
with
    newest as (
        select distinct on (store_id, about, subject, date) *
        from {{ sliced(ref("stg_amazon_sp__notifications__states"), keys=["load_id"], within="_changed") }} as s
        order by store_id asc, about asc, subject asc, date asc, happened_at desc, notification_id desc
    )
select n.store_id, n.tenant_id, n.about, n.subject, n.date, n.happened_at, n.notification_id, n.load_id, n.facts
from newest as n
left join
    {{ rows_before("newest") }} as w
    on n.store_id = w.store_id
    and n.about = w.about
    and n.subject = w.subject
    and n.date = w.date
where w.store_id is null or (n.happened_at, n.notification_id) >= (w.happened_at, w.notification_id)
