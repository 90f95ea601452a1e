"""The SQL of `requests.py`: one statement for each of its writes, with the conditions under which it changes a row.

Which statement is executed when, and with which values, is in `requests.py`. Leases have their SQL in `leases.py`.
"""

from __future__ import annotations

from pipelines.landing.planning.ledger_state import ALIVE

# A leased slice that still belongs to the request and has the lease's generation.
MINE = """s.feed = %(feed)s and s.scope_id = %(scope_id)s and s.request_id = %(request_id)s
  and (s.slice_key, s.generation) in (select * from unnest(%(keys)s::text[], %(generations)s::bigint[]))"""

ADD_DUE = """
insert into ops.slices (feed, scope_id, slice_key, day, state, options)
select %(feed)s, w.scope_id, w.slice_key, w.day, 'due', w.options
from unnest(%(scopes)s::text[], %(keys)s::text[], %(days)s::date[], %(options)s::jsonb[])
    as w(scope_id, slice_key, day, options)
where w.options is null or not exists (
    select from ops.slices s where s.feed = %(feed)s and s.scope_id = w.scope_id and s.day = w.day)
order by w.scope_id, w.slice_key on conflict do nothing
"""
EXPECT = """
insert into ops.expected as e (feed, scope_id, period, first_day, last_day)
select %(feed)s, w.scope_id, %(period)s, w.first_day, w.last_day
from unnest(%(scopes)s::text[], %(firsts)s::date[], %(lasts)s::date[]) as w(scope_id, first_day, last_day)
order by w.scope_id
on conflict (feed, scope_id) do update set period = excluded.period,
    first_day = least(e.first_day, excluded.first_day), last_day = greatest(e.last_day, excluded.last_day)
where e.first_day > excluded.first_day or e.last_day < excluded.last_day or e.period <> excluded.period
"""
LOOKED = """
insert into ops.looks as l (feed, scope_id, day)
select %(feed)s, w.scope_id, w.day from unnest(%(scopes)s::text[], %(days)s::date[]) as w(scope_id, day)
order by w.scope_id on conflict (feed, scope_id) do update set day = excluded.day where l.day < excluded.day
"""
MISSING = """
insert into ops.slices (feed, scope_id, slice_key, day, state, reason)
select %(feed)s, %(scope_id)s, w.day::text, w.day, 'unavailable', %(reason)s from unnest(%(days)s::date[]) as w(day)
order by w.day on conflict do nothing
"""
WAITING = """
insert into ops.slices (feed, scope_id, slice_key, day, state, reason)
select %(feed)s, %(scope_id)s, w.day::text, w.day, 'due', %(reason)s from unnest(%(days)s::date[]) as w(day)
order by w.day on conflict do nothing
"""
# A period that is asked for in parts has one row without a part until its parts are known. Deletes that row then.
PARTS_KNOWN = """
delete from ops.slices s using unnest(%(scopes)s::text[], %(days)s::date[]) as w(scope_id, day)
where s.feed = %(feed)s and s.scope_id = w.scope_id and s.slice_key = w.day::text and s.state = 'due'
"""
REQUESTED = f"""
with mine as (update ops.slices s set state = 'requested' where {MINE} returning s.slice_key)
update ops.requests set state = 'requested', remote_id = %(remote_id)s, remote_created_at = %(created_at)s,
    origin = %(origin)s, details = details || %(details)s, updated_at = clock_timestamp()
where request_id = %(request_id)s and exists (select from mine)
"""  # noqa: S608
# The source answered with a report that another request of ours has: the slices are moved to that request.
JOIN = f"""
with known as (
    update ops.requests set state = 'requested', reason = null, updated_at = clock_timestamp()
    where feed = %(feed)s and scope_id = %(scope_id)s and remote_id = %(remote_id)s returning request_id
), ours as (
    update ops.requests set state = 'lost', reason = %(reason)s, details = details || %(details)s,
        updated_at = clock_timestamp()
    where request_id = %(request_id)s
)
update ops.slices s set state = 'requested', request_id = known.request_id from known where {MINE}
returning s.request_id
"""  # noqa: S608
READY = f"""
with mine as (update ops.slices s set state = 'ready' where {MINE} returning s.slice_key)
update ops.requests set state = 'ready', document_id = %(document_id)s, remote_created_at = %(created_at)s,
    details = details || %(details)s, updated_at = clock_timestamp()
where request_id = %(request_id)s and exists (select from mine)
"""  # noqa: S608
ENDED = f"""
with mine as (
    update ops.slices s set claimed_by = null,
        state = case when kept then case when s.current_load_id is null then 'empty' else 'loaded' end
                     else %(state)s end,
        reason = case when kept then 'It was asked for again, and what was here before stays: ' || %(reason)s
                      else %(reason)s end,
        next_try_at = case when not kept then %(next_try_at)s::timestamptz end,
        attempts = case when kept then 0 when %(state)s = 'due' then greatest(s.attempts - 1, 0) else s.attempts end
    from (select slice_key as key, %(keep)s and checked_at is not null as kept from ops.slices
          where feed = %(feed)s and scope_id = %(scope_id)s and slice_key = any(%(keys)s)) as before
    where s.slice_key = before.key and {MINE} returning s.slice_key
)
update ops.requests set state = %(request_state)s, reason = %(reason)s, details = details || %(details)s,
    updated_at = clock_timestamp()
where request_id = %(request_id)s and exists (select from mine)
"""  # noqa: S608
# load_document has written the state and the reason of a quarantined slice. Its next try is written here.
QUARANTINED = """
update ops.slices set next_try_at = %(next_try_at)s, claimed_by = null
where feed = %(feed)s and scope_id = %(scope_id)s and slice_key = any(%(keys)s) and state = 'quarantined'
"""
EMPTY = f"""
with request as (
    update ops.requests set state = 'cancelled', reason = %(reason)s, remote_created_at = %(checked_at)s,
        updated_at = clock_timestamp()
    where request_id = %(request_id)s
), changed as (
    update ops.slices s set state = 'empty', reason = null, checked_at = %(checked_at)s, next_try_at = null,
        attempts = 0, claimed_by = null, current_load_id = case when %(keep)s then s.current_load_id end
    where {MINE} returning s.*
), history as (
    insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id)
    select feed, scope_id, slice_key, day, instant, null from changed where not %(keep)s
), change as (
    insert into ops.changes (producer, scope_id, window_start, window_end)
    select %(feed)s, %(scope_id)s, min(day), max(day) from changed having count(*) > 0
)
select count(*) from changed
"""  # noqa: S608
REFUSE = f"""
update ops.slices s set state = 'refused', reason = %(reason)s, next_try_at = %(next_try_at)s,
    request_id = %(request_id)s
from unnest(%(keys)s::text[], %(generations)s::bigint[]) as w(slice_key, generation)
where s.feed = %(feed)s and s.scope_id = %(scope_id)s and s.slice_key = w.slice_key and s.generation = w.generation
  and s.state not in ('requesting', 'requested', 'ready') and (s.claimed_by is null or s.claimed_by not in ({ALIVE}))
returning s.slice_key
"""  # noqa: S608
GONE = f"""
update ops.slices s set state = 'unavailable', next_try_at = null,
    reason = concat_ws(' ', %(reason)s::text, 'Before that: ' || s.reason)
from unnest(%(keys)s::text[], %(generations)s::bigint[]) as w(slice_key, generation)
where s.feed = %(feed)s and s.scope_id = %(scope_id)s and s.slice_key = w.slice_key and s.generation = w.generation
  and (s.claimed_by is null or s.claimed_by not in ({ALIVE}))
"""  # noqa: S608
PUT_BACK = f"""
with mine as (
    update ops.slices s set claimed_by = null, reason = %(reason)s, next_try_at = %(next_try_at)s
    where {MINE} returning s.slice_key
)
update ops.requests set details = details || %(details)s, updated_at = clock_timestamp()
where request_id = %(request_id)s and exists (select from mine)
"""  # noqa: S608
REMOTE_IDS = """
select remote_id from ops.requests
where feed = %(feed)s and scope_id = %(scope_id)s and remote_id = any(%(remote_ids)s)
"""
REMOTE_IDS_WITHOUT_LOAD = REMOTE_IDS + " and (state <> 'done' or details ? 'quarantined_rows')"
LISTING_FAILED = """
with request as (
    insert into ops.requests (feed, scope_id, origin, state, intent_at, reason, details)
    values (%(feed)s, %(scope_id)s, 'listed', 'failed', %(now)s, %(reason)s, %(details)s) returning request_id
)
insert into ops.slices (feed, scope_id, slice_key, day, state, reason, next_try_at, attempts, request_id)
select %(feed)s, %(scope_id)s, %(key)s, %(day)s, %(state)s, %(reason)s, %(next_try_at)s, %(attempts)s, request_id
from request
on conflict (feed, scope_id, slice_key) do update set day = excluded.day, state = excluded.state,
    reason = excluded.reason, next_try_at = excluded.next_try_at, attempts = excluded.attempts,
    request_id = excluded.request_id
"""
OTHERS_ASKING = """
select 1 from ops.requests
where feed = %(feed)s and scope_id = %(scope_id)s and request_id <> %(request_id)s and state = 'requesting'
  and window_start is not distinct from %(start)s and window_end is not distinct from %(end)s limit 1
"""
SAME_WINDOW = """
select max(remote_created_at) from ops.requests
where feed = %(feed)s and scope_id = %(scope_id)s and request_id <> %(request_id)s
  and window_start is not distinct from %(start)s and window_end is not distinct from %(end)s
  and details -> 'slice' is not distinct from %(slice)s::jsonb
  and state in ('requested', 'ready', 'done') and remote_created_at between %(since)s and %(until)s
"""
