"""Leases: which run works on which slice, so that any number of runs and machines can share one backlog.

A run's `Owner` holds a database session with an advisory lock. A lease is a row of `ops.slices` with that lock's key in
`claimed_by`. It is void as soon as the session ends, for whatever cause. Taking a lease raises the slice's generation,
and each write of the run names the generation of its lease: a write with an older number changes nothing. What a run
writes about its leased slices is in `requests.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from pipelines.landing.incoming import Origin, SliceKey
from pipelines.landing.planning.ledger_state import ALIVE
from pipelines.landing.planning.slices import slice_key_of
from pipelines.sources.base import SUBJECTS_OPTION
from pipelines.warehouse.statements import statement_by_statement

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.landing.planning.slices import KnownSlice
    from pipelines.sources.base import RemoteReport

_LONGEST_SILENCE = "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3"


class Owner:
    """The identity of a run: a session of its own with an advisory lock, by which others see that the run is alive."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.key = secrets.randbits(62)

    async def __aenter__(self) -> Self:
        self._conn = await psycopg.AsyncConnection.connect(self._url, autocommit=True, application_name="tradewind run")
        await self._conn.execute(_LONGEST_SILENCE)
        await self._conn.execute("select pg_advisory_lock(%s)", (self.key,))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._conn.close()


@dataclass(slots=True)
class Lease:
    """One request of this run and the slices that it leases.

    state: of the request. attempts: how often its slices were tried, this time included. window: marketplace days,
    both inclusive; None for snapshots and listed reports. instant: for snapshots, UTC. intent_at: the business time at
    which the request was decided on, UTC. remote_id, document_id, remote_created_at: what the source has answered so
    far. options: report options of these slices alone.
    """

    request_id: int
    feed: str
    scope_id: str
    slices: tuple[SliceKey, ...]
    attempts: int
    intent_at: datetime
    origin: Origin
    state: str = "requesting"
    window: tuple[date, date] | None = None
    instant: datetime | None = None
    remote_id: str | None = None
    document_id: str | None = None
    remote_created_at: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, list[Any]]:
        """Query parameters with the keys of the leased slices and their generations."""
        return {
            "keys": [each.slice_key for each in self.slices],
            "generations": [each.generation for each in self.slices],
        }


class Wanted(NamedTuple):
    """A slice to lease.

    generation: the slice must still have this one; None: any. due: False for a slice that is only included because it
    lies between two due ones. last_day: the last day of its period.
    """

    slice_key: str
    generation: int | None
    due: bool = True
    last_day: date | None = None


# One statement: (1) lock the wanted slices that are free and have the planned generation (null: any generation);
# (2) insert one request for the window from the first to the last due slice among them; (3) lease the slices in that
# window. If the request's report is known from an earlier request, that request's row is used again.
_TAKE = f"""
with wanted as (
    select * from unnest(%(keys)s::text[], %(generations)s::bigint[], %(due)s::boolean[], %(lasts)s::date[])
        as w(slice_key, generation, due, last_day)
), free as (
    select s.slice_key, s.day, s.instant, w.due, w.last_day
    from wanted w join ops.slices s on s.feed = %(feed)s and s.scope_id = %(scope_id)s and s.slice_key = w.slice_key
    where (w.generation is null or s.generation = w.generation)
      and s.state not in ('requesting', 'requested', 'ready', 'unavailable')
      and (s.claimed_by is null or s.claimed_by not in ({ALIVE}))
    for update of s skip locked
), request as (
    insert into ops.requests (feed, scope_id, window_start, window_end, instant, origin, state, remote_id, document_id,
                              remote_created_at, intent_at, details)
    select %(feed)s, %(scope_id)s, case when %(windowed)s then min(day) filter (where due) end,
           case when %(windowed)s then max(last_day) filter (where due) end, min(instant), %(origin)s, %(state)s,
           %(remote_id)s, %(document_id)s, %(remote_created_at)s, %(intent_at)s, %(details)s
    from free having count(*) filter (where due) > 0
    on conflict (feed, scope_id, remote_id) where remote_id is not null do update
        set state = excluded.state, intent_at = excluded.intent_at, reason = null, updated_at = clock_timestamp()
    returning request_id, window_start, window_end, instant
)
update ops.slices s set state = %(state)s, claimed_by = %(owner)s, generation = s.generation + 1,
    request_id = request.request_id, attempts = s.attempts + 1, reason = null, next_try_at = null
from free, request
where s.feed = %(feed)s and s.scope_id = %(scope_id)s and s.slice_key = free.slice_key
  and (free.due or free.day between request.window_start and request.window_end)
returning s.slice_key, s.day, s.instant, s.generation, s.attempts, request.request_id, request.window_start,
          request.window_end, s.options
"""  # noqa: S608

