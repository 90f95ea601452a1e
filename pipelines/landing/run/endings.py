"""Every way in which a request can end other than well, and what is then written down.

`Endings` is the part of a `ReportJob` that judges answers and errors; the steps from the asking to the load stand in
`report_job.py`. What is decided here is told to the user as the slice's reason.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg
from psycopg_pool import PoolTimeout

from pipelines.errors import ConfigError, SourceError, TradewindError
from pipelines.landing.incoming import LeaseLost
from pipelines.landing.ledger.leases import Lease
from pipelines.landing.planning import adoption, slices
from pipelines.landing.planning.slices import KnownSlice
from pipelines.landing.run.queues import Priority
from pipelines.sources.base import TODAY, RemoteReport

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.planning.planner import ScopePlan
    from pipelines.landing.run.context import FeedRun
    from pipelines.landing.run.engine import Run
    from pipelines.stores import Scope

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(hours=24)
"""A report that is still being made after this is given up, and asked for anew."""

WAREHOUSE_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""A lock that was not had in time, a connection that broke: if the warehouse is gone, the next write fails too."""


class Endings(ABC):
    """What can become of one lease. order: its urgency. credential: fingerprint of what the source is asked with."""

    def __init__(
        self,
        run: Run,
        feed_run: FeedRun,
        scope: Scope,
        lease: Lease,
        order: Priority = (TODAY, 0),
        credential: str | None = None,
    ) -> None:
        self._run = run
        self._feed_run = feed_run
        # a slice may have report options of its own: the source and the document's checks see them as the feed's
        own = lease.options
        self._feed: Feed = replace(feed_run.feed, options={**feed_run.feed.options, **own}) if own else feed_run.feed
        self._scope = scope
        self._lease = lease
        self._order = order
        self._credential = credential
        self._source = run.sources[self._feed.source]
        # sendings without an answer: so many reports may have been made beside the one that is gone on with
        self._unanswered: int = lease.details.get("unanswered", 0)
        # one of them has not been looked for yet: nothing may be asked again before that
        self._unlooked = False

    @abstractmethod
    async def _use_instead(self, report: RemoteReport, repeats: KnownSlice) -> None:
        """Go on with a snapshot that another application has made; it takes the place of that slice."""

    async def _ending(self, step: Awaitable[None]) -> None:
        """Whatever goes wrong with this request is written down with its reason, and holds up no other."""
        try:
            await step
        except LeaseLost as error:
            log.info("%s", error)
            keys = [(each.slice_key, each.day) for each in self._lease.slices]
            busy_elsewhere(self._run, self._feed_run, self._scope.scope_id, keys)
        except Exception as error:
            if isinstance(error, WAREHOUSE_LOST) and self._lease.remote_id is None:
                raise
            await self._failed(error)

    async def _failed(self, error: Exception) -> None:
        try:
            if isinstance(error, ConfigError) or (isinstance(error, SourceError) and error.refused):
                await self._refused(str(error))
            elif (self._lease.remote_id is not None or self._unlooked) and (
                isinstance(error, WAREHOUSE_LOST) or (isinstance(error, SourceError) and error.retryable)
            ):
                await self._put_back(str(error))
            elif isinstance(error, TradewindError):
                await self._ended("failed", str(error), "failed")
            else:
                log.exception("%s of %s: a defect", self._feed.name, self._scope.scope_id, exc_info=error)
                reason = f"It stopped at a defect of Tradewind ({type(error).__name__}: {error}). See the log."
                await self._ended("failed", reason, "failed")
        except LeaseLost as lost:
            log.info("%s", lost)

    async def _ended(
        self, state: str, reason: str, request_state: str, *, pause: timedelta = timedelta(0), **details: str | None
    ) -> None:
        now = self._run.settings.now()
        at = slices.next_try(state, self._lease.attempts, now, pause)
        self._unanswered += self._unlooked  # and nobody will look for it any more
        await self._run.ledger.ended(
            self._lease,
            state,
            reason,
            request_state=request_state,
            next_try_at=at,
            details={**details, **self._told_unanswered()},
            keep=self._run.selection.force,
        )
        for each in self._lease.slices:
            self._outcome(each.slice_key, each.day, state, reason, retryable=state == "failed")

    async def _refused(self, reason: str) -> None:
        now = self._run.settings.now()
        at = slices.next_try("refused", self._lease.attempts, now)
        self._feed_run.refused[self._scope.scope_id] = (reason, self._lease.request_id, at)
        await self._ended("refused", reason, "failed", credential=self._credential)

    def _told_unanswered(self) -> dict[str, int]:
        return {"unanswered": self._unanswered} if self._unanswered else {}

    async def _put_back(self, reason: str) -> None:
        """The report is there or being made, or may be; only we could not get it now. The next run goes on with it."""
        if self._age() >= STUCK_AFTER:
            await self._ended("failed", reason, "lost")
            return
        await self._run.ledger.put_back(self._lease, reason, self._told_unanswered())
        for each in self._lease.slices:
            self._outcome(each.slice_key, each.day, self._lease.state, reason, retryable=True)

    async def _still_running(self) -> None:
        hours = self._age() / timedelta(hours=1)
        reason = f"The source is still making report {self._lease.remote_id}, asked for {hours:.1f} hours ago."
        if self._age() >= STUCK_AFTER:
            await self._ended("failed", f"{reason} It is given up and asked for again.", "lost")
        else:
            await self._put_back(f"{reason} The next run goes on waiting for it.")

    async def _cancelled(self, report: RemoteReport) -> None:
        """No data, or asked for too soon after the same thing; believed to be the first if it cannot be the second."""
        there_may_be_none = self._feed.may_be_empty and await self._other_of_today() is None
        if self._feed.shape != "windowed" and not there_may_be_none:
            await self._too_soon(report, "cancelled", "the source cancelled it")
            return
        since = report.created_at - self._feed.min_interval
        made = None
        if self._feed.min_interval:
            made = await self._run.ledger.same_made_since(self._lease, since, report.created_at)
        if made is not None:
            reason = (
                f"The source cancelled report {report.remote_id}, and made the same at {made:%Y-%m-%d %H:%M} UTC. "
                "It may have been asked for too soon, so that nothing follows from it. It is tried again."
            )
            await self._ended("failed", reason, "cancelled", pause=self._feed.min_interval)
            return
        await self._run.ledger.empty(
            self._lease, report.created_at, keep_loads=self._feed.write_disposition == "upsert"
        )
        for each in self._lease.slices:
            self._outcome(each.slice_key, each.day, "empty", None)

    async def _fatal(self, report: RemoteReport) -> None:
        try:
            told = await self._source.reason(self._feed, self._scope, report, priority=self._order[0])
        except SourceError as error:
            told = None
            log.info("%s of %s: the reason is not known: %s", self._feed.name, self._scope.scope_id, error)
        why = f"the source could not make it ({told})" if told else "the source could not make it and does not say why"
        if self._feed.shape == "windowed":
            reason = f"Report {report.remote_id}: {why}. It is tried again, ever more rarely."
            await self._ended("failed", reason, "fatal", fatal=told)
        else:
            await self._too_soon(report, "fatal", why, fatal=told)

    async def _too_soon(self, report: RemoteReport, request_state: str, why: str, **details: str | None) -> None:
        """Of a snapshot this may mean that another application has just made one: then that one is used."""
        lease = self._lease
        reason = f"Report {report.remote_id}: {why}."
        await self._ended("failed", reason, request_state, pause=self._feed.min_interval, **details)
        other = await self._other_of_today()
        if other is None:
            return
        mine = lease.slices[0]
        repeats = KnownSlice(
            mine.slice_key, mine.day, "failed", attempts=lease.attempts, generation=mine.generation or 0
        )
        await self._use_instead(other, repeats)

    async def _other_of_today(self) -> RemoteReport | None:
        """The snapshot of the running day that another application has made; None if the lease is of another day."""
        lease, now = self._lease, self._run.settings.now()
        day = lease.slices[0].day
        if day != slices.local_date(now, self._scope.time_zone):
            return None
        since = slices.local_midnight(day, self._scope.time_zone)
        reports = await self._source.find_existing([self._feed], self._scope, since, priority=self._order[0])
        ours = await self._run.ledger.ours(lease.feed, lease.scope_id, reports)
        return adoption.of_today(reports, self._feed, self._scope, now, exclude=ours)

    def _age(self) -> timedelta:
        return self._run.settings.now() - (self._lease.remote_created_at or self._lease.intent_at)

    def _outcome(
        self, slice_key: str, day: date, state: str, reason: str | None, *, rows: int = 0, retryable: bool = False
    ) -> None:
        self._run.outcome(
            self._feed_run, self._scope.scope_id, slice_key, day, state, reason, rows=rows, retryable=retryable
        )


def busy_elsewhere(run: Run, feed_run: FeedRun, scope_id: str, keys: Sequence[tuple[str, date]]) -> None:
    """Slices that another run has taken: it answers for them."""
    for key, day in keys:
        run.outcome(feed_run, scope_id, key, day, "requested", "Another run is working on it.")


async def refuse_alike(run: Run, feed_run: FeedRun, plan: ScopePlan, keys: Sequence[tuple[str, date]]) -> None:
    """Slices of a feed and scope that was refused in this run: the same would be answered, so that it is not asked."""
    scope_id = plan.scope.scope_id
    reason, request_id, next_try_at = feed_run.refused[scope_id]
    if run.selection.force:  # what is here stays; the rest is asked for by the next run
        for key, day in keys:
            run.outcome(feed_run, scope_id, key, day, "refused", reason)
        return
    rows = [(key, plan.generation(key)) for key, _ in keys]
    free = await run.ledger.refuse(plan.feed.name, scope_id, rows, reason, next_try_at, request_id)
    for key, day in keys:
        if key in free:
            run.outcome(feed_run, scope_id, key, day, "refused", reason)
    busy_elsewhere(run, feed_run, scope_id, [(key, day) for key, day in keys if key not in free])
