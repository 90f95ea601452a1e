"""Makes the plan of a run, a `ScopePlan` for each feed and scope, from the ledger and the rules of `slices.py`.

Nothing is written. The engine and `tradewind plan` (`views/forecast.py`) both take their plan from here, so that a
run does what the command shows. Which reports exist already is known only from the source: that is decided later, in
`adoption.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.actors import load_actors
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.planning import crawls, periods, slices, snapshots
from pipelines.landing.planning.crawls import Batch
from pipelines.landing.planning.ledger_state import Have, category_asins, own_asins, read_days, read_slices
from pipelines.landing.planning.selection import Selection
from pipelines.landing.planning.slices import DueSlice, KnownSlice, Window
from pipelines.landing.planning.today import feeds_of_today
from pipelines.sources.base import BACKFILL, RESTATEMENT, TODAY
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Scope


@dataclass(slots=True)
class ScopePlan:
    """What is to be done for one feed and scope. Periods are named by their first days.

    known: slices that can be due, by key. have: the periods that have a slice.
    credential: fingerprint of the credentials with which the source is asked.
    windows: the requests of a windowed feed, newest first.
    batches: the crawls that are due today.
    snapshot: why a snapshot is due today, and the earlier attempt of today that it repeats; None if none is due.
    missing: ended days without a snapshot; for windowed feeds, expected periods without a slice that are too old to be
    asked for. past: days whose existing snapshot is to be adopted. again: slices of ended days whose document is to be
    fetched again. look_since: since when existing reports are looked for, UTC.
    waiting: slices that failed, were refused or are quarantined, and are not due yet. gone: slices that never came and
    cannot be had any more. expected: the oldest and the newest period that should have a slice.
    without_asins: periods that are due but cannot be asked for, because the store's ASINs are not known.
    """

    feed: Feed
    scope: Scope
    known: dict[str, KnownSlice]
    have: Container[date]
    credential: str | None
    windows: list[Window] = field(default_factory=list)
    snapshot: tuple[str, KnownSlice | None] | None = None
    batches: list[Batch] = field(default_factory=list)
    missing: list[date] = field(default_factory=list)
    past: list[date] = field(default_factory=list)
    again: list[KnownSlice] = field(default_factory=list)
    look_since: datetime | None = None
    waiting: list[KnownSlice] = field(default_factory=list)
    gone: list[KnownSlice] = field(default_factory=list)
    expected: tuple[date, date] | None = None
    without_asins: list[date] = field(default_factory=list)

    @property
    def new_slices(self) -> list[tuple[str, date, Mapping[str, str] | None]]:
        """Slices of the windows that have no row yet: key, first day, options."""
        new: dict[str, tuple[str, date, Mapping[str, str] | None]] = {}
        for window in self.windows:
            if self.feed.asins_option:
                due = (each for each in window.due if each.key not in self.known)
                new |= {each.key: (each.key, each.day, each.options) for each in due}
            else:
                days = (day for day in window.days if day not in self.have)
                new |= {day.isoformat(): (day.isoformat(), day, None) for day in days}
        return list(new.values())

    def generation(self, slice_key: str) -> int:
        """The generation that a slice had when the plan was made; 0 if it had no row."""
        row = self.known.get(slice_key)
        return row.generation if row else 0

    def only_again(self) -> None:
        """Remove what no run has taken up yet, and the search for what is missing."""
        left = [item for window in self.windows for item in window.due if self._was_taken_up(item)]
        self.windows = slices.cover(left, slices.periods_per_request(self.feed), self.feed.period)
        if self.snapshot is not None and self.snapshot[1] is None:
            self.snapshot = None
        self.batches = [each for each in self.batches if each.repeats is not None]
        self.missing, self.past, self.without_asins, self.expected = [], [], [], None
        if self.feed.shape != "listed" and self.snapshot is None and not self.batches:
            self.look_since = None

    def _was_taken_up(self, item: DueSlice) -> bool:
        # A period whose parts were not known yet has a row without a part.
        row = self.known.get(item.key) or self.known.get(slices.key_of(item.day))
        return row is not None and row.state in slices.NEVER_CAME

    def without(self, tried: Container[tuple[str, str]]) -> None:
        """Remove the slices (scope id, key) that this run has tried already."""
        scope_id = self.scope.scope_id
        due = [item for window in self.windows for item in window.due]
        left = [item for item in due if (self.scope.scope_id, item.key) not in tried]
        self.windows = slices.cover(left, slices.periods_per_request(self.feed), self.feed.period)
        repeated = self.snapshot[1] if self.snapshot else None
        if repeated is not None and (self.scope.scope_id, repeated.slice_key) in tried:
            self.snapshot = None
        self.batches = [
            each for each in self.batches if each.repeats is None or (scope_id, each.repeats.slice_key) not in tried
        ]


def chosen_feeds(selection: Selection) -> list[Feed]:
    """The feeds of a selection that have an API, in the catalogue's order."""
    wanted = None if selection.feeds is None else set(selection.feeds)
    return [
        feed
        for feed in (feeds_of_today() if selection.today else FEEDS.values())
        if feed.is_asked_for and (wanted is None or feed.name in wanted)
    ]