# Of a feed, scope and day, only one snapshot is taken at a time. An earlier attempt of the day gets the new instant.
_DAY_TAKEN = f"""
select 1 from ops.slices where feed = %(feed)s and scope_id = %(scope_id)s and day = %(day)s
  and (state in ('requesting', 'requested', 'ready') or claimed_by in ({ALIVE})
       or (state in ('loaded', 'empty') and not %(force)s) or slice_key = %(new_key)s)
"""  # noqa: S608
_MOVE = """
update ops.slices set slice_key = %(new_key)s, instant = %(instant)s, state = 'due'
where feed = %(feed)s and scope_id = %(scope_id)s and slice_key = %(old_key)s and generation = %(generation)s
"""
_ADD = """
insert into ops.slices (feed, scope_id, slice_key, day, instant, state, options)
values (%(feed)s, %(scope_id)s, %(new_key)s, %(day)s, %(instant)s, 'due', %(options)s) on conflict do nothing
"""

# Of crawls, any number may be made in a day, of different subjects. Whether another has one of these.
_SUBJECTS_TAKEN = f"""
select 1 from ops.slices where feed = %(feed)s and scope_id = %(scope_id)s and day = %(day)s
  and slice_key <> %(old_key)s
  and (options is null or string_to_array(options ->> '{SUBJECTS_OPTION}', E'\\n') && %(subjects)s)
  and (state in ('requesting', 'requested', 'ready') or claimed_by in ({ALIVE})
       or (state in ('loaded', 'empty') and not %(force)s))
"""  # noqa: S608
# The first second from an instant on in which no snapshot was taken, as slices are named by their second.
_FREE_INSTANT = """
select greatest(%(instant)s, max(instant) + interval '1 second') from ops.slices
where feed = %(feed)s and scope_id = %(scope_id)s and instant >= %(instant)s
"""

# Leases all open slices of requests whose run has ended. Locking the rows of ops.requests keeps two runs from resuming
# the same request.
_RESUME = f"""
with open as (
    select distinct s.request_id from ops.slices s
    where s.feed = %(feed)s and s.scope_id = any(%(scopes)s) and s.state in ('requesting', 'requested', 'ready')
      and (s.claimed_by is null or s.claimed_by not in ({ALIVE}))
), mine as (
    select r.request_id from ops.requests r join open using (request_id)
    order by r.request_id for update of r skip locked
), touched as (
    update ops.requests r set updated_at = clock_timestamp() from mine
    where r.request_id = mine.request_id returning r.*
)
update ops.slices s set claimed_by = %(owner)s, generation = s.generation + 1
from touched r
where s.request_id = r.request_id and s.feed = %(feed)s and s.state in ('requesting', 'requested', 'ready')
  and (s.claimed_by is null or s.claimed_by not in ({ALIVE}))
returning s.slice_key, s.day, s.instant, s.generation, s.attempts, r.request_id, r.feed, r.scope_id, r.window_start,
    r.window_end, r.instant as request_instant, r.origin, r.state, r.remote_id, r.document_id, r.remote_created_at,
    r.intent_at, r.details, s.options
"""  # noqa: S608

_RELEASE = "update ops.slices set claimed_by = null where claimed_by = %s"


