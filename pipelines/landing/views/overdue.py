"""What is to be landed without waiting for the night: what an earlier run left or failed at, and what no run has looked
for although its night has passed.

Read-only. `is_behind` and `to_land` decide and are pure. Which run lands it, and that it is not started too often, is
decided in orchestration.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices
from pipelines.landing.planning.ledger_state import ALIVE
from pipelines.landing.planning.planner import fingerprint, history_from

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Scope

# Dagster retries a run that died, which goes on with what it left: what nobody has touched for so long is nobody's.
LEFT_ALONE = timedelta(minutes=3)

# What is not here and nobody works on. Of a day of a snapshot feed one is enough. `waits`: refused, and its pause has
# not ended; it is due all the same if the credential has changed. `left`: a run has ended before it was through.
_LEFT = f"""
select s.feed, s.scope_id, s.next_try_at > %(now)s as waits, s.state in ('due', 'requesting', 'requested', 'ready'),
       case when s.state = 'refused' then r.details ->> 'credential' end, count(*), sum(s.generation + s.attempts)
from ops.slices s left join ops.requests r using (request_id)
where s.state not in ('loaded', 'empty', 'unavailable')
  and (s.next_try_at is null or s.next_try_at <= %(now)s or s.state = 'refused')
  and (s.state in ('failed', 'refused', 'quarantined') or s.updated_at < clock_timestamp() - %(left_alone)s)
  and not coalesce(s.claimed_by in ({ALIVE}), false)
  and not (s.feed = any(%(snapshots)s) and exists (
      select from ops.slices o
      where o.feed = s.feed and o.scope_id = s.scope_id and o.day = s.day and o.state in ('loaded', 'empty')))
group by 1, 2, 3, 4, 5 order by 1, 2
"""  # noqa: S608

# The day until which a run has looked for all there is and was through with it: what it had not taken up has no slice
# (snapshots, crawls, lists), or has one that is loaded (days that are to be read again). Of windowed feeds also the
# periods that a run has planned.
_KNOWN = """
select feed, scope_id, l.day, e.first_day, e.last_day
from ops.looks l full join ops.expected e using (feed, scope_id)
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A feed and scope for which a run should be started.

    again: only what was taken up before; else everything that is due. mark: changes whenever a run has changed anything
    about it.
    """

    feed: str
    scope: Scope
    again: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Left:
    """Slices of a feed and scope that are not here, by state. waits: their pause has not ended. unfinished: a run has
    ended before it was through with them. credential: with which they were refused.
    """

    feed: str
    scope_id: str
    waits: bool
    unfinished: bool
    credential: str | None
    slices: int
    tries: int


Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Known:
    """How far runs have looked for a feed and scope: the day until which one was through, the periods that one has
    planned (the oldest and the newest). None: none.
    """

    looked: date | None = None
    periods: Span | None = None


def overdue(
    conn: psycopg.Connection,
    settings: Settings,
    catalog: Catalog,
    now: datetime,
    last_night: Callable[[Feed, str], datetime],
    working: Collection[str],
) -> list[Overdue]:
    """Everything that is to be landed without waiting, by the ledger.

    now: business time, UTC. last_night: of a feed and time zone, when it should have been looked for last, UTC.
    working: feeds for which runs are under way.
    """
    scopes = [(feed, scope) for feed in FEEDS.values() if feed.is_asked_for for scope in catalog.scopes(feed)]
    snapshots = [feed.name for feed in FEEDS.values() if feed.shape == "snapshot"]
    rows = conn.execute(_LEFT, {"now": now, "left_alone": LEFT_ALONE, "snapshots": snapshots}).fetchall()
    left = [Left(name, scope_id, bool(waits), *rest) for name, scope_id, waits, *rest in rows]
    known = {
        (name, scope_id): Known(looked, (first, last) if first else None)
        for name, scope_id, looked, first, last in conn.execute(_KNOWN).fetchall()
    }
    return to_land(scopes, left, known, last_night, working, lambda feed, scope: fingerprint(settings, feed, scope))


def to_land(
    scopes: Iterable[tuple[Feed, Scope]],
    left: Iterable[Left],
    known: Mapping[tuple[str, str], Known],
    last_night: Callable[[Feed, str], datetime],
    working: Collection[str],
    credential: Callable[[Feed, Scope], str | None],
) -> list[Overdue]:
    """Which of these feeds and scopes are overdue. known: how far runs have looked so far."""
    of_scope: dict[tuple[str, str], list[Left]] = {}
    for each in left:
        of_scope.setdefault((each.feed, each.scope_id), []).append(each)
    found = []
    wanted: dict[tuple[str, str, date | None], Known | None] = {}  # many stores share it
    for feed, scope in scopes:
        key = feed.name, scope.scope_id
        so_far, since = known.get(key, Known()), history_from(scope)
        shared = feed.name, scope.time_zone, since
        if shared not in wanted:
            wanted[shared] = wanted_by(feed, scope.time_zone, since, last_night(feed, scope.time_zone))
        if feed.name not in working and is_behind(wanted[shared], so_far):
            mark = f"looked for until {so_far.looked}, {so_far.periods and so_far.periods[1]}"
            found.append(Overdue(feed.name, scope, again=False, mark=mark))
            continue
        due = [each for each in of_scope.get(key, ()) if _is_due(each, feed, scope, working, credential)]
        if due:
            mark = f"{sum(each.slices for each in due)} slices, {sum(each.tries for each in due)} tries"
            found.append(Overdue(feed.name, scope, again=True, mark=mark))
    return found


def wanted_by(feed: Feed, zone: str, since: date | None, last_night: datetime) -> Known | None:
    """How far should have been looked in a night; None: there was nothing to look for.

    since: `history_from` of the scope. last_night: UTC.
    """
    night = slices.local_date(last_night, zone)
    if feed.shape != "windowed":
        return Known(night)
    periods = slices.expected(feed, zone, last_night, since)
    return Known(night, periods) if periods else None


def is_behind(wanted: Known | None, known: Known) -> bool:
    """Whether a night has passed in which no run was through with a feed. wanted: see `wanted_by`."""
    if wanted is None:
        return False
    if known.looked is None or wanted.looked is None or known.looked < wanted.looked:
        return True
    if wanted.periods is None:
        return False
    first, last = wanted.periods
    return known.periods is None or known.periods[0] > first or known.periods[1] < last


def _is_due(
    left: Left,
    feed: Feed,
    scope: Scope,
    working: Collection[str],
    credential: Callable[[Feed, Scope], str | None],
) -> bool:
    if left.unfinished:
        return feed.name not in working
    if not left.waits:
        return True
    return left.credential is not None and credential(feed, scope) not in (None, left.credential)
