"""The history of one slice, as lines of text: what was asked and why, what came, what is loaded, and what comes next.

Read-only. A slice is named FEED:SCOPE:SLICE, for example `amazon_sp.sales_and_traffic:harbor-us:2026-11-01`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.planning import periods, slices
from pipelines.landing.planning.ledger_state import ALIVE, BROKEN
from pipelines.landing.planning.planner import history_from

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.stores import Catalog, Scope

_SLICES = f"""
select s.scope_id, s.slice_key, s.day, s.state, s.reason, s.checked_at, s.next_try_at, s.attempts, s.current_load_id,
       coalesce(s.claimed_by in ({ALIVE}), false), s.options, coalesce({BROKEN}, false), s.instant
from ops.slices s
where s.feed = %(feed)s and (s.day = %(day)s or s.slice_key = %(key)s) and s.scope_id = %(scope)s
order by s.slice_key
"""  # noqa: S608
_REQUESTS = """
select r.request_id, r.origin, r.state, r.remote_id, r.document_id, r.intent_at, r.remote_created_at, r.window_start,
       r.window_end, r.reason, r.details,
       (select count(*) from ops.rejected_rows x where x.request_id = r.request_id)
from ops.requests r
where r.feed = %(feed)s and r.scope_id = %(scope)s
  and (%(day)s between r.window_start and r.window_end or r.instant between %(from)s and %(until)s
       or r.remote_id = %(key)s or r.request_id = (
           select s.request_id from ops.slices s
           where s.feed = %(feed)s and s.scope_id = %(scope)s and s.slice_key = %(key)s))
  and coalesce(r.details ->> 'slice', %(key)s) = %(key)s
order by r.request_id
"""
_LOADS = """
select h.known_from, h.load_id, l.row_count, l.rejected_count, l.report_created_at, l.origin, l.sha256, l.archive_path,
       l.warnings, l.pruned_at