class Leases:
    """Takes and releases leases for one owner."""

    def __init__(self, pool: AsyncConnectionPool, owner: Owner) -> None:
        self._pool = pool
        self._owner = owner

    async def take(
        self,
        feed: str,
        scope_id: str,
        slices: Sequence[Wanted],
        *,
        intent_at: datetime,
        origin: Origin,
        windowed: bool,
        remote: RemoteReport | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Lease | None:
        """Lease slices that have rows, and insert the request that will answer them; None if no due slice is free.

        The request's window is from the first to the last due slice that was free. intent_at: business time, UTC.
        windowed: False for snapshots and listed reports, whose requests have no window. remote: the report, if it is
        known already because it is adopted or listed.
        """
        async with statement_by_statement(self._pool) as conn:
            return await self._take(conn, feed, scope_id, slices, intent_at, origin, windowed, remote, details)

    async def take_snapshot(
        self,
        feed: str,
        scope_id: str,
        instant: datetime,
        day: date,
        key: str,
        *,
        repeats: KnownSlice | None,
        force: bool,
        intent_at: datetime,
        origin: Origin,
        remote: RemoteReport | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Lease | None:
        """Lease the snapshot of a day; None if another run has it, or the day has one and `force` is not set.

        repeats: an earlier attempt of the day, whose row gets the new instant and key. instant, intent_at: UTC.
        """
        values = {
            "feed": feed,
            "scope_id": scope_id,
            "instant": instant,
            "day": day,
            "new_key": key,
            "force": force,
            "old_key": repeats.slice_key if repeats else "",
            "generation": repeats.generation if repeats else 0,
            "options": None,
        }
        async with self._pool.connection() as conn:
            await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{feed} {scope_id} {day}",))
            same = repeats is not None and repeats.slice_key == key
            if not same and await (await conn.execute(_DAY_TAKEN, values)).fetchone() is not None:
                return None
            if not same:
                changed = await conn.execute(_MOVE if repeats else _ADD, values)
                if changed.rowcount != 1:
                    return None
            wanted = [Wanted(key, repeats.generation if repeats else 0)]
            return await self._take(conn, feed, scope_id, wanted, intent_at, origin, False, remote, details)

    async def take_crawl(
        self,
        feed: str,
        scope_id: str,
        instant: datetime,
        day: date,
        options: Mapping[str, str],
        *,
        repeats: KnownSlice | None,
        anyway: bool,
        force: bool,
        intent_at: datetime,
        details: Mapping[str, Any],
    ) -> Lease | None:
        """Lease a crawl of some subjects; None if another run has one of them, or it is there and `force` is not set.

        options: as `crawls.as_option` makes them. repeats: as in `take_snapshot`. anyway: whatever others have.
        """
        values: dict[str, Any] = {
            "feed": feed,
            "scope_id": scope_id,
            "instant": instant,
            "day": day,
            "force": force,
            "options": Jsonb(dict(options)),
            "subjects": options[SUBJECTS_OPTION].split("\n"),
            "old_key": repeats.slice_key if repeats else "",
            "generation": repeats.generation if repeats else 0,
        }
        async with self._pool.connection() as conn:
            await conn.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{feed} {scope_id} {day}",))
            if not anyway and await (await conn.execute(_SUBJECTS_TAKEN, values)).fetchone() is not None:
                return None
            row = await (await conn.execute(_FREE_INSTANT, values)).fetchone()
            values["instant"] = row[0] if row and row[0] else instant
            values["new_key"] = slice_key_of(values["instant"])
            changed = await conn.execute(_MOVE if repeats else _ADD, values)
            if changed.rowcount != 1:
                return None
            wanted = [Wanted(values["new_key"], repeats.generation if repeats else 0)]
            return await self._take(conn, feed, scope_id, wanted, intent_at, "api", False, None, details)

    async def resume(self, feed: str, scope_ids: Sequence[str]) -> list[Lease]:
        """Lease all slices that ended runs have left open. Returns their requests as they are in the ledger."""
        async with self._pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(_RESUME, {"feed": feed, "scopes": list(scope_ids), "owner": self._owner.key})
            rows = await cursor.fetchall()
        by_request: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            by_request.setdefault(row["request_id"], []).append(row)
        return [_resumed(group) for group in by_request.values()]

    async def release(self) -> None:
        """Release all leases of this run. The slices keep their states, so that another run can go on with them."""
        async with self._pool.connection() as conn:
            await conn.execute(_RELEASE, (self._owner.key,))

    async def _take(
        self,
        conn: psycopg.AsyncConnection,
        feed: str,
        scope_id: str,
        slices: Sequence[Wanted],
        intent_at: datetime,
        origin: Origin,
        windowed: bool,
        remote: RemoteReport | None,
        details: Mapping[str, Any] | None,
    ) -> Lease | None:
        state = "requesting" if remote is None else "requested"
        values = {
            "feed": feed,
            "scope_id": scope_id,
            "keys": [each.slice_key for each in slices],
            "generations": [each.generation for each in slices],
            "due": [each.due for each in slices],
            "lasts": [each.last_day for each in slices],
            "windowed": windowed,
            "origin": origin,
            "state": state,
            "remote_id": remote.remote_id if remote else None,
            "document_id": remote.document_id if remote else None,
            "remote_created_at": remote.created_at if remote else None,
            "intent_at": intent_at,
            "details": Jsonb(dict(details or {})),
            "owner": self._owner.key,
        }
        rows = await (await conn.execute(_TAKE, values)).fetchall()
        if not rows:
            return None
        first = rows[0]
        return Lease(
            request_id=first[5],
            feed=feed,
            scope_id=scope_id,
            slices=tuple(
                SliceKey(slice_key=row[0], day=row[1], instant=row[2], generation=row[3])
                for row in sorted(rows, key=lambda row: row[0])
            ),
            attempts=max(row[4] for row in rows),
            intent_at=intent_at,
            origin=origin,
            state=state,
            window=(first[6], first[7]) if windowed else None,
            instant=first[2],
            remote_id=remote.remote_id if remote else None,
            document_id=remote.document_id if remote else None,
            remote_created_at=remote.created_at if remote else None,
            details=dict(details or {}),
            options=first[8] or {},
        )


def _resumed(rows: list[dict[str, Any]]) -> Lease:
    first = rows[0]
    return Lease(
        request_id=first["request_id"],
        feed=first["feed"],
        scope_id=first["scope_id"],
        slices=tuple(
            SliceKey(slice_key=row["slice_key"], day=row["day"], instant=row["instant"], generation=row["generation"])
            for row in sorted(rows, key=lambda row: row["slice_key"])
        ),
        attempts=max(row["attempts"] for row in rows),
        intent_at=first["intent_at"],
        origin=first["origin"],
        state=first["state"],
        window=(first["window_start"], first["window_end"]) if first["window_start"] else None,
        instant=first["request_instant"],
        remote_id=first["remote_id"],
        document_id=first["document_id"],
        remote_created_at=first["remote_created_at"],
        details=first["details"],
        options=first["options"] or {},
    )
