"""What a run would do: the ledger's rows and the rules of `slices.py` -> a `ScopePlan` per feed and scope.

Reads only; both the engine and `tradewind plan` take their plan from here, so that what is shown is what is done. What
depends on a source's answer (which reports exist already) is decided later, in `adoption.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.feeds import FEEDS, Feed
from pipelines.landing import slices
from pipelines.landing.results import PlannedRequest, Selection
from pipelines.landing.slices import DueSlice, KnownSlice, Window
from pipelines.sources.base import BACKFILL, RESTATEMENT, TODAY
from pipelines.sources.rate_limits import ADS_LIMITS, SP_LIMITS, Limit

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Scope
    from pipelines.warehouse.connection import Warehouse

# The key that a live run's session holds as an advisory lock, for every such session of this database.
ALIVE = """
select (classid::bigint << 32) | objid::bigint from pg_locks
where locktype = 'advisory' and objsubid = 1 and granted
  and database = (select oid from pg_database where datname = current_database())
"""

# Rows that can still be due by age, wait for something or are being worked on; with `everything`, all rows.
_ROWS = f"""
select s.scope_id, s.slice_key, s.day, s.state, s.instant, s.checked_at, s.next_try_at, s.attempts, s.generation,
       s.request_id, s.reason, r.details ->> 'credential', coalesce(s.claimed_by in ({ALIVE}), false), r.remote_id,
       r.document_id, r.remote_created_at
from ops.slices s
join unnest(%(scopes)s::text[], %(zones)s::text[]) as w(scope_id, zone) on w.scope_id = s.scope_id
left join ops.requests r on r.request_id = s.request_id and s.state in ('refused', 'failed', 'quarantined')
where s.feed = %(feed)s
  and (%(everything)s or s.state not in ('loaded', 'empty', 'unavailable') or s.day >= %(recent)s
       or (%(by_age)s and s.state <> 'unavailable' and (s.checked_at is null
           or s.checked_at < ((s.day + %(last_age)s)::timestamp at time zone w.zone) + %(latency)s)))
order by s.scope_id, s.slice_key
"""  # noqa: S608

_DAYS = """
select scope_id, min(day), max(day), count(distinct day) from ops.slices
where feed = %(feed)s and scope_id = any(%(scopes)s) group by scope_id
"""

_ALL_DAYS = "select distinct day from ops.slices where feed = %s and scope_id = %s"


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Every day from first to last, as a container that costs nothing."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(slots=True)
class ScopePlan:
    """What is to be done for one feed and scope.

    windows: requests of windowed feeds, newest first. snapshot: why one is due today, and the earlier attempt that it
    repeats. missing: ended days without any snapshot; past: days whose existing snapshot is adopted; again: slices of
    ended days whose document is fetched again. look_since: UTC. have: days that have a slice. waiting: slices that are
    not well and not due. gone: slices that never came and can no longer be had. credential: fingerprint of what the
    source is asked with.
    """

    feed: Feed
    scope: Scope
    known: dict[str, KnownSlice]
    have: Container[date]
    credential: str | None
    windows: list[Window] = field(default_factory=list)
    snapshot: tuple[str, KnownSlice | None] | None = None
    missing: list[date] = field(default_factory=list)
    past: list[date] = field(default_factory=list)
    again: list[KnownSlice] = field(default_factory=list)
    look_since: datetime | None = None
    waiting: list[KnownSlice] = field(default_factory=list)
    gone: list[KnownSlice] = field(default_factory=list)

    @property
    def new_days(self) -> list[date]:
        """Days of the windows that have no slice yet."""
        return [day for window in self.windows for day in window.days if day not in self.have]

    def generation(self, slice_key: str) -> int:
        """Of a slice as it was when the plan was made; 0 if it was not there."""
        row = self.known.get(slice_key)
        return row.generation if row else 0

    def without(self, tried: Container[tuple[str, str]]) -> None:
        """Leave out the slices (scope id, key) that were tried in this run already."""
        due = [item for window in self.windows for item in window.due]
        left = [item for item in due if (self.scope.scope_id, item.day.isoformat()) not in tried]
        self.windows = slices.cover(left, self.feed.days_per_request)
        repeated = self.snapshot[1] if self.snapshot else None
        if repeated is not None and (self.scope.scope_id, repeated.slice_key) in tried:
            self.snapshot = None


def chosen_feeds(selection: Selection) -> list[Feed]:
    """The feeds of a selection that have an API, in the catalogue's order."""
    wanted = None if selection.feeds is None else set(selection.feeds)
    return [feed for feed in FEEDS.values() if feed.shape != "file" and (wanted is None or feed.name in wanted)]


def chosen_scopes(catalog: Catalog, feed: Feed, selection: Selection) -> list[Scope]:
    """The scopes of a feed that a selection touches."""
    scopes = catalog.scopes(feed)
    if selection.stores is None:
        return scopes
    wanted = set(selection.stores)
    return [scope for scope in scopes if any(store.store_id in wanted for store in scope.stores)]


