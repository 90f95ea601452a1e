"""Restores the ledger from the archive's manifests (`archive/manifests.py`): adds what the ledger does not know.

Added loads and requests get new ids, in the order of the old ones. What the ledger knows is not changed, except for
slices of which the archive knows a newer state. The documents themselves are read by `replay.py`.

Up to a moment, only what was known then is added. Nothing is taken away: `check_moment` refuses a ledger that knows
more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError
from pipelines.landing.archive import manifests

if TYPE_CHECKING:
    import psycopg

    from pipelines.landing.archive.store import Archive

log = logging.getLogger(__name__)

# The key by which a request is recognised in another ledger: its report's id, or, before it has one, the time of its
# intent, its window and its instant.
_KEY = """concat_ws('|', {0}.feed, {0}.scope_id, coalesce({0}.remote_id, concat_ws(
    ',', extract(epoch from {0}.intent_at), {0}.window_start, {0}.window_end, extract(epoch from {0}.instant))))"""

_READ = f"""
create temp table _requests on commit drop as
select e.number, r.value as content, p.request_id as old_id, {_KEY.format("p")} as key, p.intent_at, p.updated_at
from _entries e, jsonb_array_elements(e.entry -> 'requests') r,
    lateral jsonb_populate_record(null::ops.requests, r.value) p;

create temp table _loads on commit drop as
select distinct on (p.feed, p.scope_id, p.loaded_at)
    e.number, e.entry -> 'load' as content, p.feed, p.scope_id, p.loaded_at, p.load_id as old_id,
    p.request_id as old_request, e.entry ->> 'ledger' as ledger
from _entries e, lateral jsonb_populate_record(null::ops.loads, e.entry -> 'load') p
where jsonb_typeof(e.entry -> 'load') = 'object'
order by p.feed, p.scope_id, p.loaded_at, e.entry ->> 'kind' = 'loaded' desc, e.number;

create temp table _slices on commit drop as
select e.number, s.value as content, p.feed, p.scope_id, p.slice_key, p.day, p.instant, p.updated_at,
    p.request_id as old_request, (s.value ->> 'load_at')::timestamptz as load_at,
    (s.value ->> 'known_from')::timestamptz as known_from
from _entries e, jsonb_array_elements(e.entry -> 'slices') s,
    lateral jsonb_populate_record(null::ops.slices, s.value) p;

create temp table _rejected on commit drop as
select e.number, r.ordinality, r.value as content, p.feed, p.scope_id, p.file_line, p.rejected_at,
    p.request_id as old_request, (e.entry -> 'load' ->> 'loaded_at')::timestamptz as load_at
from _entries e, jsonb_array_elements(e.entry -> 'rejected') with ordinality r,
    lateral jsonb_populate_record(null::ops.rejected_rows, r.value) p;
analyze _requests, _loads, _slices, _rejected
"""  # noqa: S608

_ADD_REQUESTS = f"""
insert into ops.requests overriding system value
select p.* from (
    select content || jsonb_build_object('request_id', nextval(pg_get_serial_sequence('ops.requests', 'request_id')))
        as content
    from (
        select content from (
            select distinct on (key) content, key, intent_at, old_id from _requests order by key, updated_at desc
        ) newest
        where key not in (select {_KEY.format("r")} from ops.requests r)
        order by intent_at, old_id
    ) missing
) numbered, lateral jsonb_populate_record(null::ops.requests, content) p;

create temp table _known_requests on commit drop as
select o.number, o.old_id, r.request_id
from (select distinct number, old_id, key from _requests) o join ops.requests r on o.key = {_KEY.format("r")};
create index on _known_requests (number, old_id);
analyze _known_requests
"""  # noqa: S608

_ADD_LOADS = """
create temp table _added on commit drop as
select l.number, l.content, nextval(pg_get_serial_sequence('ops.loads', 'load_id')) as load_id
from (
    select * from (select *, min(loaded_at) over (partition by ledger) as begun from _loads) l
    where not exists (
        select from ops.loads k where (k.feed, k.scope_id, k.loaded_at) = (l.feed, l.scope_id, l.loaded_at)
    )
    order by l.begun, l.ledger, l.old_id, l.loaded_at
) l;

insert into ops.loads overriding system value
select p.* from _added a
left join _known_requests r on r.number = a.number and r.old_id = (a.content ->> 'request_id')::bigint,
    lateral jsonb_populate_record(null::ops.loads, a.content || jsonb_build_object(
        'load_id', a.load_id, 'request_id', r.request_id)) p
order by a.load_id;

create temp table _known_loads on commit drop as select load_id, feed, scope_id, loaded_at from ops.loads;
create index on _known_loads (feed, scope_id, loaded_at);
analyze _known_loads
"""

# Adds the newest state of each slice. A row of the ledger that is newer, or leased now, stays as it is.
_ADD_SLICES = """
insert into ops.slices as s
select p.* from (
    select distinct on (feed, scope_id, slice_key) * from _slices
    order by feed, scope_id, slice_key, updated_at desc, number desc
) n
left join _known_requests r on r.number = n.number and r.old_id = n.old_request
left join _known_loads l on (l.feed, l.scope_id, l.loaded_at) = (n.feed, n.scope_id, n.load_at),
    lateral jsonb_populate_record(null::ops.slices, n.content || jsonb_build_object(
        'current_load_id', l.load_id, 'request_id', r.request_id, 'generation', 0,
        'changed_xid', pg_current_xact_id()::text)) p
