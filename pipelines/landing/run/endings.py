"""How a request ends whose document is not loaded: failed, refused, cancelled, fatal, lost or still running.

Each ending writes the state and a reason to the ledger; users read the reason in `tradewind status`. The steps of a
request that goes well are in `report_job.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg_pool import PoolTimeout

from pipelines.errors import ConfigError, SourceError, TradewindError, full_disk
from pipelines.landing.incoming import LeaseLost
from pipelines.landing.ledger.crawl_turns import BeyondCeiling
from pipelines.landing.planning import adoption, slices
from pipelines.landing.planning.slices import KnownSlice
from pipelines.sources.base import RemoteReport
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import span

if TYPE_CHECKING:
    from pipelines.landing.planning.planner import ScopePlan
    from pipelines.landing.run.context import RunContext
    from pipelines.landing.run.leased_request import LeasedRequest
    from pipelines.landing.run.state import FeedRun

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(hours=24)
"""The run gives up a report that is still being made after this time, and asks for it again."""

WAREHOUSE_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""Errors of the warehouse, such as a broken connection or a lock that was not granted in time.

They end one request. If the warehouse itself is gone, the next write fails too and ends the run.
"""


def pause_of_open(age: timedelta) -> timedelta:
    """How long a report of this age that is not finished, or cannot be had now, is left alone: a quarter of its age, at
    least five minutes and at most an hour.
    """
    return min(timedelta(hours=1), max(timedelta(minutes=5), age / 4))


class Replacement(NamedTuple):
    """A snapshot that another application has made. repeats: our failed slice, which it replaces."""

    report: RemoteReport
    repeats: KnownSlice


