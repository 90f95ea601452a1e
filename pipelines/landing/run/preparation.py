"""Turns a plan into queued jobs: reports that exist already are adopted, the others asked for, the most urgent first.

Which slices are due is decided in `planning/planner.py`, and which report may be adopted in `planning/adoption.py`.
The jobs are carried out by `report_job.py`.
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError, SourceError
from pipelines.landing.incoming import Origin
from pipelines.landing.ledger.leases import Wanted
from pipelines.landing.ledger.requests import LISTING, NewSlice
from pipelines.landing.planning import adoption, crawls, periods, slices
from pipelines.landing.planning.planner import ScopePlan, priority
from pipelines.landing.planning.slices import KnownSlice, Window
from pipelines.landing.run.crawl_batches import queue_batches
from pipelines.landing.run.endings import busy_elsewhere, refuse_unasked
from pipelines.landing.run.leased_request import LeasedRequest
from pipelines.landing.run.report_job import ReportJob
from pipelines.sources.base import BACKFILL, RESTATEMENT, TODAY, RemoteReport

if TYPE_CHECKING:
    from pipelines.landing.planning.selection import Selection
    from pipelines.landing.run.context import RunContext
    from pipelines.landing.run.queues import Priority
    from pipelines.landing.run.state import FeedRun

log = logging.getLogger(__name__)

_NO_SNAPSHOT = "No report was made on that day, and one made now shows today's state."
_NO_ASINS = (
    "The request names the store's own ASINs, and none is known: amazon_sp.merchant_listings has to land first, with "
    "at least one product."
)
_GONE = {
    "windowed": "It is older than the source answers for.",
    "listed": "It is older than the source keeps documents.",
}


def needs(plan: ScopePlan, selection: Selection) -> datetime | None:
    """Since when (UTC) the source's list of reports has to be read for this plan; None if no report could be used."""
    if plan.feed.shape == "listed":
        return plan.look_since
    if plan.feed.shape in ("snapshot", "crawl"):
        unused = (selection.force and not plan.past) or selection.subjects is not None
        return None if unused else plan.look_since
    if not plan.windows or selection.force or not adoption.adopts_windows(plan.feed):
        return None
    return slices.local_midnight(min(window.first for window in plan.windows), plan.scope.time_zone)


async def prepare(run: RunContext, feed_run: FeedRun, plan: ScopePlan) -> None:
    """Queue all that one feed has to do for one scope."""
    scope_id, shape = plan.scope.scope_id, plan.feed.shape
    for row in plan.waiting:
        run.outcome(feed_run, scope_id, row.slice_key, row.day, row.state, _with_next_try(row), waits=True)
    await run.ledger.waiting(plan.feed.name, scope_id, plan.without_asins, _NO_ASINS)
    for day in plan.without_asins:
        run.outcome(feed_run, scope_id, day.isoformat(), day, "due", _NO_ASINS)
    await run.ledger.gone(plan.feed.name, scope_id, plan.gone, _GONE.get(shape, _NO_SNAPSHOT))
    if run.selection.is_all_due:
        feed_run.looked[scope_id] = slices.local_date(run.now, plan.scope.time_zone)
    if shape == "windowed":
        await _prepare_windows(run, feed_run, plan)
    elif shape == "listed":
        await _prepare_listed(run, feed_run, plan)
    else:
        await _prepare_snapshot(run, feed_run, plan)


async def _prepare_windows(run: RunContext, feed_run: FeedRun, plan: ScopePlan) -> None:
    feed, scope = plan.feed, plan.scope
    today = slices.local_date(run.now, scope.time_zone)
    await run.ledger.missing(feed.name, scope.scope_id, plan.missing, _GONE["windowed"])
    reports: list[RemoteReport] = []
    if needs(plan, run.selection) is not None:
        reports = await _not_ours(run, plan, await _found(run, plan))
    feed_run.total += sum(len(window.due) for window in plan.windows)
    run.report_progress(feed_run, "asking")
    if feed.asins_option:
        _queue_parts(run, feed_run, plan, list(reversed(plan.windows)))
        return
    for window in plan.windows:
        order = _order(window, today)
        report = adoption.for_window(reports, feed, scope, window, run.now)
        if report is not None:
            run.queue(
                "fetch", feed_run, scope, order, partial(_adopt_window, run, feed_run, plan, window, report, order)
            )
        else:
            run.queue("ask", feed_run, scope, order, partial(_ask_window, run, feed_run, plan, window, order))


