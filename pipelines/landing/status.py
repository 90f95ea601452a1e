"""What the ledger knows, told to people: per store and feed what is here and what is missing, and a slice's history.

Read-only; the shape of the answers is that of a table or of lines. Questions of Dagster stand in `coverage.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.known import ALIVE
from pipelines.landing.periods import periods_between
from pipelines.landing.planner import history_from
from pipelines.landing.slices import expected, local_date

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.stores import Catalog, Scope

_SUMMARY = """
select feed, scope_id, count(distinct day) filter (where state in ('loaded', 'empty')),
       min(day) filter (where state in ('loaded', 'empty')), max(day) filter (where state in ('loaded', 'empty')),
       array_agg(distinct day) filter (where state in ('loaded', 'empty', 'unavailable'))
from ops.slices group by feed, scope_id
"""
_REASONS = """
select feed, scope_id, state, reason, count(*), min(day), max(day), min(next_try_at) from ops.slices
where state not in ('loaded', 'empty', 'unavailable') group by feed, scope_id, state, reason order by max(day) desc
"""
_SLICES = f"""
select s.scope_id, s.slice_key, s.day, s.state, s.reason, s.checked_at, s.next_try_at, s.attempts, s.current_load_id,
       coalesce(s.claimed_by in ({ALIVE}), false)
from ops.slices s
where s.feed = %(feed)s and s.day = %(day)s and (s.scope_id = %(scope)s or s.scope_id = (
    select case when %(by)s = 'account' then account_id when %(by)s = 'marketplace' then marketplace_id end
    from ops.stores where store_id = %(scope)s))
order by s.scope_id, s.slice_key
"""  # noqa: S608
_REQUESTS = """
select r.request_id, r.origin, r.state, r.remote_id, r.intent_at, r.remote_created_at, r.window_start, r.window_end,
       r.reason, r.details ->> 'why'
from ops.requests r
where r.feed = %(feed)s and r.scope_id = %(scope)s
  and (%(day)s between r.window_start and r.window_end or r.instant = %(instant)s or r.remote_id = %(key)s)
order by r.request_id
"""
_LOADS = """
select h.known_from, h.load_id, l.row_count, l.rejected_count, l.report_created_at, l.origin, l.sha256, l.archive_path,
       l.warnings
