"""Reads what planning needs: slices that may be due, the periods that have a slice, a store's own ASINs, and
what its categories have found.

Read-only. What is due is decided in `planner.py`, `slices.py` and `snapshots.py`.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from psycopg import sql

from pipelines.feeds import FEEDS
from pipelines.feeds.apify import SUBJECTS
from pipelines.landing.planning import periods
from pipelines.landing.planning.slices import KEPT_AT_SOURCE, KnownSlice

if TYPE_CHECKING:
    import psycopg

    from pipelines.feeds import Feed
    from pipelines.stores import Scope, Store

LISTINGS = "amazon_sp.merchant_listings"
"""The feed from which a store's own ASINs are read: column `asin1` of its newest snapshot."""

# The advisory locks held in this database. A live run's session holds one, whose key is the owner of its leases.
ALIVE = """
select (classid::bigint << 32) | objid::bigint from pg_locks
where locktype = 'advisory' and objsubid = 1 and granted
  and database = (select oid from pg_database where datname = current_database())
"""

# True for a slice (`s`) that is 'loaded' but points at no load, or at a load whose rows were deleted.
_BROKEN = """
(s.state = 'loaded' and (s.current_load_id is null or s.current_load_id in (
    select load_id from ops.loads where pruned_at is not null {})))
"""
BROKEN = _BROKEN.format("")
_BROKEN_OF_FEED = _BROKEN.format("and feed = %(feed)s")

# The slices that can be due: those that have to be asked for again by age, are broken, wait or are being worked on.
# With `everything`: all slices.
_ROWS = f"""
select s.scope_id, s.slice_key, s.day, s.state, s.instant, s.checked_at, s.next_try_at, s.attempts, s.generation,
       s.request_id, s.reason, r.details ->> 'credential', coalesce(s.claimed_by in ({ALIVE}), false), r.remote_id,
       r.document_id, r.remote_created_at, s.options, {_BROKEN_OF_FEED}
from ops.slices s
join unnest(%(scopes)s::text[], %(zones)s::text[]) as w(scope_id, zone) on w.scope_id = s.scope_id
left join ops.requests r on r.request_id = s.request_id and s.state in ('refused', 'failed', 'quarantined', 'loaded')
where s.feed = %(feed)s
  and (%(everything)s or s.state not in ('loaded', 'empty', 'unavailable') or s.day >= %(recent)s or {_BROKEN_OF_FEED}
       or (%(by_age)s and s.state <> 'unavailable' and (s.checked_at is null
           or s.checked_at < ((s.day + %(last_age)s)::timestamp at time zone w.zone) + %(latency)s)))
order by s.scope_id, s.slice_key
"""  # noqa: S608

_DAYS = """
select scope_id, min(s.day), max(s.day), count(distinct s.day), min(e.first_day)
from (select scope_id, day from ops.slices where feed = %(feed)s and scope_id = any(%(scopes)s)) s
full join (select scope_id, first_day from ops.expected where feed = %(feed)s and scope_id = any(%(scopes)s)) e
using (scope_id) group by scope_id
"""

_ALL_DAYS = "select distinct day from ops.slices where feed = %s and scope_id = %s"

_ASINS = """
select distinct asin1 from {} where load_id = (
    select current_load_id from ops.slices
    where feed = %s and scope_id = %s and current_load_id is not null order by instant desc limit 1
) and asin1 <> '' order by asin1
"""


_CATEGORY_ASINS = """
select store_id, array_agg(distinct asin) from ops.category_asins where store_id = any(%s) group by store_id
"""


@dataclass(frozen=True, slots=True)
class DaySpan:
    """All periods between two first days, both inclusive, without a set of them. `in` expects a period's first day."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Have:
    """The periods of a scope that have a slice, named by their first days.

    first: the oldest of them. expected_from: the oldest period that a run has ever expected (`ops.expected`).
    """

    days: Container[date] = frozenset()
    first: date | None = None
    expected_from: date | None = None


def read_slices(
    conn: psycopg.Connection, feed: Feed, scopes: Sequence[Scope], now: datetime, *, everything: bool
) -> dict[str, list[KnownSlice]]:
    """The slices of a feed that can be due now, by scope id. everything: return all slices. now: UTC."""
    back = timedelta(days=2) if feed.shape != "listed" else KEPT_AT_SOURCE
    values = {
        "feed": feed.name,
        "scopes": [scope.scope_id for scope in scopes],
        "zones": [scope.time_zone for scope in scopes],
        "everything": everything,
        "recent": now.date() - back - timedelta(days=periods.LONGEST_DAYS[feed.period] - 1),
        "by_age": feed.shape == "windowed",
        # ages count from a period's last day
        "last_age": max(feed.restate_after) + periods.LONGEST_DAYS[feed.period] - 1,
        "latency": feed.latency,
    }
    found: dict[str, list[KnownSlice]] = {}
    for row in conn.execute(_ROWS, values):
        found.setdefault(row[0], []).append(KnownSlice(*row[1:]))
    return found


def read_days(conn: psycopg.Connection, feed: Feed, scopes: Sequence[Scope]) -> dict[str, Have]:
    """The periods that have a slice, by scope id. Single days are read only for a scope whose periods have gaps."""
    ids = [scope.scope_id for scope in scopes]
    found = {}
    for scope_id, first, last, count, expected_from in conn.execute(_DAYS, {"feed": feed.name, "scopes": ids}):
        days: Container[date] = frozenset()
        if first is not None:
            whole = periods.number(feed.period, last) - periods.number(feed.period, first) + 1 == count
            days = DaySpan(first, last) if whole else _all_days(conn, feed, scope_id)
        found[scope_id] = Have(days, first, expected_from)
    return found


def own_asins(conn: psycopg.Connection, store: Store) -> list[str]:
    """The ASINs in the store's newest snapshot of listings in raw; an empty list if it has no snapshot."""
    feed = FEEDS[LISTINGS]
    table = feed.table(feed.sections[0])
    there = conn.execute("select to_regclass(%s)", (f"raw.{table}",)).fetchone()
    if there is None or there[0] is None:
        return []
    query = sql.SQL(_ASINS).format(sql.Identifier("raw", table))
    return [asin for (asin,) in conn.execute(query, (LISTINGS, store.store_id))]


def category_asins(conn: psycopg.Connection, feed: Feed, scope: Scope) -> dict[str, list[str]]:
    """Store id -> the products that its categories have found; empty for a crawl that is not of products."""
    if SUBJECTS.get(feed.name) != "asin":
        return {}
    return dict(conn.execute(_CATEGORY_ASINS, ([store.store_id for store in scope.stores],)).fetchall())


def _all_days(conn: psycopg.Connection, feed: Feed, scope_id: str) -> frozenset[date]:
    return frozenset(day for (day,) in conn.execute(_ALL_DAYS, (feed.name, scope_id)))