class Endings:
    """Ends one leased request whose document is not loaded."""

    def __init__(self, request: LeasedRequest) -> None:
        self._request = request

    async def guard(self, step: Awaitable[None]) -> None:
        """Run a step of the request. An error ends this request with a reason, and no other request.

        Raises an error of the warehouse if the request has no report yet: nothing can be written down then. Raises
        CancelledError if the run is being stopped.
        """
        request = self._request
        with bind(**self._work()):
            try:
                with span(f"request {getattr(step, '__name__', '').strip('_')}"):
                    await step
            except LeaseLost as error:
                log.info("%s", error)
                keys = [(each.slice_key, each.day) for each in request.lease.slices]
                busy_elsewhere(request.run, request.feed_run, request.scope.scope_id, keys)
            except Exception as error:
                if _is_being_stopped():
                    # Whatever a connection says that is closed half-way: the next run goes on with the request.
                    raise asyncio.CancelledError from error
                if isinstance(error, WAREHOUSE_LOST) and request.lease.remote_id is None:
                    raise
                await self._failed(error)

    def _work(self) -> dict[str, str]:
        """What logs and traces call this request's work. Of several slices the first and the last are named."""
        request = self._request
        keys = [each.slice_key for each in request.lease.slices]
        named = "/".join(dict.fromkeys((keys[0], keys[-1]))) if keys else ""
        return {
            "feed": request.feed.name,
            "source": request.feed.source,
            "store": request.scope.scope_id,
            "slice": named,
        }

    async def _failed(self, error: Exception) -> None:
        request = self._request
        full = full_disk(error)
        if full is not None:
            error = SourceError(full, retryable=True)
        try:
            if isinstance(error, ConfigError) or (isinstance(error, SourceError) and error.refused):
                await self._refused(error)
            elif (request.lease.remote_id is not None or request.unconfirmed) and (
                isinstance(error, WAREHOUSE_LOST) or (isinstance(error, SourceError) and error.retryable)
            ):
                await self._put_back(str(error))
            elif isinstance(error, TradewindError):
                await self.ended("failed", str(error), "failed")
            else:
                log.exception("%s of %s: a defect", request.feed.name, request.scope.scope_id, exc_info=error)
                reason = f"It stopped at a defect of Tradewind ({type(error).__name__}: {error}). See the log."
                await self.ended("failed", reason, "failed")
        except LeaseLost as lost:
            log.info("%s", lost)

    async def ended(
        self,
        state: str,
        reason: str,
        request_state: str,
        *,
        pause: timedelta = timedelta(0),
        until: datetime | None = None,
        **details: str | None,
    ) -> None:
        """Write down the end of the request, its reason, and when its slices are tried again.

        state: of the slices; request_state: of the request. pause: the shortest time until the next try. until: when
        the next try is, UTC, where that is known.
        """
        request = self._request
        now = request.run.settings.now()
        at = until or slices.next_try(state, request.lease.attempts, now, pause)
        if request.unconfirmed:
            # The last sending may have made a report, and no later step looks for it. So it is counted as unanswered.
            request.unanswered += 1
        await request.run.ledger.ended(
            request.lease,
            state,
            reason,
            request_state=request_state,
            next_try_at=at,
            details={**details, **request.unanswered_detail},
            keep=request.run.selection.force,
        )
        for each in request.lease.slices:
            request.outcome(each.slice_key, each.day, state, reason, retryable=state == "failed")

    async def _refused(self, error: Exception) -> None:
        request, reason = self._request, str(error)
        if isinstance(error, BeyondCeiling):
            # it says nothing of other requests of its feed and scope
            await self.ended("refused", reason, "failed", until=error.until)
            return
        now = request.run.settings.now()
        at = slices.next_try("refused", request.lease.attempts, now)
        request.feed_run.refused[request.scope.scope_id] = (reason, request.lease.request_id, at)
        await self.ended("refused", reason, "failed", credential=request.credential)

    async def _put_back(self, reason: str) -> None:
        """Leave the request to the next run, because its report exists, or may exist, but cannot be had now."""
        request = self._request
        if request.age >= STUCK_AFTER:
            await self.ended("failed", reason, "lost")
            return
        again = request.run.settings.now() + pause_of_open(request.age)
        await request.run.ledger.put_back(request.lease, reason, request.unanswered_detail, again)
        for each in request.lease.slices:
            request.outcome(each.slice_key, each.day, request.lease.state, reason, retryable=True)

    async def still_running(self) -> None:
        """End the waiting for this run. A report older than STUCK_AFTER is given up, else the next run waits for it."""
        request = self._request
        hours = request.age / timedelta(hours=1)
        reason = f"The source is still making report {request.lease.remote_id}, asked for {hours:.1f} hours ago."
        if request.age >= STUCK_AFTER:
            await self.ended("failed", f"{reason} It is given up and asked for again.", "lost")
        else:
            await self._put_back(f"{reason} The next run goes on waiting for it.")

    async def cancelled(self, report: RemoteReport) -> Replacement | None:
        """End a request whose report Amazon has cancelled.

        Amazon does so if there is no data, and if the same report was asked for too soon before. The slices become
        'empty' unless the second can be the case. Returns the snapshot to use instead, if there is one.
        """
        request = self._request
        may_have_no_data = request.feed.may_be_empty and await self._other_of_today() is None
        if request.feed.shape != "windowed" and not may_have_no_data:
            return await self._too_soon(report, "cancelled", "the source cancelled it")
        since = report.created_at - request.feed.min_interval
        made = None
        if request.feed.min_interval:
            made = await request.run.ledger.same_made_since(request.lease, since, report.created_at)
        if made is not None:
            reason = (
                f"The source cancelled report {report.remote_id}, and made the same at {made:%Y-%m-%d %H:%M} UTC. "
                "It may have been asked for too soon, so that nothing follows from it. It is tried again."
            )
            await self.ended("failed", reason, "cancelled", pause=request.feed.min_interval)
            return None
        await request.run.ledger.empty(
            request.lease, report.created_at, keep_loads=request.feed.write_disposition == "upsert"
        )
        for each in request.lease.slices:
            request.outcome(each.slice_key, each.day, "empty", None)
        return None

    async def fatal(self, report: RemoteReport) -> Replacement | None:
        """End a request whose report the source could not make. Returns the snapshot to use instead, if any."""
        request = self._request
        try:
            cause = await request.source.reason(request.feed, request.scope, report, priority=request.order[0])
        except SourceError as error:
            cause = None
            log.info("%s of %s: the reason is not known: %s", request.feed.name, request.scope.scope_id, error)
        why = "the source could not make it " + (f"({cause})" if cause else "and does not say why")
        if request.feed.shape == "windowed":
            reason = f"Report {report.remote_id}: {why}. It is tried again, ever more rarely."
            await self.ended("failed", reason, "fatal", fatal=cause)
            return None
        return await self._too_soon(report, "fatal", why, fatal=cause)

    async def _too_soon(
        self, report: RemoteReport, request_state: str, why: str, **details: str | None
    ) -> Replacement | None:
        """End a snapshot's request that may have come too soon after another application's. Returns that snapshot."""
        request = self._request
        lease = request.lease
        reason = f"Report {report.remote_id}: {why}."
        await self.ended("failed", reason, request_state, pause=request.feed.min_interval, until=None, **details)
        other = await self._other_of_today()
        if other is None:
            return None
        mine = lease.slices[0]
        return Replacement(
            other,
            KnownSlice(mine.slice_key, mine.day, "failed", attempts=lease.attempts, generation=mine.generation or 0),
        )

    async def _other_of_today(self) -> RemoteReport | None:
        """The snapshot that another application has made today; None if there is none or the lease is not of today."""
        request = self._request
        lease, now = request.lease, request.run.settings.now()
        day = lease.slices[0].day
        if day != slices.local_date(now, request.scope.time_zone):
            return None
        since = slices.local_midnight(day, request.scope.time_zone)
        reports = await request.find_existing(since)
        ours = await request.run.ledger.ours(lease.feed, lease.scope_id, reports)
        return adoption.of_today(reports, request.feed, request.scope, now, exclude=ours)


def busy_elsewhere(run: RunContext, feed_run: FeedRun, scope_id: str, keys: Sequence[tuple[str, date]]) -> None:
    """Report slices that another run has taken as 'requested'."""
    for key, day in keys:
        run.outcome(feed_run, scope_id, key, day, "requested", "Another run is working on it.", waits=True)


async def refuse_unasked(run: RunContext, feed_run: FeedRun, plan: ScopePlan, keys: Sequence[tuple[str, date]]) -> None:
    """End slices as 'refused' without asking, because the source has refused their feed and scope in this run."""
    scope_id = plan.scope.scope_id
    reason, request_id, next_try_at = feed_run.refused[scope_id]
    if run.selection.force:
        # A forced run may ask for slices that are loaded. Their rows must not be overwritten with 'refused'.
        for key, day in keys:
            run.outcome(feed_run, scope_id, key, day, "refused", reason)
        return
    rows = [(key, plan.generation(key)) for key, _ in keys]
    free = await run.ledger.refuse(plan.feed.name, scope_id, rows, reason, next_try_at, request_id)
    for key, day in keys:
        if key in free:
            run.outcome(feed_run, scope_id, key, day, "refused", reason)
    busy_elsewhere(run, feed_run, scope_id, [(key, day) for key, day in keys if key not in free])


def _is_being_stopped() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