from ops.slice_history h left join ops.loads l using (load_id)
where h.feed = %(feed)s and h.scope_id = %(scope)s and h.slice_key = %(key)s order by h.known_from
"""
_REASONS_SHOWN = 3


class StatusRow(NamedTuple):
    """One line of `tradewind status`. missing: days that should be here by now. why: reasons, the newest first."""

    of: str
    feed: str
    days_here: int
    first: date | None
    last: date | None
    missing: int
    why: str | None


def status(conn: psycopg.Connection, catalog: Catalog, now: datetime) -> Iterator[StatusRow]:
    """A line for each scope that can be asked and for each that has anything; by scope, then feed. now: UTC."""
    summary = {(row[0], row[1]): row[2:] for row in conn.execute(_SUMMARY)}
    reasons: dict[tuple[str, str], list[str]] = {}
    for feed_name, scope_id, state, reason, count, first, last, next_try in conn.execute(_REASONS):
        told = f"{count} {state} ({first if first == last else f'{first} .. {last}'}): {reason or 'not asked yet'}"
        if next_try is not None:
            told += f" Next try after {next_try:%Y-%m-%d %H:%M} UTC."
        reasons.setdefault((feed_name, scope_id), []).append(told)
    scopes = {(feed.name, scope.scope_id): scope for feed in FEEDS.values() for scope in catalog.scopes(feed)}
    order = {name: number for number, name in enumerate(FEEDS)}
    for key in sorted({*summary, *scopes}, key=lambda key: (key[1], order.get(key[0], len(order)))):
        feed_name, scope_id = key
        here, first, last, settled = summary.get(key, (0, None, None, None))
        missing = 0
        if key in scopes:
            missing = len(_expected(FEEDS[feed_name], scopes[key], now) - set(settled or ()))
        why = "; ".join(reasons.get(key, [])[:_REASONS_SHOWN]) or None
        yield StatusRow(scope_id, feed_name, here, first, last, missing, why)


def _expected(feed: Feed, scope: Scope, now: datetime) -> set[date]:
    """The days that a run at this moment would have to bring in, had it none."""
    if feed.shape == "windowed":
        span = expected(feed, scope.time_zone, now, history_from(scope))
        return set(periods_between(feed.period, *span)) if span else set()
    return {local_date(now, scope.time_zone)} if feed.shape in ("snapshot", "crawl") else set()


def explain(conn: psycopg.Connection, name: str) -> Iterator[str]:
    """The history of a slice, FEED/SCOPE/DAY, as lines: its state, what was asked and why, what was loaded.

    SCOPE may be a store of the account or marketplace that the feed is asked for. Raises ConfigError for a wrong name.
    """
    feed, scope, day = _parse(name)
    rows = conn.execute(_SLICES, {"feed": feed.name, "day": day, "scope": scope, "by": feed.scope}).fetchall()
    if not rows:
        yield f"The ledger has no slice {name}: that day is not due yet, or lies outside of the history."
        return
    for scope_id, key, _, state, reason, checked_at, next_try_at, attempts, load_id, busy in rows:
        yield f"{feed.name} of {scope_id}, {key}: {state}" + (f": {reason}" if reason else "")
        if busy:
            yield "  a run is working on it now"
        if checked_at is not None:
            yield f"  true as of {_time(checked_at)}" + (f", load {load_id}" if load_id else "")
        if next_try_at is not None:
            yield f"  tried {attempts} times; again after {_time(next_try_at)}"
        instant = None if feed.shape == "windowed" else _instant(key)
        keys = {"feed": feed.name, "scope": scope_id, "key": key, "day": day, "instant": instant}
        for request in conn.execute(_REQUESTS, keys).fetchall():
            yield "  " + _request_line(*request)
        for known_from, load, count, rejected, created, origin, sha256, path, warnings in conn.execute(_LOADS, keys):
            if load is None:
                yield f"  {_time(known_from)}: known to be empty"
                continue
            yield (
                f"  {_time(known_from)}: load {load} ({origin}), {count} rows, {rejected} rejected, report of "
                f"{_time(created)}, sha256 {sha256[:12]}, archived as {path}"
            )
            yield from (f"    {warning}" for warning in warnings or ())


def _parse(name: str) -> tuple[Feed, str, date]:
    parts = name.split("/")
    if len(parts) != 3:
        raise ConfigError(
            f"{name!r} names no slice. Write FEED/SCOPE/DAY, as amazon_sp.ledger_summary/shop-us/2026-03-01."
        )
    feed = FEEDS.get(parts[0])
    if feed is None:
        raise ConfigError(f"There is no feed {parts[0]!r}. The feeds are: {', '.join(FEEDS)}.")
    try:
        return feed, parts[1], date.fromisoformat(parts[2])
    except ValueError:
        raise ConfigError(f"{parts[2]!r} is no day. Write it as 2026-03-01.") from None


def _request_line(
    request_id: int,
    origin: str,
    state: str,
    remote_id: str | None,
    intent_at: datetime,
    created_at: datetime | None,
    first: date | None,
    last: date | None,
    reason: str | None,
    why: str | None,
) -> str:
    asked = {"api": "asked", "adopted": "adopted", "listed": "taken from the list", "import": "imported"}[origin]
    window = f" for {first} .. {last}" if first else ""
    line = f"{_time(intent_at)}: request {request_id}: {asked}{window}"
    if why:
        line += f" because: {why}"
    line += f"; report {remote_id}" if remote_id else "; no report"
    if created_at is not None:
        line += f" of {_time(created_at)}"
    return f"{line}; {state}" + (f": {reason}" if reason else "")


def _instant(key: str) -> datetime | None:
    try:
        return datetime.fromisoformat(key) if "T" in key else None
    except ValueError:
        return None


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