def chosen_scopes(catalog: Catalog, feed: Feed, selection: Selection) -> list[Scope]:
    """The scopes of a feed that a selection touches."""
    scopes = catalog.scopes(feed)
    if selection.stores is None:
        return scopes
    wanted = set(selection.stores)
    return [scope for scope in scopes if any(store.store_id in wanted for store in scope.stores)]


def history_from(scope: Scope) -> date | None:
    """The oldest `history_from` of the scope's stores, or that of its shop; None if one has none: all there is."""
    days = [scope.shop.history_from] if scope.shop else [store.history_from for store in scope.stores]
    return None if any(day is None for day in days) else min(day for day in days if day is not None)


def fingerprint(settings: Settings, feed: Feed, scope: Scope) -> str | None:
    """A short hash of the credentials with which the source is asked. It shows a change and reveals no credential."""
    traits = TRAITS[feed.source]
    parts = [getattr(settings, traits.credential)] if traits.credential else []
    holder = scope.shop or scope.account
    if traits.grant and holder is not None:
        parts.append(getattr(holder, traits.grant))
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
    batch_size = load_actors(settings)[feed.name].batch_size if feed.shape == "crawl" else 0
    rows = read_slices(conn, feed, scopes, now, everything=selection.force)
    spans = read_days(conn, feed, scopes)
    plans = []
    chosen = selection
    for scope in scopes:
        if chosen.today:
            selection = replace(chosen, days=(slices.local_date(now, scope.time_zone),))
        known = rows.get(scope.scope_id, [])
        if chosen.impatient and feed.shape != "crawl":  # crawls are paid for
            known = [_without_pause(row) for row in known]
        have = spans.get(scope.scope_id, Have())
        plan = ScopePlan(
            feed,
            scope,
            {row.slice_key: row for row in known},
            have.days,
            fingerprint(settings, feed, scope),
        )
        if feed.shape == "windowed":
            _plan_windows(conn, plan, have, selection, now)
        elif feed.shape in ("snapshot", "crawl"):
            found = category_asins(conn, feed, scope) if feed.shape == "crawl" else {}
            _plan_snapshot(plan, have, selection, now, batch_size, found)
        else:
            _plan_listed(plan, now)
        if selection.again:
            plan.only_again()
        plan.waiting = _waiting(plan, selection, now) if selection.subjects is None else []
        plans.append(plan)
    return plans


def _without_pause(row: KnownSlice) -> KnownSlice:
    """A failed or refused slice as if its pause had ended.

    One in quarantine keeps its pause: the source gives no second report of the same kind before.
    """
    return replace(row, next_try_at=None) if row.state in ("failed", "refused") else row


def priority(window: Window, today: date) -> int:
    """The priority of a window: TODAY, RESTATEMENT or BACKFILL.

    TODAY: one of its periods is the running one or the newest that has ended. BACKFILL: one was never asked for.
    """
    newest = periods.first_of(window.period, today)
    if any(periods.following(window.period, item.day) >= newest for item in window.due):
        return TODAY
    return BACKFILL if any(item.reason == "never asked" for item in window.due) else RESTATEMENT


def _plan_windows(conn: psycopg.Connection, plan: ScopePlan, have: Have, selection: Selection, now: datetime) -> None:
    zone, since, feed = plan.scope.time_zone, history_from(plan.scope), plan.feed

    def find_due(parts: Sequence[str] | None) -> list[DueSlice]:
        return slices.due_days(
            feed,
            zone,
            plan.known.values(),
            now,
            settled=plan.have,
            history_from=since,
            days=selection.days,
            force=selection.force,
            credential=plan.credential,
            parts=parts,
        )

    due = find_due([""] if feed.asins_option else None)
    new = {item.day for item in due if item.key not in plan.known}
    if feed.asins_option and new:
        # The listings are read only if a period has no slice yet: the others have their ASINs in their options.
        asins = own_asins(conn, plan.scope.stores[0])
        due = find_due(slices.pack_asins(asins, feed.asins_characters))
        plan.without_asins = [] if asins else sorted(new)
    plan.windows = slices.cover(due, slices.periods_per_request(feed), feed.period)
    plan.gone = slices.out_of_history(feed, zone, plan.known.values(), now, since)
    if selection.days is not None:
        return
    plan.expected = slices.expected(feed, zone, now, since)
    if have.expected_from is not None:
        last = slices.first_day(feed, zone, now, since) - timedelta(days=1)
        lost = periods.periods_between(feed.period, have.expected_from, last)
        plan.missing = [day for day in lost if day not in plan.have]


