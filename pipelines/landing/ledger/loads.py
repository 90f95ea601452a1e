"""What the ledger reads and writes when a document is loaded, in the load's transaction.

It writes the load (`ops.loads`), its rejected rows, its slices and the change for the models (`ops.changes`). It reads
which loads the document can be compared with. Requests and failures are written by `requests.py`, leases by
`leases.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from pipelines.feeds import column_name
from pipelines.landing.formats.moments import days_of
from pipelines.landing.incoming import Incoming, LeaseLost, SliceKey

if TYPE_CHECKING:
    from pipelines.feeds import Feed, Section
    from pipelines.landing.archive.store import Archived
    from pipelines.landing.incoming import Rejected, Seen
    from pipelines.stores import Scope


# Points all slices of a load at it, locked in the order of their keys. `generation` null (imports): any generation.
_REJECTS_AT_ONCE = 500
_POINT = """
with wanted as (
    select * from unnest(
        %(keys)s::text[], %(days)s::date[], %(instants)s::timestamptz[], %(states)s::text[], %(generations)s::bigint[]
    ) as w(slice_key, day, instant, state, generation)
), before as (
    select s.slice_key, s.current_load_id from ops.slices s join wanted w using (slice_key)
    where s.feed = %(feed)s and s.scope_id = %(scope_id)s order by s.slice_key for update of s
), pointed as (
    insert into ops.slices as s (feed, scope_id, slice_key, day, instant, state, reason, current_load_id, request_id,
                                 checked_at)
    select %(feed)s, %(scope_id)s, w.slice_key, w.day, w.instant, w.state, %(reason)s::text, %(load_id)s::bigint,
           %(request_id)s::bigint, %(checked_at)s::timestamptz
    from wanted w left join before using (slice_key) order by w.slice_key
    on conflict (feed, scope_id, slice_key) do update set state = excluded.state, reason = excluded.reason,
        instant = excluded.instant, current_load_id = excluded.current_load_id,
        request_id = coalesce(excluded.request_id, s.request_id),
        checked_at = coalesce(excluded.checked_at, s.checked_at), next_try_at = null, attempts = 0, claimed_by = null
    where s.generation = coalesce((select w.generation from wanted w where w.slice_key = s.slice_key), s.generation)
    returning s.slice_key
), history as (
    insert into ops.slice_history (feed, scope_id, slice_key, day, instant, load_id)
    select %(feed)s, %(scope_id)s, w.slice_key, w.day, w.instant, %(load_id)s::bigint
    from pointed join wanted w using (slice_key) left join before b using (slice_key)
    where b.current_load_id is distinct from %(load_id)s::bigint
)
select slice_key from pointed
"""


def next_load_id(conn: psycopg.Connection) -> int:
    """The id for a new load."""
    return _one(conn, "select nextval(pg_get_serial_sequence('ops.loads', 'load_id'))")


def has_loads(conn: psycopg.Connection, feed: Feed, scope: Scope, slices: Sequence[SliceKey] | None) -> bool:
    """Whether there is a load with which the document could be identical. Only then is it worth hashing it first."""
    if slices is None or feed.write_disposition == "snapshot":
        return _one(
            conn,
            "select exists (select from ops.loads where feed = %s and scope_id = %s and pruned_at is null)",
            (feed.name, scope.scope_id),
        )
    return _one(
        conn,
        "select exists (select from ops.slices where feed = %s and scope_id = %s and slice_key = any(%s) "
        "and current_load_id is not null)",
        (feed.name, scope.scope_id, [each.slice_key for each in slices]),
    )


def same_load(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    slices: Sequence[SliceKey] | None,
    sha256: str,
    only_day: date | None = None,
) -> tuple[int, int, list[str]] | None:
    """The load with the same bytes as this document: id, rows and warnings; None if the document must be copied.

    only_day: the day of all its rows, if the rows themselves have no day. A load of another day is then not the same.
    A snapshot may be the same as any load of its feed and scope. Other documents are the same as a load only if all
    their slices point at it now. An import without slices: if all slices that the load ever filled still point at it;
    for upsert feeds, any load.
    """
    loads = conn.execute(
        "select load_id, row_count, warnings from ops.loads where feed = %s and scope_id = %s and sha256 = %s "
        "and pruned_at is null and (%s::date is null or (window_start, window_end) = (%s, %s)) order by load_id desc",
        (feed.name, scope.scope_id, sha256, only_day, only_day, only_day),
    ).fetchall()
    for load_id, rows, warnings in loads:
        if feed.write_disposition == "snapshot" or _is_current(conn, feed, scope, slices, load_id):
            return load_id, rows, list(warnings)
    return None


def _is_current(
    conn: psycopg.Connection, feed: Feed, scope: Scope, slices: Sequence[SliceKey] | None, load_id: int
) -> bool:
    if slices is None:
        return feed.write_disposition == "upsert" or _one(
            conn,
            "select coalesce(bool_and(s.current_load_id = h.load_id), false) from ops.slice_history h "
            "join ops.slices s using (feed, scope_id, slice_key) "
            "where h.feed = %s and h.scope_id = %s and h.load_id = %s",
            (feed.name, scope.scope_id, load_id),
        )
    return bool(slices) and len(slices) == _one(
        conn,
        "select count(*) from ops.slices where feed = %s and scope_id = %s and slice_key = any(%s) "
        "and current_load_id = %s",
        (feed.name, scope.scope_id, [each.slice_key for each in slices], load_id),
    )


def all_point_at(conn: psycopg.Connection, feed: Feed, scope: Scope, slices: Sequence[SliceKey], load_id: int) -> bool:
    """Whether all of these slices point at this load."""
    return _is_current(conn, feed, scope, slices, load_id)


def latest_snapshot(conn: psycopg.Connection, feed: Feed, scope: Scope) -> int | None:
    """The load of the newest snapshot; None if there is none."""
    row = conn.execute(
        "select current_load_id from ops.slices where feed = %s and scope_id = %s and current_load_id is not null "
        "order by instant desc nulls last limit 1",
        (feed.name, scope.scope_id),
    ).fetchone()
    return row[0] if row else None


def earlier_counts(conn: psycopg.Connection, feed: Feed, scope: Scope, instant: datetime | None) -> list[int]:
    """The numbers of rows of the three snapshots before an instant (UTC), the newest first. None: before now."""
    rows = conn.execute(
        "select l.row_count from ops.slices s join ops.loads l on l.load_id = s.current_load_id "
        "where s.feed = %s and s.scope_id = %s and (%s::timestamptz is null or s.instant < %s) "
        "order by s.instant desc limit 3",
        (feed.name, scope.scope_id, instant, instant),
    ).fetchall()
    return [count for (count,) in rows]


def usual_rows(conn: psycopg.Connection, feed: Feed, scope: Scope) -> int | None:
    """The most rows of a load that one of the last thirty slices points at; None if there are fewer than three."""
    row = conn.execute(
        "select max(l.row_count), count(*) from (select current_load_id from ops.slices where feed = %s "
        "and scope_id = %s and current_load_id is not null order by day desc limit 30) as s "
        "inner join ops.loads as l on l.load_id = s.current_load_id",
        (feed.name, scope.scope_id),
    ).fetchone()
    return row[0] if row and row[1] >= 3 else None


def quarantined_rows(conn: psycopg.Connection, feed: Feed, scope: Scope) -> int | None:
    """The number of rows of the newest quarantined document; None if there is none or a load was accepted since."""
    row = conn.execute(
        "select (r.details ->> 'quarantined_rows')::bigint from ops.requests r where r.feed = %s and r.scope_id = %s "
        "and r.details ? 'quarantined_rows' and not exists (select from ops.loads l where l.feed = r.feed "
        "and l.scope_id = r.scope_id and l.loaded_at > r.updated_at) order by r.request_id desc limit 1",
        (feed.name, scope.scope_id),
    ).fetchone()
    return row[0] if row else None


def quarantine(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    slices: Sequence[SliceKey],
    rows: int,
    reason: str,
) -> None:
    """Quarantine a snapshot: its slices get the reason, and its request the number of its rows. Raises LeaseLost."""
    conn.execute(
        "update ops.requests set details = details || %s, state = 'done', updated_at = clock_timestamp() "
        "where request_id = %s",
        (Jsonb({"quarantined_rows": rows}), incoming.request_id),
    )
    for each in slices:
        changed = conn.execute(
            "insert into ops.slices as s (feed, scope_id, slice_key, day, instant, state, reason, request_id) "
            "values (%s, %s, %s, %s, %s, 'quarantined', %s, %s) on conflict (feed, scope_id, slice_key) do update "
            "set state = 'quarantined', reason = excluded.reason, request_id = excluded.request_id, claimed_by = null "
            "where %s::bigint is null or s.generation = %s",
            (
                *(feed.name, scope.scope_id, each.slice_key, each.day, each.instant, reason, incoming.request_id),
                *(each.generation, each.generation),
            ),
        )
        _must_be_ours(changed.rowcount, feed, scope, each)


def write_load(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    load_id: int,
    archived: Archived,
    seen: Seen,
    warnings: Sequence[str],
    created_at: datetime,
    window: tuple[date, date] | None,
    hash_keys: int | None,
) -> None:
    """Insert a load and its rejected rows.

    created_at: when the source made the document, UTC. window: the marketplace days of the document, both inclusive;
    None if it is not of certain days. hash_keys: with how many keys its hashes are made; None if nothing is hashed.
    """
    first, last = window or (None, None)
    conn.execute(
        "insert into ops.loads (load_id, feed, scope_id, request_id, origin, sha256, archive_path, file_name, charset, "
        "window_start, window_end, instant, report_created_at, row_count, rejected_count, undecodable_count, warnings, "
        "store_id, hash_keys) overriding system value "
        "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(load_id, feed.name, scope.scope_id, incoming.request_id, incoming.origin, archived.sha256, archived.path),
            *(incoming.file_name, seen.charset, first, last, incoming.instant, created_at),
            *(seen.rows, seen.rejected, seen.undecodable, Jsonb(list(warnings))),
            incoming.store.store_id if incoming.store else None,
            hash_keys,
        ),
    )
    write_rejects(conn, feed, scope, incoming, load_id, seen.rejects)


def write_rejects(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    load_id: int | None,
    rejects: Sequence[Rejected],
) -> None:
    """Insert the rejected rows of a document. load_id: None if the whole document was refused."""
    for start in range(0, len(rejects), _REJECTS_AT_ONCE):
        conn.cursor().executemany(
            "insert into ops.rejected_rows "
            "(feed, scope_id, request_id, load_id, file_line, row_text, reason, order_key) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    *(feed.name, scope.scope_id, incoming.request_id, load_id),
                    *(each.line, each.text, each.reason, each.order_key),
                )
                for each in rejects[start : start + _REJECTS_AT_ONCE]
            ],
        )


def point_slices(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    slices: Sequence[SliceKey],
    states: Mapping[str, str],
    load_id: int,
    *,
    checked_at: datetime | None,
    reason: str | None,
) -> None:
    """Point the slices at a load, release their leases, and add to the history of those that pointed elsewhere.

    states: slice key -> state. checked_at: the time as of which the slices are true, UTC; None leaves it as it is, for
    imports, which do not replace a request. Raises LeaseLost if another run has taken over one of the slices.
    """
    if not slices:
        return
    rows = conn.execute(
        _POINT,
        {
            "feed": feed.name,
            "scope_id": scope.scope_id,
            "keys": [each.slice_key for each in slices],
            "days": [each.day for each in slices],
            "instants": [each.instant for each in slices],
            "states": [states[each.slice_key] for each in slices],
            "generations": [each.generation for each in slices],
            "reason": reason,
            "load_id": load_id,
            "request_id": incoming.request_id,
            "checked_at": checked_at,
        },
    ).fetchall()
    pointed = {key for (key,) in rows}
    for each in slices:
        _must_be_ours(each.slice_key in pointed, feed, scope, each)


def confirm_slices(
    conn: psycopg.Connection,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    slices: Sequence[SliceKey],
    states: Mapping[str, str],
    load_id: int,
    warnings: Sequence[str],
) -> None:
    """Point the slices of a document at the load that has the same bytes, and mark them as checked.

    If a slice pointed elsewhere before, a change is written for the models. Raises LeaseLost.
    """
    pointing = conn.execute(
        "select slice_key from ops.slices where feed = %s and scope_id = %s and slice_key = any(%s) "
        "and current_load_id = %s",
        (feed.name, scope.scope_id, [each.slice_key for each in slices], load_id),
    ).fetchall()
    point_slices(
        conn,
        feed,
        scope,
        incoming,
        slices,
        states,
        load_id,
        checked_at=incoming.report_created_at,
        reason=" ".join(warnings) or None,
    )
    moved = [each.day for each in slices if (each.slice_key,) not in pointing]
    if moved:
        write_change(conn, feed, scope, min(moved), max(moved), load_id)
    request_done(conn, incoming)


def days_of_load(conn: psycopg.Connection, feed: Feed, load_id: int, time_zone: str) -> set[date]:
    """The marketplace days of a load's rows."""
    days: set[date] = set()
    for section in feed.sections:
        if not section.day:
            continue
        value = (
            sql.SQL("item ->> {}").format(sql.Literal(section.day))
            if feed.is_json
            else sql.Identifier(column_name(section.day))
        )
        rows = conn.execute(
            sql.SQL("select distinct {} from {} where load_id = %s").format(
                value, sql.Identifier("raw", feed.table(section))
            ),
            (load_id,),
        ).fetchall()
        days |= days_of((text for (text,) in rows if text), section.day_formats, time_zone)
    return days


