"""The table of `tradewind status`: for each store and feed what is here, what is missing since when, and what follows.

Read-only. The history of one slice is in `history.py`, answers for Dagster are in `coverage.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices
from pipelines.landing.planning.ledger_state import ALIVE, BROKEN
from pipelines.landing.planning.periods import periods_between
from pipelines.landing.planning.planner import history_from
from pipelines.landing.views.missing import GONE_STATE, NOT_AVAILABLE, lack

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.stores import Catalog, Scope

_SETTLED = "(s.state in ('loaded', 'empty', 'unavailable') and not coalesce(" + BROKEN + ", false))"
_SUMMARY = f"""
select s.feed, s.scope_id, count(distinct s.day) filter (where {_SETTLED} and s.state <> 'unavailable'),
       min(s.day) filter (where {_SETTLED} and s.state <> 'unavailable'),
       max(s.day) filter (where {_SETTLED} and s.state <> 'unavailable'),
       array_agg(distinct s.day),
       array_agg(distinct s.day) filter (where {_SETTLED} and s.state <> 'unavailable')
from ops.slices s group by s.feed, s.scope_id
"""  # noqa: S608
_GONE = f"""
select s.feed, s.scope_id, s.reason, array_agg(distinct s.day)
from ops.slices s where s.state = '{GONE_STATE}' group by s.feed, s.scope_id, s.reason
"""  # noqa: S608
_OPEN = f"""
select s.feed, s.scope_id, case when s.state = 'loaded' then 'missing' else s.state end,
       case when s.state = 'loaded' then 'its load is gone' else s.reason end,
       coalesce(s.claimed_by in ({ALIVE}), false), count(*), array_agg(distinct s.day), min(s.next_try_at)