def history_from(scope: Scope) -> date | None:
    """The first day that any store of the scope wants; None if one of them wants all there is."""
    days = [store.history_from for store in scope.stores]
    return None if any(day is None for day in days) else min(day for day in days if day is not None)


def fingerprint(settings: Settings, feed: Feed, scope: Scope) -> str | None:
    """A short hash of the credentials with which the source is asked: tells a changed one, betrays none."""
    if feed.source == "apify":
        parts = [settings.apify_token]
    elif feed.source == "amazon_ads":
        parts = [settings.ads_client_secret, scope.account.ads_refresh_token if scope.account else None]
    else:
        parts = [settings.lwa_client_secret, scope.account.refresh_token if scope.account else None]
    texts = [part.get_secret_value() for part in parts if part is not None]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16] if texts else None


def plan_feed(
    conn: psycopg.Connection,
    settings: Settings,
    feed: Feed,
    scopes: Sequence[Scope],
    selection: Selection,
    now: datetime,
) -> list[ScopePlan]:
    """The plans of one feed for these scopes. now: the business clock, UTC."""
    if not scopes:
        return []
    ids = [scope.scope_id for scope in scopes]
    rows = _read_rows(conn, feed, scopes, now, everything=selection.force)
    spans = {row[0]: row[1:] for row in conn.execute(_DAYS, {"feed": feed.name, "scopes": ids}).fetchall()}
    plans = []
    for scope in scopes:
        known = rows.get(scope.scope_id, [])
        span = spans.get(scope.scope_id)
        plan = ScopePlan(
            feed,
            scope,
            {row.slice_key: row for row in known},
            _days_with_slice(conn, feed, scope, span),
            fingerprint(settings, feed, scope),
        )
        if feed.shape == "windowed":
            _plan_windows(plan, selection, now)
        elif feed.shape in ("snapshot", "crawl"):
            _plan_snapshot(plan, span[0] if span else None, selection, now)
        else:
            _plan_listed(plan, now)
        plan.waiting = _waiting(plan, selection, now)
        plans.append(plan)
    return plans


def priority(window: Window, today: date) -> int:
    """Today's data first, then restated days, then the backfill."""
    if any(item.day >= today - timedelta(days=1) for item in window.due):
        return TODAY
    return BACKFILL if any(item.reason == "never asked" for item in window.due) else RESTATEMENT


def plan(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, selection: Selection | None = None
) -> list[PlannedRequest]:
    """Every request that a run would make now, in the order of sending, with its reason and its earliest time.

    Reports that exist already at the source may save some of them: that is not known before the source is asked.
    """
    selection = selection or Selection()
    now = settings.now()
    planned: list[tuple[tuple[int, int], PlannedRequest, str]] = []
    with warehouse.connect() as conn:
        for feed in chosen_feeds(selection):
            for scoped in plan_feed(conn, settings, feed, chosen_scopes(catalog, feed, selection), selection, now):
                planned += _requests_of(scoped, now)
        tokens = _tokens(conn)
    planned.sort(key=lambda item: item[0])
    spent: dict[tuple[str, str], int] = {}
    answer = []
    for _, request, subject in planned:
        bucket = (subject, request.operation)
        spent[bucket] = spent.get(bucket, 0) + request.cost
        waits = _wait(spent[bucket], tokens.get(bucket), _published(request.feed, request.operation))
        earliest = None if waits is None else now + timedelta(seconds=waits)
        answer.append(replace(request, waits=waits, earliest=earliest))
    return answer


def _read_rows(
    conn: psycopg.Connection, feed: Feed, scopes: Sequence[Scope], now: datetime, *, everything: bool
) -> dict[str, list[KnownSlice]]:
    back = timedelta(days=2) if feed.shape != "listed" else slices.KEPT_AT_SOURCE
    values = {
        "feed": feed.name,
        "scopes": [scope.scope_id for scope in scopes],
        "zones": [scope.time_zone for scope in scopes],
        "everything": everything,
        "recent": now.date() - back,
        "by_age": feed.shape == "windowed",
        "last_age": max(feed.restate_after),
        "latency": feed.latency,
    }
    found: dict[str, list[KnownSlice]] = {}
    for row in conn.execute(_ROWS, values):
        found.setdefault(row[0], []).append(KnownSlice(*row[1:]))
    return found


def _days_with_slice(
    conn: psycopg.Connection, feed: Feed, scope: Scope, span: tuple[date, date, int] | None
) -> Container[date]:
    """The days that have a row; read one by one only where the ledger has holes."""
    if span is None:
        return frozenset()
    first, last, count = span
    if count == (last - first).days + 1:
        return DaySpan(first, last)
    return frozenset(day for (day,) in conn.execute(_ALL_DAYS, (feed.name, scope.scope_id)))


