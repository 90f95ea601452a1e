"""Which report that exists already at a source may be used instead of asking for one. Pure functions.

The source's list of reports does not show a report's options. So for report types with options only a report of our
own is used: it is found by its window, among the reports made since our request's intent. For a part of a store's
ASINs, the document shows which part it is.

For report types without options, reports of other applications are used too, if they are young enough: made after the
window closed, plus the feed's latency, and after the slice became due. Snapshots and crawls of past days are all
adopted, since a request made now shows today's state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.landing.planning.slices import Window, data_range, last_boundary, local_date
from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.sources.base import RemoteReport
    from pipelines.stores import Scope

CLOCK_SKEW = timedelta(minutes=5)
"""How far a source's clock may be behind the warehouse's."""

_SECOND = timedelta(seconds=1)


def is_for(report: RemoteReport, feed: Feed, scope: Scope) -> bool:
    """Whether a report has the feed's type and the scope's marketplaces.

    For an account, the report must cover all marketplaces of its stores; for a store, its own and no other.
    """
    if report.report_type != feed.report_type:
        return False
    if feed.shape == "crawl":
        return True  # the source has compared the run's input with the marketplace
    wanted = {store.marketplace.marketplace_id for store in scope.stores}
    has = set(report.marketplace_ids)
    return has >= wanted if feed.scope == "account" else has == wanted


def adopts_windows(feed: Feed) -> bool:
    """Whether reports of a windowed feed that other applications have made can be used at all."""
    lists = TRAITS[feed.source].lists
    return feed.shape == "windowed" and (lists == "request" or (lists == "window" and not feed.options))


def lost_request(
    reports: Iterable[RemoteReport],
    feed: Feed,
    scope: Scope,
    intent_at: datetime,
    window: tuple[datetime, datetime] | None,
    taken: Collection[str] = (),
) -> RemoteReport | None:
    """The report that a request without an answer has made: the oldest that fits; None if none does.

    A report fits if it has the feed's type, the scope's marketplaces and the request's window, and was made since the
    intent. window: the instants asked for, UTC. taken: ids of reports that belong to other requests of ours.
    """
    for report in sorted(reports, key=lambda each: each.created_at):
        if report.created_at < intent_at - CLOCK_SKEW or report.remote_id in taken or not is_for(report, feed, scope):
            continue
        if feed.shape == "crawl" and not report.details.get("same_input"):
            continue
        if window is None or _same_window(report, window):
            return report
    return None


def for_window(
    reports: Iterable[RemoteReport], feed: Feed, scope: Scope, window: Window, now: datetime
) -> RemoteReport | None:
    """The newest report that covers all due periods of a window and was made after each became due; None if none did.

    For days, the report may cover more than the window. For weeks, months and quarters, and for queries, its window
    must be the same: their rows may be sums over the whole range.
    """
    zone = scope.time_zone
    if not adopts_windows(feed) or window.last >= local_date(now, zone):
        return None
    start, end = data_range(
        window.due[0].day,
        window.last,
        zone,
        now,
        whole_dates=feed.whole_dates,
        from_midnight=feed.writes_dates_as_moments,
    )
    since = max(reached for item in window.due if (reached := _fell_due(feed, item.day, zone, now)) is not None)
    fitting = [
        report
        for report in reports
        if report.state in ("done", "running")
        and is_for(report, feed, scope)
        and report.created_at >= since
        and (_same_window if feed.period != "day" or feed.query else _covers)(report, (start, end))
    ]
    return max(fitting, key=lambda each: each.created_at, default=None)


def snapshots_by_day(
    reports: Iterable[RemoteReport], feed: Feed, scope: Scope, days: Collection[date]
) -> dict[date, RemoteReport]:
    """The last finished snapshot or crawl of each of these marketplace days that has one. The days must have ended."""
    found: dict[date, RemoteReport] = {}
    for report in sorted(reports, key=lambda each: each.created_at):
        day = local_date(report.created_at, scope.time_zone)
        if day in days and report.state == "done" and report.document_id and is_for(report, feed, scope):
            found[day] = report
    return found


def of_today(
    reports: Iterable[RemoteReport], feed: Feed, scope: Scope, now: datetime, exclude: Collection[str] = ()
) -> RemoteReport | None:
    """Today's newest snapshot or crawl, a finished one before one that is being made; None if there is none.

    A crawl is used only if its input is ours.
    """
    today = local_date(now, scope.time_zone)
    fitting = [
        report
        for report in reports
        if report.state in ("done", "running")
        and report.remote_id not in exclude
        and is_for(report, feed, scope)
        and local_date(report.created_at, scope.time_zone) == today
        and (feed.shape != "crawl" or report.details.get("same_input"))
    ]
    return max(fitting, key=lambda each: (each.state == "done", each.created_at), default=None)


def _covers(report: RemoteReport, window: tuple[datetime, datetime]) -> bool:
    if report.window_start is None or report.window_end is None:
        return False
    return report.window_start <= window[0] and report.window_end >= window[1]


def _same_window(report: RemoteReport, window: tuple[datetime, datetime]) -> bool:
    if report.window_start is None or report.window_end is None:
        return False
    return abs(report.window_start - window[0]) <= _SECOND and abs(report.window_end - window[1]) <= _SECOND


def _fell_due(feed: Feed, day: date, zone: str, now: datetime) -> datetime | None:
    reached = last_boundary(feed, day, zone, now)
    return reached[1] if reached else None