def _order(window: Window, today: date) -> Priority:
    return priority(window, today), -window.last.toordinal()


def _queue_parts(run: RunContext, feed_run: FeedRun, plan: ScopePlan, left: list[Window]) -> None:
    """Queue the parts of a period one after the other, the last of `left` first.

    In the source's list, reports of two parts look alike. So the next part is sent only after the one before was
    answered; otherwise a lost answer could not be matched to its part.
    """
    if not left:
        return
    window = left.pop()
    order = _order(window, slices.local_date(run.now, plan.scope.time_zone))

    async def ask() -> None:
        await _ask_window(run, feed_run, plan, window, order)
        _queue_parts(run, feed_run, plan, left)

    run.queue("ask", feed_run, plan.scope, order, ask)


async def _ask_window(run: RunContext, feed_run: FeedRun, plan: ScopePlan, window: Window, order: Priority) -> None:
    name, scope_id = plan.feed.name, plan.scope.scope_id
    due = [(item.key, item.day) for item in window.due]
    if scope_id in feed_run.refused:
        await refuse_unasked(run, feed_run, plan, due)
        return
    details = {"why": window.reason}
    if window.due[0].part:
        details["slice"] = window.due[0].key
    lease = await run.leases.take(
        name,
        scope_id,
        _of_window(plan, window),
        intent_at=run.settings.now(),
        origin="api",
        windowed=True,
        details=details,
    )
    taken = {each.slice_key for each in lease.slices} if lease else set()
    busy_elsewhere(run, feed_run, scope_id, [each for each in due if each[0] not in taken])
    if lease is not None:
        await ReportJob(LeasedRequest(run, feed_run, plan.scope, lease, order, plan.credential)).ask()


def _of_window(plan: ScopePlan, window: Window) -> list[Wanted]:
    """What one request leases: its due slices, if they are as planned, and the slices between them as they are."""
    period = window.period
    due = [Wanted(item.key, plan.generation(item.key), True, periods.last_of(period, item.day)) for item in window.due]
    days = {item.day for item in window.due}
    between = [
        Wanted(slices.key_of(day), None, False, periods.last_of(period, day)) for day in window.days if day not in days
    ]
    return [*due, *between]


async def _adopt_window(
    run: RunContext, feed_run: FeedRun, plan: ScopePlan, window: Window, report: RemoteReport, order: Priority
) -> None:
    """Adopt a report for the due days of a window only. For the days between, the ledger may have newer data."""
    scope_id = plan.scope.scope_id
    wanted = [each for each in _of_window(plan, window) if each.due]
    lease = await run.leases.take(
        plan.feed.name,
        scope_id,
        wanted,
        intent_at=run.settings.now(),
        origin="adopted",
        windowed=True,
        remote=report,
        details={"why": window.reason},
    )
    taken = {each.slice_key for each in lease.slices} if lease else set()
    left = [(item.key, item.day) for item in window.due if item.key not in taken]
    busy_elsewhere(run, feed_run, scope_id, left)
    if lease is not None:
        await ReportJob(LeasedRequest(run, feed_run, plan.scope, lease, order, plan.credential)).take_over(report)