from ops.slice_history h left join ops.loads l using (load_id)
where h.feed = %(feed)s and h.scope_id = %(scope)s and h.slice_key = %(key)s order by h.known_from
"""
_SCOPES = """
select distinct scope_id from ops.slices where feed = %(feed)s
union select store_id from ops.stores union select account_id from ops.stores
"""
_ASKED = {"api": "asked", "adopted": "adopted", "listed": "taken from the list", "import": "imported"}


class _SliceRow(NamedTuple):
    """A row of `_SLICES`."""

    scope_id: str
    key: str
    day: date
    state: str
    reason: str | None
    checked_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    load_id: int | None
    busy: bool
    options: dict[str, str] | None
    broken: bool
    instant: datetime | None


class _RequestRow(NamedTuple):
    """A row of `_REQUESTS`."""

    request_id: int
    origin: str
    state: str
    remote_id: str | None
    document_id: str | None
    intent_at: datetime
    created_at: datetime | None
    first: date | None
    last: date | None
    reason: str | None
    details: dict[str, Any]
    rejected: int


class _LoadRow(NamedTuple):
    """A row of `_LOADS`. All from `rows` to `warnings` is None if `load_id` is: the slice was known to be empty."""

    known_from: datetime
    load_id: int | None
    rows: int
    rejected: int
    created_at: datetime
    origin: str
    sha256: str
    path: str
    warnings: list[str] | None
    pruned_at: datetime | None


@dataclass(frozen=True)
class Name:
    """The name of a slice, read. key: as in ops.slices. day: the first day of its period; None if `key` has no day."""

    feed: Feed
    scope: str
    key: str
    day: date | None


def parse(text: str) -> Name:
    """Read a slice's name: FEED:SCOPE:SLICE, with colons, slashes or spaces between them. SCOPE may come first.

    SLICE is a day, with /NN for part NN of the ASINs; or a snapshot's instant; or the id of a listed report. For a
    week, month or quarter, any of its days will do. Raises ConfigError if the text names no slice.
    """
    parts = text.split(maxsplit=2)
    for separator in (":", "/"):
        if len(parts) != 3:
            parts = text.split(separator, 2)
    if len(parts) != 3 or not all(parts):
        raise ConfigError(
            f"{text!r} names no slice. Write FEED:STORE:DAY, as amazon_sp.ledger_summary:shop-us:2026-03-01."
        )
    first, second, key = (part.strip() for part in parts)
    name, scope = (second, first) if second in FEEDS else (first, second)
    if name not in FEEDS:
        raise ConfigError(f"There is no feed {name!r}. The feeds are: {', '.join(FEEDS)}.")
    feed = FEEDS[name]
    try:
        day = periods.first_of(feed.period, date.fromisoformat(key[:10]))
    except ValueError:
        if feed.shape != "listed":
            raise ConfigError(f"{key!r} is no day. Write it as 2026-03-01.") from None
        return Name(feed, scope, key, None)
    return Name(feed, scope, day.isoformat() + key[10:] if len(key) == 10 or key[10] == "/" else key, day)


def explain(conn: psycopg.Connection, name: Name, catalog: Catalog, now: datetime) -> Iterator[str]:
    """The history of a slice, as lines of text. A day names all its snapshots, or all its parts.

    The name's scope may also be a store, if the feed is asked for the store's account or marketplace. now: the business
    clock, UTC. Raises ConfigError if the scope does not exist.
    """
    feed = name.feed
    scope_id, scope = _scope_of(conn, name, catalog)
    day = name.day if len(name.key) == 10 else None
    rows = conn.execute(_SLICES, {"feed": feed.name, "day": day, "key": name.key, "scope": scope_id}).fetchall()
    if not rows:
        yield f"The ledger has no slice {feed.name}:{scope_id}:{name.key}: {_why_none(name, scope, now)}"
    for row in rows:
        yield from _of_slice(conn, feed, scope, now, _SliceRow(*row))


def _scope_of(conn: psycopg.Connection, name: Name, catalog: Catalog) -> tuple[str, Scope | None]:
    """The scope's id, and the scope itself if its feed is asked for there now. Raises ConfigError."""
    for scope in catalog.scopes(name.feed):
        if name.scope == scope.scope_id or any(store.store_id == name.scope for store in scope.stores):
            return scope.scope_id, scope
    store = catalog.stores.get(name.scope)
    if store is not None:
        by = {"account": store.account_id, "marketplace": store.marketplace.marketplace_id, "global": "*"}
        return by.get(name.feed.scope, store.store_id), None
    if (name.scope,) in conn.execute(_SCOPES, {"feed": name.feed.name}).fetchall():
        return name.scope, None
    raise ConfigError(f"There is no store {name.scope!r}. The stores are: {', '.join(catalog.stores)}.")


def _why_none(name: Name, scope: Scope | None, now: datetime) -> str:
    """Why a slice has no row in the ledger."""
    feed, day = name.feed, name.day
    if scope is None:
        return "this feed is not asked for there (no access, or not wanted: see stores.yaml)."
    zone = scope.time_zone
    if feed.shape == "listed" or day is None:
        return "the source has listed no such report."
    if feed.shape != "windowed":
        ended = day < slices.local_date(now, zone)
        return "no snapshot of that day is known." if ended else "the next run of that day makes it."
    oldest = slices.first_day(feed, zone, now, history_from(scope))
    if day < oldest:
        return f"it lies outside of the history, which is asked for from {oldest} on."
    reached = slices.boundary(feed, day, min(feed.restate_after), zone)
    if reached > now:
        return f"it is not due yet; it will be at {_time(reached)}."
    return f"it is missing, due since {_time(reached)}; the next run asks for it."


