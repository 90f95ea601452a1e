"""One leased request, carried from the asking to the load, or to the reason why not.

A `ReportJob` writes each step down before it takes the next, so that a run that is killed between any two of them is
resumed by another. How a request can end other than well stands in `endings.py`; which are made in `preparation.py`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Self

from pipelines.errors import DocumentError, SourceError
from pipelines.landing.incoming import Incoming, LoadOutcome
from pipelines.landing.personal.columns import choice_for
from pipelines.landing.planning import adoption, slices
from pipelines.landing.planning.slices import KnownSlice
from pipelines.landing.run.endings import STUCK_AFTER, Endings, busy_elsewhere
from pipelines.landing.run.queues import Lost, Priority
from pipelines.sources.base import DuplicateReport, RemoteReport, UncertainRequest

if TYPE_CHECKING:
    from pipelines.landing.run.context import FeedRun
    from pipelines.landing.run.engine import Run
    from pipelines.stores import PersonalChoice, Scope

log = logging.getLogger(__name__)

# How often a request is sent whose answer does not come, each time after looking whether it was accepted.
_SENDINGS = 3
_LOOK_AGAIN_AFTER = 1.0
# A document cut short on its way is fetched once more before it is called bad.
_FETCH_AGAIN = frozenset({"truncated", "error_page"})


class ReportJob(Endings):
    """Carries one lease, step by step; see `Endings` for what it holds."""

    @classmethod
    async def of_snapshot(
        cls,
        run: Run,
        feed_run: FeedRun,
        scope: Scope,
        report: RemoteReport,
        repeats: KnownSlice | None,
        order: Priority,
        credential: str | None,
    ) -> Self | None:
        """The carrier of an adopted snapshot, whose instant is its report's; None if another run has that day."""
        instant = report.created_at.replace(microsecond=0)
        day, key = slices.local_date(instant, scope.time_zone), slices.slice_key_of(instant)
        lease = await run.leases.take_snapshot(
            feed_run.feed.name,
            scope.scope_id,
            instant,
            day,
            key,
            repeats=repeats,
            force=run.selection.force,
            intent_at=run.settings.now(),
            origin="adopted",
            remote=report,
        )
        if lease is None:
            busy_elsewhere(run, feed_run, scope.scope_id, [(key, day)])
            return None
        return cls(run, feed_run, scope, lease, order, credential)

    # --- the steps ----------------------------------------------------------------------------------------------

    async def ask(self) -> None:
        """Send the request and write its id down; the rest follows by itself."""
        await self._ending(self._ask())

    async def take_over(self, report: RemoteReport) -> None:
        """Go on with a report that is there already."""
        await self._ending(self._deliver(report) if report.state == "done" else self._follow())

    async def _use_instead(self, report: RemoteReport, repeats: KnownSlice) -> None:
        carrier = await self.of_snapshot(
            self._run, self._feed_run, self._scope, report, repeats, self._order, self._credential
        )
        if carrier is not None:
            self._feed_run.outcomes.pop((self._scope.scope_id, repeats.slice_key), None)
            await carrier.take_over(report)

    async def resume(self) -> None:
        """Go on where a run that is gone stopped."""
        await self._ending(self._resume())

    async def _ask(self) -> None:
        report = await self._send()
        report = replace(report, details={**report.details, **self._told_unanswered()})
        await self._run.ledger.requested(self._lease, report)
        self._run.spawn(self._feed_run, self._ending(self._follow()))

    async def _send(self) -> RemoteReport:
        instants = self._instants()
        self._feed_run.requests += 1
        for sending in range(1, _SENDINGS + 1):
            try:
                report = await self._source.request(
                    self._feed,
                    self._scope,
                    self._lease.window,
                    start=instants[0] if instants else None,
                    end=instants[1] if instants else None,
                    priority=self._order[0],
                )
                self._unanswered += report.details.get("unanswered", 0)
                return report
            except DuplicateReport as duplicate:
                self._lease.origin = "adopted"
                self._unanswered += duplicate.unanswered
                return duplicate.report
            except UncertainRequest as error:
                log.info("%s", error)
                await asyncio.sleep(_LOOK_AGAIN_AFTER)
                self._unlooked = True
                found = await self._find_sent(fresh=True)
                self._unlooked = False
                if found is not None:
                    return found
                self._unanswered += 1
                if sending == _SENDINGS:
                    raise
            except SourceError as error:
                self._unanswered += error.unanswered
                raise
        raise AssertionError("unreachable")

    async def _follow(self) -> None:
        lease = self._lease
        assert lease.remote_id is not None
        try:
            # the intent is not after the report was made, but for one that was adopted
            asked_at = min(lease.intent_at, lease.remote_created_at or lease.intent_at)
            report = await self._run.wait_for(self._feed_run, self._scope, lease.remote_id, self._order[0], asked_at)
        except TimeoutError:
            await self._still_running()
            return
        except Lost:
            reason = f"The source does not know report {lease.remote_id} any more. It is asked for again."
            await self._ended("failed", reason, "lost")
            return
        if report.state == "done":
            await self._run.ledger.ready(lease, report)
            self._run.queue(
                "fetch", self._feed_run, self._scope, self._order, lambda: self._ending(self._deliver(report))
            )
        elif report.state == "cancelled":
            await self._cancelled(report)
        else:
            await self._fatal(report)

    async def _deliver(self, report: RemoteReport) -> None:
        lease = self._lease
        if report.document_id is None:
            told = (
                f"The source says that report {report.remote_id} is done, and names no document. It is asked for again."
            )
            await self._ended("failed", told, "failed")
            return
        if lease.state != "ready":
            await self._run.ledger.ready(lease, report)
        try:
            outcome = await self._fetch_and_load(report)
        except DocumentError as error:
            if error.kind not in _FETCH_AGAIN:
                raise
            log.info("%s of %s: fetched once more: %s", self._feed.name, self._scope.scope_id, error)
            outcome = await self._fetch_and_load(report)
        if outcome.quarantined is not None:
            now = self._run.settings.now()
            at = slices.next_try("quarantined", lease.attempts, now, self._feed.min_interval)
            await self._run.ledger.quarantined(lease, at)
        self._feed_run.rows += 0 if outcome.unchanged else outcome.rows
        reason = outcome.quarantined or " ".join(outcome.warnings) or None
        for each in lease.slices:
            state = outcome.states.get(each.slice_key, "loaded")
            self._outcome(each.slice_key, each.day, state, reason, rows=outcome.rows)

    async def _fetch_and_load(self, report: RemoteReport) -> LoadOutcome:
        lease = self._lease
        async with self._source.fetch(self._feed, self._scope, report, priority=self._order[0]) as download:
            incoming = Incoming(
                open=lambda: download.path.open("rb"),
                origin=lease.origin,
                report_created_at=report.created_at,
                content_type=download.content_type,
                gzip=download.gzip,
                request_id=lease.request_id,
                window=lease.window,
                instant=lease.instant,
            )
            # one after the other for one feed and scope: the next one may be the same bytes
            async with self._run.turn(self._feed, self._scope):
                return await self._run.loader.load(
                    self._feed, self._scope, incoming, lease.slices, personal=self._personal()
                )

    # --- going on after a run that is gone ----------------------------------------------------------------------

    async def _resume(self) -> None:
        lease = self._lease
        if lease.remote_id is None:
            await self._recover()
        elif lease.state == "ready" and lease.document_id is not None:
            assert lease.remote_created_at is not None
            report = RemoteReport(
                remote_id=lease.remote_id,
                state="done",
                created_at=lease.remote_created_at,
                document_id=lease.document_id,
                report_type=self._feed.report_type,
            )
            self._run.queue(
                "fetch", self._feed_run, self._scope, self._order, lambda: self._ending(self._deliver(report))
            )
        else:
            await self._follow()

    async def _recover(self) -> None:
        """The answer never came: find what the request has made, else ask as if it had not been asked."""
        lease = self._lease
        self._unlooked = True
        report = await self._find_sent(fresh=False)
        self._unlooked = False
        if report is not None:
            await self._run.ledger.requested(lease, report)
            await self._follow()
        elif self._feed.source == "amazon_ads" and self._run.now - lease.intent_at < STUCK_AFTER:
            # the same request once more: if the first one was accepted, the answer names its report while it is made
            self._unanswered += 1
            self._run.queue("ask", self._feed_run, self._scope, self._order, self.ask)
        else:
            reason = "A run was stopped before the request was accepted. It is asked for again."
            await self._run.ledger.ended(lease, "due", reason, request_state="lost", next_try_at=None)

    async def _find_sent(self, *, fresh: bool) -> RemoteReport | None:
        """The report that our request has made, if the source can tell. fresh: look now, not at the run's one look."""
        lease, since = self._lease, self._lease.intent_at - adoption.CLOCK_SKEW
        if lease.options and await self._run.ledger.others_asking(lease):
            # reports of two parts of a period look alike: neither can be told from the other's
            return None
        if fresh:
            reports = await self._source.find_existing([self._feed], self._scope, since, priority=self._order[0])
        else:
            reports = await self._run.existing.get(self._feed, self._scope)
        if not reports:
            return None
        taken = await self._run.ledger.ours(lease.feed, lease.scope_id, reports)
        return adoption.lost_request(reports, self._feed, self._scope, lease.intent_at, self._instants(), taken)

    # --- small things -------------------------------------------------------------------------------------------

    def _instants(self) -> tuple[datetime, datetime] | None:
        """dataStartTime and dataEndTime of the request, the same whenever they are computed; None without a window."""
        if self._lease.window is None:
            at, back = self._lease.intent_at, self._feed.lookback
            return (at - back, at) if back is not None else None
        return slices.data_range(
            *self._lease.window,
            self._scope.time_zone,
            self._lease.intent_at,
            whole_dates=self._feed.whole_dates,
            from_midnight=self._feed.writes_dates_as_moments,
        )

    def _personal(self) -> PersonalChoice:
        return choice_for(self._run.catalog.tenants, self._scope)