async def _prepare_snapshot(run: RunContext, feed_run: FeedRun, plan: ScopePlan) -> None:
    feed, scope = plan.feed, plan.scope
    reports: list[RemoteReport] | None = []
    if needs(plan, run.selection) is not None:
        reports = await _found(run, plan)
    if reports is not None and plan.past:
        adopted = adoption.snapshots_by_day(reports, feed, scope, frozenset(plan.past))
        await run.ledger.missing(
            feed.name, scope.scope_id, [day for day in plan.missing if day not in adopted], _NO_SNAPSHOT
        )
        feed_run.total += len(adopted)
        for day, report in adopted.items():
            order = (BACKFILL, -day.toordinal())
            run.queue(
                "fetch", feed_run, scope, order, partial(_adopt_snapshot, run, feed_run, plan, report, None, order)
            )
    for row in plan.again:
        feed_run.total += 1
        order = (BACKFILL, -row.day.toordinal())
        run.queue("fetch", feed_run, scope, order, partial(_fetch_again, run, feed_run, plan, row, order))
    if feed.shape == "crawl":
        whole = crawls.only_batch(plan.batches, crawls.wanted(feed.name, scope.stores))
        if whole is not None and reports and not run.selection.force:
            todays = adoption.of_today(await _not_ours(run, plan, reports), feed, scope, run.now)
            if todays is not None:
                feed_run.total += 1
                order = (whole.urgency, -run.now.toordinal())
                job = partial(_adopt_snapshot, run, feed_run, plan, todays, whole.repeats, order)
                run.queue("fetch", feed_run, scope, order, job)
                return
        queue_batches(run, feed_run, plan)
        return
    if plan.snapshot is None:
        return
    feed_run.total += 1
    run.report_progress(feed_run, "asking")
    order = (TODAY, -run.now.toordinal())
    todays = None
    if reports and not run.selection.force:
        todays = adoption.of_today(await _not_ours(run, plan, reports), feed, scope, run.now)
    if todays is not None:
        job = partial(_adopt_snapshot, run, feed_run, plan, todays, plan.snapshot[1], order)
        run.queue("fetch", feed_run, scope, order, job)
    else:
        run.queue("ask", feed_run, scope, order, partial(_ask_snapshot, run, feed_run, plan, order))


async def _ask_snapshot(run: RunContext, feed_run: FeedRun, plan: ScopePlan, order: Priority) -> None:
    assert plan.snapshot is not None
    why, repeats = plan.snapshot
    scope_id = plan.scope.scope_id
    instant = run.settings.now().replace(microsecond=0)
    day, key = slices.local_date(instant, plan.scope.time_zone), slices.slice_key_of(instant)
    lease = await run.leases.take_snapshot(
        plan.feed.name,
        scope_id,
        instant,
        day,
        key,
        repeats=repeats,
        force=run.selection.force,
        intent_at=run.settings.now(),
        origin="api",
        details={"why": why},
    )
    if lease is None:
        busy_elsewhere(run, feed_run, scope_id, [(key, day)])
        return
    await ReportJob(LeasedRequest(run, feed_run, plan.scope, lease, order, plan.credential)).ask()


async def _adopt_snapshot(
    run: RunContext,
    feed_run: FeedRun,
    plan: ScopePlan,
    report: RemoteReport,
    repeats: KnownSlice | None,
    order: Priority,
) -> None:
    job = await ReportJob.of_snapshot(run, feed_run, plan.scope, report, repeats, order, plan.credential)
    if job is not None:
        await job.take_over(report)


async def _fetch_again(run: RunContext, feed_run: FeedRun, plan: ScopePlan, row: KnownSlice, order: Priority) -> None:
    assert row.remote_id is not None
    assert row.remote_created_at is not None
    report = RemoteReport(
        remote_id=row.remote_id,
        state="done",
        created_at=row.remote_created_at,
        document_id=row.document_id,
        report_type=plan.feed.report_type,
    )
    await _take_known(run, feed_run, plan, report, row.slice_key, row.day, order, "adopted")