def _of_slice(
    conn: psycopg.Connection, feed: Feed, scope: Scope | None, now: datetime, row: _SliceRow
) -> Iterator[str]:
    yield f"{feed.name} of {row.scope_id}, {row.key}: {row.state}" + (f": {row.reason}" if row.reason else "")
    for option, text in (row.options or {}).items():
        yield f"  {option}: {text}"
    if row.busy:
        yield "  a run is working on it now"
    if row.checked_at is not None:
        yield f"  checked: true as of {_time(row.checked_at)}" + (f", load {row.load_id}" if row.load_id else "")
    if row.broken:
        yield "  the rows of its load are gone; the next run asks for it again"
    if row.next_try_at is not None:
        yield f"  tried {row.attempts} times; again after {_time(row.next_try_at)}"
    known = slices.KnownSlice(
        row.key, row.day, row.state, checked_at=row.checked_at, next_try_at=row.next_try_at, broken=row.broken
    )
    yield f"  next: {_next(feed, scope, known, now)}"
    zone = scope.time_zone if scope else "UTC"
    midnight = slices.local_midnight(row.day, zone) if row.instant is not None else None
    until = slices.local_midnight(row.day + timedelta(days=1), zone) if row.instant is not None else None
    values = {
        "feed": feed.name,
        "scope": row.scope_id,
        "key": row.key,
        "day": row.day,
        "from": midnight,
        "until": until,
    }
    for request in conn.execute(_REQUESTS, values).fetchall():
        yield from _of_request(_RequestRow(*request))
    for load in conn.execute(_LOADS, values).fetchall():
        yield from _of_load(_LoadRow(*load))


def _next(feed: Feed, scope: Scope | None, row: slices.KnownSlice, now: datetime) -> str:
    """When the slice is asked for again."""
    if scope is None:
        return "not asked for any more: no access, or not wanted in stores.yaml"
    if row.state == "unavailable":
        return "never: it cannot be had any more"
    if row.state in slices.OPEN_STATES:
        return "the next run goes on with the request"
    if row.next_try_at is not None and row.next_try_at > now:
        return f"after {_time(row.next_try_at)}, when the pause has ended"
    if feed.shape != "windowed":
        return "never: it is here" if row.state in ("loaded", "empty") else "the next run tries again, if it still can"
    zone = scope.time_zone
    if row.day < slices.first_day(feed, zone, now, history_from(scope)):
        return "never: it lies outside of the history"
    due = slices.due_reason(feed, zone, row.day, row, now)
    if due is not None:
        return f"now: {due}"
    for age in sorted(feed.restate_after):
        reached = slices.boundary(feed, row.day, age, zone)
        if reached > now:
            return f"at {_time(reached)}, at the age of {age} days"
    return f"never by itself: the last age, {max(feed.restate_after)} days, is behind it"


def _of_request(row: _RequestRow) -> Iterator[str]:
    window = f" for {row.first} .. {row.last}" if row.first else ""
    line = f"  {_time(row.intent_at)}: request {row.request_id}: {_ASKED[row.origin]}{window}"
    if row.details.get("why"):
        line += f" because: {row.details['why']}"
    line += f"; report {row.remote_id}" if row.remote_id else "; no answer with a report"
    if row.created_at is not None:
        line += f" of {_time(row.created_at)}"
    yield f"{line}; {row.state}" + (f": {row.reason}" if row.reason else "")
    if row.document_id is not None:
        yield f"    document {row.document_id}"
    if row.details.get("fatal"):
        yield f"    the source's reason: {row.details['fatal']}"
    if "quarantined_rows" in row.details:
        yield f"    kept aside with {row.details['quarantined_rows']} rows"
    if row.rejected:
        yield f"    {row.rejected} lines were rejected (ops.rejected_rows)"


def _of_load(row: _LoadRow) -> Iterator[str]:
    if row.load_id is None:
        yield f"  {_time(row.known_from)}: known to be empty"
        return
    yield (
        f"  {_time(row.known_from)}: load {row.load_id} ({row.origin}), {row.rows} rows, {row.rejected} rejected, "
        f"report of {_time(row.created_at)}, sha256 {row.sha256[:12]}, archived as {row.path}"
        + (f"; its rows were deleted at {_time(row.pruned_at)}" if row.pruned_at else "")
    )
    yield from (f"    {warning}" for warning in row.warnings or ())


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