on conflict (feed, scope_id, slice_key) do update
set state = excluded.state, reason = excluded.reason, instant = excluded.instant,
    current_load_id = excluded.current_load_id, request_id = excluded.request_id, checked_at = excluded.checked_at,
    next_try_at = excluded.next_try_at, attempts = excluded.attempts, options = excluded.options,
    updated_at = excluded.updated_at, changed_xid = excluded.changed_xid
where s.updated_at < excluded.updated_at and s.claimed_by is null
"""

_ADD_HISTORY = """
insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id, known_from)
select n.feed, n.scope_id, n.slice_key, n.day, n.instant, l.load_id, n.known_from
from _slices n
left join _known_loads l on (l.feed, l.scope_id, l.loaded_at) = (n.feed, n.scope_id, n.load_at)
where n.known_from is not null and (n.load_at is null or l.load_id is not null)
order by n.known_from
on conflict do nothing
"""

_ADD_REJECTED = """
insert into ops.rejected_rows (feed, scope_id, request_id, load_id, file_line, row_text, reason, order_key, rejected_at)
select p.feed, p.scope_id, r.request_id, l.load_id, p.file_line, p.row_text, p.reason, p.order_key, p.rejected_at
from _rejected n
left join _known_requests r on r.number = n.number and r.old_id = n.old_request
left join _known_loads l on (l.feed, l.scope_id, l.loaded_at) = (n.feed, n.scope_id, n.load_at),
    lateral jsonb_populate_record(null::ops.rejected_rows, n.content) p
where not exists (
    select from ops.rejected_rows k
    where (k.feed, k.scope_id, k.rejected_at, k.file_line) = (n.feed, n.scope_id, n.rejected_at, n.file_line)
)
order by n.rejected_at, n.number, n.ordinality
"""

_ADD_EXPECTED = """
insert into ops.expected as k
select distinct on (p.feed, p.scope_id) p.*
from _entries e, jsonb_array_elements(e.entry -> 'expected') x,
    lateral jsonb_populate_record(null::ops.expected, x.value) p
order by p.feed, p.scope_id, p.last_day desc
on conflict (feed, scope_id) do update
set period = excluded.period, first_day = least(k.first_day, excluded.first_day), last_day = excluded.last_day
where k.last_day < excluded.last_day
"""

# Adds changes for the restored loads, so that the dbt models take them in.
_ADD_CHANGES = """
insert into ops.changes (producer, scope_id, window_start, window_end, load_id)
select l.feed, l.scope_id, min(h.day), max(h.day), l.load_id
from _added a join ops.loads l using (load_id) left join ops.slice_history h using (load_id)
group by l.feed, l.scope_id, l.load_id order by l.load_id
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """Numbers of what was added to the ledger. slices: those that are new, or were older in the ledger."""

    loads: int
    slices: int


def check_moment(until: datetime, newest: datetime | None) -> None:
    """Refuse to restore a moment into a ledger that knows more. newest: when it last learned something, if ever.

    Raises ConfigError.
    """
    if newest is not None and newest > until:
        raise ConfigError(
            f"This warehouse has learned more since {_utc(until)}, last at {_utc(newest)}, and a replay takes nothing "
            "away. Nothing was changed: replay into an empty home (TRADEWIND_HOME) with a copy of this archive, or "
            "into a backup that is older, as docs/operations.md shows. To see the marts of that moment beside those of "
            f"today: `tradewind transform --as-of {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}`."
        )


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def restore(conn: psycopg.Connection, archive: Archive, until: datetime | None = None) -> Restored:
    """Add to the ledger what only the archive's manifests know, in one transaction. conn: autocommit.

    until: with a time zone; only what was known at that moment. Raises ArchiveError if a manifest cannot be read,
    ConfigError if the ledger knows more than what was known then.
    """
    with conn.transaction():
        if until is not None:
            # A slice keeps the time of its state, so that a later replay knows which is newer. It waits for loads.
            conn.execute("alter table ops.slices disable trigger touch_slice")
            check_moment(until, _newest(conn))
        conn.execute(
            "create temp table _entries (number bigint generated always as identity, entry jsonb not null) "
            "on commit drop"
        )
        with conn.cursor().copy("copy _entries (entry) from stdin") as copy:
            for line in manifests.read_all(archive, until):
                copy.write_row((line,))
        conn.execute("analyze _entries")
        _run(conn, _READ)
        _run(conn, _ADD_REQUESTS)
        _run(conn, _ADD_LOADS)
        slices = conn.execute(_ADD_SLICES.encode()).rowcount
        for statement in (_ADD_HISTORY, _ADD_REJECTED, _ADD_EXPECTED, _ADD_CHANGES):
            conn.execute(statement.encode())
        row = conn.execute("select count(*) from _added").fetchone()
        assert row is not None
        restored = Restored(row[0], slices)
        if until is not None:
            conn.execute("alter table ops.slices enable trigger touch_slice")
    log.info("restored %d loads and %d slices to the ledger", restored.loads, restored.slices)
    return restored


def _newest(conn: psycopg.Connection) -> datetime | None:
    row = conn.execute(
        "select greatest((select max(loaded_at) from ops.loads), (select max(known_from) from ops.slice_history))"
    ).fetchone()
    return row[0] if row is not None else None


def _run(conn: psycopg.Connection, script: str) -> None:
    for statement in script.split(";\n"):
        conn.execute(statement.encode())