def request_done(conn: psycopg.Connection, incoming: Incoming) -> None:
    """Set the state of the document's request to 'done', if it has a request."""
    if incoming.request_id is not None:
        conn.execute(
            "update ops.requests set state = 'done', updated_at = clock_timestamp() where request_id = %s",
            (incoming.request_id,),
        )


def write_change(
    conn: psycopg.Connection, feed: Feed, scope: Scope, first: date | None, last: date | None, load_id: int
) -> None:
    """Insert a change of `ops.changes`, from which the dbt models see what is new. first, last: marketplace days."""
    conn.execute(
        "insert into ops.changes (producer, scope_id, window_start, window_end, load_id) values (%s, %s, %s, %s, %s)",
        (feed.name, scope.scope_id, first, last, load_id),
    )


def has_rows(conn: psycopg.Connection, feed: Feed, section: Section, load_id: int) -> bool:
    """Whether a load has rows in a section's table."""
    query = sql.SQL("select exists (select from {} where load_id = %s)").format(
        sql.Identifier("raw", feed.table(section))
    )
    return bool(conn.execute(query, (load_id,)).fetchone()[0])  # type: ignore[index]


def _must_be_ours(changed: int | bool, feed: Feed, scope: Scope, each: SliceKey) -> None:
    if not changed:
        raise LeaseLost(
            f"{feed.name} {scope.scope_id} {each.slice_key}: its lease of generation {each.generation} was taken over."
        )


def _one(conn: psycopg.Connection, query: str, parameters: Sequence[object] = ()) -> Any:
    row = conn.execute(query.encode(), parameters).fetchone()
    assert row is not None
    return row[0]