async def _prepare_listed(run: RunContext, feed_run: FeedRun, plan: ScopePlan) -> None:
    feed, scope = plan.feed, plan.scope
    today = slices.local_date(run.now, scope.time_zone)
    before = plan.known.get(LISTING)
    if before is not None and slices.retry_reason(before, run.now, run.selection.force, plan.credential) is None:
        return
    try:
        reports = await run.existing.get(feed, scope)
    except (SourceError, ConfigError) as error:
        await _listing_failed(run, feed_run, plan, error, before, today)
        return
    if before is not None:
        await run.ledger.listed(feed.name, scope.scope_id)
    wanted: list[tuple[RemoteReport, str, date]] = []
    for report in reports:
        if report.state != "done" or report.document_id is None or report.report_type != feed.report_type:
            continue
        row = plan.known.get(report.remote_id)
        day = slices.local_date(report.created_at, scope.time_zone)
        if run.selection.days is not None and day not in run.selection.days:
            continue
        if row is None or _is_due(row, run, plan):
            wanted.append((report, report.remote_id, day))
    await run.ledger.add_due(feed.name, [NewSlice(scope.scope_id, key, day) for _, key, day in wanted])
    feed_run.total += len(wanted)
    run.report_progress(feed_run, "asking")
    for report, _, day in wanted:
        order = (RESTATEMENT, -day.toordinal())
        job = partial(_take_known, run, feed_run, plan, report, report.remote_id, day, order, "listed")
        run.queue("fetch", feed_run, scope, order, job)


async def _take_known(
    run: RunContext,
    feed_run: FeedRun,
    plan: ScopePlan,
    report: RemoteReport,
    key: str,
    day: date,
    order: Priority,
    origin: Origin,
) -> None:
    """Land a finished report for a slice whose row exists."""
    scope_id = plan.scope.scope_id
    lease = await run.leases.take(
        plan.feed.name,
        scope_id,
        [Wanted(key, plan.generation(key))],
        intent_at=run.settings.now(),
        origin=origin,
        windowed=False,
        remote=report,
    )
    if lease is None:
        busy_elsewhere(run, feed_run, scope_id, [(key, day)])
        return
    await ReportJob(LeasedRequest(run, feed_run, plan.scope, lease, order, plan.credential)).take_over(report)


async def _listing_failed(
    run: RunContext,
    feed_run: FeedRun,
    plan: ScopePlan,
    error: SourceError | ConfigError,
    before: KnownSlice | None,
    day: date,
) -> None:
    refused = isinstance(error, ConfigError) or error.refused
    state = "refused" if refused else "failed"
    attempts = (before.attempts if before else 0) + 1
    now = run.settings.now()
    await run.ledger.listing_failed(
        plan.feed.name,
        plan.scope.scope_id,
        day,
        state,
        str(error),
        now=now,
        next_try_at=slices.next_try(state, attempts, now),
        attempts=attempts,
        details={"credential": plan.credential},
    )
    run.outcome(feed_run, plan.scope.scope_id, LISTING, day, state, str(error), retryable=not refused)


async def _found(run: RunContext, plan: ScopePlan) -> list[RemoteReport] | None:
    """The reports that the source has; None if the list could not be read.

    The run then asks for the slices all the same. If that fails too, the slices get its reason.
    """
    try:
        return await run.existing.get(plan.feed, plan.scope)
    except (SourceError, ConfigError) as error:
        log.warning("%s of %s: what exists already is not known: %s", plan.feed.name, plan.scope.scope_id, error)
        return None


async def _not_ours(run: RunContext, plan: ScopePlan, reports: list[RemoteReport] | None) -> list[RemoteReport]:
    """The reports that may be used: all except those that we asked for and that ended without a load.

    A report of ours that was loaded is kept in the list: it can be loaded again if the ledger has lost its load.
    """
    if not reports:
        return []
    failed = await run.ledger.ours(plan.feed.name, plan.scope.scope_id, reports, without_load=True)
    return [report for report in reports if report.remote_id not in failed]


def _is_due(row: KnownSlice, run: RunContext, plan: ScopePlan) -> bool:
    if row.busy or row.state in slices.OPEN_STATES or row.state == "unavailable":
        return False
    if row.state in ("failed", "refused", "quarantined"):
        return slices.retry_reason(row, run.now, run.selection.force, plan.credential) is not None
    return row.state == "due" or row.broken or run.selection.force


def _with_next_try(row: KnownSlice) -> str:
    reason = row.reason or "no reason is known"
    return reason if row.next_try_at is None else f"{reason} Tried again after {row.next_try_at:%Y-%m-%d %H:%M} UTC."
