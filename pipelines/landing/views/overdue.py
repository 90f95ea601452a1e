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

# Of windowed feeds the periods that a run has planned: their slices are in the ledger then. Of the others the day until
# which a run has looked for all there is and was through with it: what it had not taken up has no slice.
_KNOWN = """
select feed, scope_id, first_day, last_day from ops.expected where feed = any(%(windowed)s)
union all
select feed, scope_id, day, day from ops.looks where not feed = any(%(windowed)s)
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
    values = {"windowed": [feed.name for feed in FEEDS.values() if feed.shape == "windowed"]}
    known = {(row[0], row[1]): (row[2], row[3]) for row in conn.execute(_KNOWN, values).fetchall()}
    return to_land(scopes, left, known, last_night, working, lambda feed, scope: fingerprint(settings, feed, scope))


def to_land(
    scopes: Iterable[tuple[Feed, Scope]],
    left: Iterable[Left],
    known: Mapping[tuple[str, str], Span],
    last_night: Callable[[Feed, str], datetime],
    working: Collection[str],
    credential: Callable[[Feed, Scope], str | None],
) -> list[Overdue]:
    """Which of these feeds and scopes are overdue. known: the periods that runs have looked for so far."""
    of_scope: dict[tuple[str, str], list[Left]] = {}
    for each in left:
        of_scope.setdefault((each.feed, each.scope_id), []).append(each)
    found = []
    wanted: dict[tuple[str, str, date | None], Span | None] = {}  # many stores share it
    for feed, scope in scopes:
        key = feed.name, scope.scope_id
        span, since = known.get(key), history_from(scope)
        shared = feed.name, scope.time_zone, since
        if shared not in wanted:
            wanted[shared] = wanted_by(feed, scope.time_zone, since, last_night(feed, scope.time_zone))
        if feed.name not in working and is_behind(feed, wanted[shared], span):
            found.append(Overdue(feed.name, scope, again=False, mark=f"looked for until {span and span[1]}"))
            continue
        due = [each for each in of_scope.get(key, ()) if _is_due(each, feed, scope, working, credential)]
        if due:
            mark = f"{sum(each.slices for each in due)} slices, {sum(each.tries for each in due)} tries"
            found.append(Overdue(feed.name, scope, again=True, mark=mark))
    return found


def wanted_by(feed: Feed, zone: str, since: date | None, last_night: datetime) -> Span | None:
    """The periods that should have been looked for in a night, the oldest and the newest; None: none.

    since: `history_from` of the scope. last_night: UTC.
    """
    if feed.shape == "windowed":
        return slices.expected(feed, zone, last_night, since)
    day = slices.local_date(last_night, zone)
    return day, day


def is_behind(feed: Feed, wanted: Span | None, known: Span | None) -> bool:
    """Whether a night has passed in which no run looked for this feed. known: what was looked for; None: nothing."""
    if wanted is None or known is None:
        return wanted is not None
    return known[1] < wanted[1] or (feed.shape == "windowed" and known[0] > wanted[0])


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