from ops.slices s where not {_SETTLED} group by 1, 2, 3, 4, 5
"""  # noqa: S608
_EXPECTED = "select feed, scope_id, first_day, last_day from ops.expected"


@dataclass(frozen=True, slots=True)
class Gap:
    """Periods of a feed that should be here and are not, with the same state and reason. days: first days, sorted.

    since: when the oldest of them could first be asked for, UTC; None if unknown. next_try: UTC; None if the next run
    asks for them. busy: a live run works on them. What it is called is in `missing.py`.
    """

    state: str
    slices: int
    days: tuple[date, ...]
    reason: str | None
    since: datetime | None
    next_try: datetime | None
    busy: bool

    def __str__(self) -> str:
        span = f"{self.days[0]}" if len(self.days) == 1 else f"{self.days[0]} .. {self.days[-1]}"
        since = f", due since {self.since:%Y-%m-%d %H:%M} UTC" if self.since else ""
        reason = (self.reason or "not asked yet").rstrip(".")
        state = "" if self.state == GONE_STATE else f" {self.state}"
        return f"{lack(self.state).words}: {self.slices}{state} ({span}{since}): {reason}. {self._follows()}"

    def _follows(self) -> str:
        if self.state == GONE_STATE:
            return f"{NOT_AVAILABLE.cure}."
        if self.busy:
            return "A run is working on it now."
        if self.state in slices.OPEN_STATES:
            return "The next run goes on with it."
        if self.next_try is not None:
            return f"Next try after {self.next_try:%Y-%m-%d %H:%M} UTC."
        return "The next run asks for it."


class StatusRow(NamedTuple):
    """One line of `tradewind status`.

    of: the scope's id. days_here: periods that are loaded or empty; first, last: the oldest and newest of them.
    missing: the number of periods that should be here by now and are not. gaps: the newest first. gone: periods that
    cannot be had any more, which are not among the missing; what lies before the first snapshot is none.
    """

    of: str
    feed: str
    days_here: int
    first: date | None
    last: date | None
    missing: int
    gaps: tuple[Gap, ...] = ()
    gone: tuple[Gap, ...] = ()


@dataclass(slots=True)
class _Known:
    here: int = 0
    first: date | None = None
    last: date | None = None
    days: frozenset[date] = frozenset()
    days_here: frozenset[date] = frozenset()
    gaps: list[Gap] = field(default_factory=list)
    gone: list[Gap] = field(default_factory=list)


def status(conn: psycopg.Connection, catalog: Catalog, now: datetime) -> Iterator[StatusRow]:
    """A line for each feed and scope that can be asked for or has a slice, sorted by scope, then feed. now: UTC."""
    scopes = {(feed.name, scope.scope_id): scope for feed in FEEDS.values() for scope in catalog.scopes(feed)}
    known = {
        (row[0], row[1]): _Known(row[2], row[3], row[4], frozenset(row[5]), frozenset(row[6] or ()))
        for row in conn.execute(_SUMMARY).fetchall()
    }
    spans = {(row[0], row[1]): row[2:] for row in conn.execute(_EXPECTED).fetchall()}
    for name, scope_id, state, reason, busy, count, days, next_try in conn.execute(_OPEN).fetchall():
        since = _since(name, scopes.get((name, scope_id)), min(days))
        gap = Gap(state, count, tuple(sorted(days)), reason, since, next_try, busy)
        known[name, scope_id].gaps.append(gap)
    for name, scope_id, reason, days in conn.execute(_GONE).fetchall():
        one = known[name, scope_id]
        lost_days = sorted(set(days) - one.days_here - _never_existed(name, one.first, days))
        if lost_days:
            one.gone.append(Gap(GONE_STATE, len(lost_days), tuple(lost_days), reason, None, None, False))
    order = {name: number for number, name in enumerate(FEEDS)}
    for key in sorted({*known, *scopes}, key=lambda key: (key[1], order.get(key[0], len(order)))):
        feed_name, scope_id = key
        one = known.setdefault(key, _Known())
        lost: set[date] = set()
        expected: set[date] = set()
        if key in scopes:
            expected = _expected(FEEDS[feed_name], scopes[key], spans.get(key), now)
            lost = expected - one.days
        if lost:
            since = _since(feed_name, scopes[key], min(lost))
            one.gaps.append(
                Gap("missing", len(lost), tuple(sorted(lost)), "nothing is known of it", since, None, False)
            )
        open_days = {day for gap in one.gaps for day in gap.days}
        if _shows_a_moment(feed_name):
            open_days -= one.days_here  # one snapshot of the day is enough
        gaps, gone = (
            tuple(sorted(found, key=lambda gap: gap.days[-1], reverse=True)) for found in (one.gaps, one.gone)
        )
        yield StatusRow(scope_id, feed_name, one.here, one.first, one.last, len(open_days & expected), gaps, gone)


def _shows_a_moment(feed_name: str) -> bool:
    """Whether nothing can be asked of the past."""
    return feed_name in FEEDS and FEEDS[feed_name].shape in ("snapshot", "crawl")


def _never_existed(feed_name: str, first: date | None, days: Iterable[date]) -> set[date]:
    """The days before the first snapshot, as `marts.data_coverage` has it."""
    return {day for day in days if first is None or day < first} if _shows_a_moment(feed_name) else set()


def _since(feed_name: str, scope: Scope | None, day: date) -> datetime | None:
    """When a period could first be asked for, UTC; None if that is not known."""
    feed = FEEDS.get(feed_name)
    if feed is None or scope is None or feed.shape == "listed":
        return None
    if feed.shape == "windowed":
        return slices.boundary(feed, day, min(feed.restate_after), scope.time_zone)
    return slices.local_midnight(day, scope.time_zone)


def _expected(feed: Feed, scope: Scope, span: tuple[date, date] | None, now: datetime) -> set[date]:
    """The first days of the periods that should be here by now. span: the periods that earlier runs expected."""
    days: set[date] = set(periods_between(feed.period, *span)) if span else set()
    if feed.shape == "windowed":
        due = slices.expected(feed, scope.time_zone, now, history_from(scope))
        return days | set(_between(feed, due))
    return days | {slices.local_date(now, scope.time_zone)} if feed.shape in ("snapshot", "crawl") else days


def _between(feed: Feed, span: tuple[date, date] | None) -> Iterable[date]:
    return periods_between(feed.period, *span) if span else ()