def _plan_windows(plan: ScopePlan, selection: Selection, now: datetime) -> None:
    zone, since = plan.scope.time_zone, history_from(plan.scope)
    due = slices.due_days(
        plan.feed,
        zone,
        {row.day: row for row in plan.known.values()},
        now,
        settled=plan.have,
        history_from=since,
        days=selection.days,
        force=selection.force,
        credential=plan.credential,
    )
    plan.windows = slices.cover(due, plan.feed.days_per_request)
    plan.gone = slices.out_of_history(plan.feed, zone, plan.known.values(), now, since)


def _plan_snapshot(plan: ScopePlan, first_known: date | None, selection: Selection, now: datetime) -> None:
    zone, feed = plan.scope.time_zone, plan.feed
    plan.snapshot = slices.snapshot_due(
        feed, zone, plan.known.values(), now, days=selection.days, force=selection.force, credential=plan.credential
    )
    wanted_from = history_from(plan.scope)
    if selection.days is None:
        plan.missing = slices.missing_days(zone, plan.have, first_known, now, wanted_from)
        plan.past = plan.missing
        if first_known is None and wanted_from is None:
            # everything that is kept is wanted, and nothing is known yet
            today = slices.local_date(now, zone)
            plan.past = list(slices.day_range(today - slices.KEPT_AT_SOURCE, today - timedelta(days=1)))
    if plan.past or plan.snapshot is not None:
        plan.look_since = slices.look_since(zone, plan.missing, first_known, now)
    plan.gone = slices.out_of_history(feed, zone, plan.known.values(), now)
    plan.again = [
        row
        for row in plan.known.values()
        if slices.fetched_again(row, slices.local_date(now, zone))
        and not row.busy
        and slices.retry_reason(row, now, selection.force, plan.credential) is not None
        and (selection.days is None or row.day in selection.days)
    ]


def _plan_listed(plan: ScopePlan, now: datetime) -> None:
    """Everything listed since a fortnight before the newest one known; all that is kept where nothing is."""
    zone, known = plan.scope.time_zone, plan.known.values()
    oldest = slices.local_date(now, zone) - min(plan.feed.history, slices.KEPT_AT_SOURCE)
    newest = max((row.day for row in known), default=oldest)
    unfinished = min((row.day for row in known if row.state not in ("loaded", "empty", "unavailable")), default=newest)
    since = max(oldest, min(newest - timedelta(days=14), unfinished))
    plan.look_since = slices.local_midnight(since, zone)
    plan.gone = [
        row for row in known if row.day < oldest and row.state in ("due", "failed", "refused") and not row.busy
    ]


def _waiting(plan: ScopePlan, selection: Selection, now: datetime) -> list[KnownSlice]:
    """Failed, refused and quarantined slices that this run leaves alone, so that its result can name them."""
    due = {item.day for window in plan.windows for item in window.due}
    repeated = plan.snapshot[1] if plan.snapshot else None
    left = []
    for row in plan.known.values():
        if (
            row.state not in ("failed", "refused", "quarantined")
            or row.day in due
            or row in plan.gone
            or row in plan.again
            or row == repeated
        ):
            continue
        if plan.feed.shape == "listed" and slices.retry_reason(row, now, selection.force, plan.credential) is not None:
            continue
        if selection.days is None or row.day in selection.days:
            left.append(row)
    return left


def _requests_of(plan: ScopePlan, now: datetime) -> list[tuple[tuple[int, int], PlannedRequest, str]]:
    feed, scope = plan.feed, plan.scope
    today = slices.local_date(now, scope.time_zone)
    windows = list(plan.windows)
    if plan.snapshot is not None:
        windows = [Window(today, today, (DueSlice(today, plan.snapshot[0]),))]
    operation = "run" if feed.source == "apify" else "createReport"
    account = scope.account.account_id if scope.account else scope.scope_id
    subject = (scope.stores[0].ads_profile_id or account) if feed.source == "amazon_ads" else account
    return [
        (
            (priority(window, today), -window.last.toordinal()),
            PlannedRequest(
                feed.name,
                scope.scope_id,
                window.first,
                window.last,
                len(window.due),
                window.reason,
                operation,
                1,
                None,
                None,
            ),
            subject,
        )
        for window in windows
    ]


def _tokens(conn: psycopg.Connection) -> dict[tuple[str, str], tuple[float, float]]:
    """What each bucket holds at this moment, and its rate."""
    rows = conn.execute(
        "select subject, operation, rate,"
        " least(burst, tokens + rate * extract(epoch from clock_timestamp() - updated_at)) from ops.buckets"
    )
    return {(subject, operation): (float(tokens), float(rate)) for subject, operation, rate, tokens in rows}


def _published(feed_name: str, operation: str) -> Limit | None:
    limits = {"amazon_sp": SP_LIMITS, "amazon_ads": ADS_LIMITS}.get(FEEDS[feed_name].source, {})
    return limits.get(operation)


def _wait(number: int, bucket: tuple[float, float] | None, published: Limit | None) -> float | None:
    """(n - b) / r: when the n-th request of a bucket can be sent, in seconds from now."""
    if bucket is None:
        if published is None:
            return None
        bucket = (published.burst, published.rate)
    tokens, rate = bucket
    return max(0.0, (number - tokens) / rate)