def _plan_crawls(
    plan: ScopePlan, selection: Selection, now: datetime, size: int, of_categories: Mapping[str, Sequence[str]]
) -> None:
    """The batches that are due: of what the scope's stores track, of what tenants whose stores are chosen bear."""
    today = slices.local_date(now, plan.scope.time_zone)
    if selection.days is not None and today not in selection.days:
        return
    tenants_of = crawls.wanted(plan.feed.name, plan.scope.stores, of_categories)
    if selection.subjects is not None:
        chosen = [store for store in plan.scope.stores if selection.stores and store.store_id in selection.stores]
        bearers = tuple(sorted({store.tenant_id for store in chosen}))
        tenants_of = {
            subject: bearers or tenants_of[subject]
            for subject in sorted(set(selection.subjects))
            if bearers or subject in tenants_of
        }
    plan.batches = crawls.due(
        plan.feed,
        tenants_of,
        plan.known.values(),
        today,
        now,
        size,
        urgency=selection.urgency,
        force=selection.force,
        credential=plan.credential,
    )


def _plan_snapshot(
    plan: ScopePlan,
    have: Have,
    selection: Selection,
    now: datetime,
    batch_size: int,
    of_categories: Mapping[str, Sequence[str]],
) -> None:
    zone, feed = plan.scope.time_zone, plan.feed
    today = slices.local_date(now, zone)
    if feed.shape == "crawl":
        _plan_crawls(plan, selection, now, batch_size, of_categories)
        if selection.subjects is not None:
            return
    else:
        plan.snapshot = snapshots.snapshot_due(
            feed,
            zone,
            plan.known.values(),
            now,
            days=selection.days,
            force=selection.force,
            again=selection.today,
            credential=plan.credential,
        )
    # A day that was expected once stays expected, even if the ledger has lost its slice.
    first_known = min((day for day in (have.first, have.expected_from) if day is not None), default=None)
    wanted_from = history_from(plan.scope)
    if selection.days is None:
        plan.missing = snapshots.missing_days(zone, plan.have, first_known, now, wanted_from)
        plan.past = plan.missing
        if first_known is None and wanted_from is None:
            # The stores want all history and the ledger has none: adopt everything that the source still keeps.
            plan.past = list(slices.day_range(today - slices.KEPT_AT_SOURCE, today - timedelta(days=1)))
    if plan.past or plan.snapshot is not None or plan.batches:
        plan.look_since = snapshots.look_since(zone, plan.missing, first_known, now)
    plan.gone = snapshots.out_of_history(zone, plan.known.values(), now)
    plan.again = [
        row
        for row in plan.known.values()
        if snapshots.fetched_again(row, today)
        and not row.busy
        and slices.retry_reason(row, now, selection.force, plan.credential) is not None
        and (selection.days is None or row.day in selection.days)
    ]
    if selection.days is None:
        plan.expected = (wanted_from or first_known or today, today)


def _plan_listed(plan: ScopePlan, now: datetime) -> None:
    """Look for reports since 14 days before the newest one known, or since an older one that is not finished.

    If none is known, look for all that the source keeps.
    """
    zone, known = plan.scope.time_zone, plan.known.values()
    oldest = slices.local_date(now, zone) - min(plan.feed.history, slices.KEPT_AT_SOURCE)
    newest = max((row.day for row in known), default=oldest)
    settled = ("loaded", "empty", "unavailable")
    unfinished = min((row.day for row in known if row.broken or row.state not in settled), default=newest)
    since = max(oldest, min(newest - timedelta(days=14), unfinished))
    plan.look_since = slices.local_midnight(since, zone)
    plan.gone = [
        row for row in known if row.day < oldest and row.state in ("due", "failed", "refused") and not row.busy
    ]


def _waiting(plan: ScopePlan, selection: Selection, now: datetime) -> list[KnownSlice]:
    """Failed, refused and quarantined slices that this run does not try, so that its result can name them."""
    due = {item.key for window in plan.windows for item in window.due}
    repeated = [plan.snapshot[1]] if plan.snapshot else [each.repeats for each in plan.batches]
    left = []
    for row in plan.known.values():
        if (
            row.state not in ("failed", "refused", "quarantined")
            or row.slice_key in due
            or row in plan.gone
            or row in plan.again
            or row in repeated
        ):
            continue
        if plan.feed.shape == "listed" and slices.retry_reason(row, now, selection.force, plan.credential) is not None:
            continue
        if selection.days is None or row.day in selection.days:
            left.append(row)
    return left
