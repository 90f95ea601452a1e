"""Carries out one leased request: ask for the report, wait for it, fetch it, load it.

Each step is written to the ledger before the next begins, so that after a kill another run goes on at the same step.
How a request ends if its document is not loaded is in `endings.py`. Which requests are made is decided in
`preparation.py`.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from pipelines.errors import DocumentError, SourceError
from pipelines.landing.incoming import Incoming, LoadOutcome
from pipelines.landing.ledger.crawl_turns import Crawl
from pipelines.landing.personal.columns import choice_for
from pipelines.landing.planning import adoption, slices
from pipelines.landing.planning.slices import KnownSlice
from pipelines.landing.run.endings import STUCK_AFTER, Endings, Replacement, busy_elsewhere
from pipelines.landing.run.leased_request import LeasedRequest
from pipelines.landing.run.queues import Lost, Priority
from pipelines.sources.base import SUBJECTS_OPTION, DuplicateReport, RemoteReport, UncertainRequest
from pipelines.sources.traits import TRAITS
from pipelines.telemetry import names
from pipelines.telemetry.recording import count, span

if TYPE_CHECKING:
    from pipelines.landing.run.context import RunContext
    from pipelines.landing.run.state import FeedRun
    from pipelines.stores import PersonalChoice, Scope

log = logging.getLogger(__name__)

# How often a request is sent that gets no answer. Before each repetition the run looks whether it was accepted.
_SENDINGS = 3
# Seconds between a sending without an answer and the look for its report.
_LOOK_AGAIN_AFTER = 1.0
# Errors of a document that a broken download can cause: the document is fetched once more before it counts as bad.
_FETCH_AGAIN = frozenset({"truncated", "error_page"})


class ReportJob:
    """Carries out one leased request, step by step."""

    def __init__(self, request: LeasedRequest) -> None:
        self._request = request
        self._endings = Endings(request)

    @classmethod
    async def of_snapshot(
        cls,
        run: RunContext,
        feed_run: FeedRun,
        scope: Scope,
        report: RemoteReport,
        repeats: KnownSlice | None,
        order: Priority,
        credential: str | None,
    ) -> Self | None:
        """The job of an adopted snapshot, with the report's creation time as its instant.

        None if another run has leased that day.
        """
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
        return cls(LeasedRequest(run, feed_run, scope, lease, order, credential))

    # --- the steps ----------------------------------------------------------------------------------------------

    async def ask(self) -> None:
        """Send the request and write the report's id down. The following steps are started by themselves."""
        await self._endings.guard(self._ask())

    async def take_over(self, report: RemoteReport) -> None:
        """Go on with a report that exists already."""
        await self._endings.guard(self._deliver(report) if report.state == "done" else self._follow())

    async def _use_instead(self, found: Replacement | None) -> None:
        """Go on with a snapshot that another application has made, if one was found."""
        if found is None:
            return
        request = self._request
        job = await self.of_snapshot(
            request.run,
            request.feed_run,
            request.scope,
            found.report,
            found.repeats,
            request.order,
            request.credential,
        )
        if job is not None:
            request.feed_run.outcomes.pop((request.scope.scope_id, found.repeats.slice_key), None)
            await job.take_over(found.report)

    async def resume(self) -> None:
        """Go on at the step at which an earlier run was stopped."""
        await self._endings.guard(self._resume())

    async def _ask(self) -> None:
        request = self._request
        if request.feed.shape == "crawl":
            await self._wait_for_turn()
        try:
            report = await self._send()
        except Exception as error:
            if isinstance(error, UncertainRequest):
                await self._leave_turn()
            elif request.feed.shape == "crawl":
                await request.run.turns.not_started(request.lease.request_id)
            raise
        report = replace(report, details={**report.details, **request.unanswered_detail})
        await request.run.ledger.requested(request.lease, report)
        request.run.spawn(request.feed_run, self._endings.guard(self._follow(asked_now=True)))

    async def _wait_for_turn(self) -> None:
        """Wait until a crawl may start. Raises BeyondCeiling if it would cost more than its tenants allow."""
        request = self._request
        lease = request.lease
        subjects = lease.options[SUBJECTS_OPTION].count("\n") + 1
        crawl = Crawl(
            lease.request_id, lease.feed, lease.scope_id, tuple(lease.details["tenants"]), subjects, request.order[0]
        )
        request.run.report_progress(request.feed_run, "waiting", "its turn among the crawls")
        await request.run.turns.wait(crawl, request.run.settings.now())

    async def _send(self) -> RemoteReport:
        request = self._request
        instants = request.instants
        request.feed_run.requests += 1
        count(names.REQUESTED, {"tradewind.feed": request.feed.name})
        for sending in range(1, _SENDINGS + 1):
            try:
                report = await request.source.request(
                    request.feed,
                    request.scope,
                    request.lease.window,
                    start=instants[0] if instants else None,
                    end=instants[1] if instants else None,
                    priority=request.order[0],
                )
                request.unanswered += report.details.get("unanswered", 0)
                return report
            except DuplicateReport as duplicate:
                request.lease.origin = "adopted"
                request.unanswered += duplicate.unanswered
                return duplicate.report
            except UncertainRequest as error:
                log.info("%s", error)
                await asyncio.sleep(_LOOK_AGAIN_AFTER)
                request.unconfirmed = True
                found = await self._find_sent(fresh=True)
                request.unconfirmed = False
                if found is not None:
                    return found
                request.unanswered += 1
                if sending == _SENDINGS:
                    raise
            except SourceError as error:
                request.unanswered += error.unanswered
                raise
        raise AssertionError("unreachable")

    async def _follow(self, *, asked_now: bool = False) -> None:
        """Wait for the report and have it fetched. asked_now: by this run."""
        request = self._request
        lease = request.lease
        assert lease.remote_id is not None
        try:
            # An adopted report was made before the intent; any other after it.
            asked_at = min(lease.intent_at, lease.remote_created_at or lease.intent_at)
            with span("wait for report"):
                report = await request.run.wait_for(
                    *(request.feed_run, request.scope, lease.remote_id, request.order[0], asked_at),
                    asked_now=asked_now,
                )
        except TimeoutError:
            await self._leave_turn()
            await self._endings.still_running()
            return
        except SourceError:
            await self._leave_turn()
            raise
        except Lost:
            await self._leave_turn()
            reason = f"The source does not know report {lease.remote_id} any more. It is asked for again."
            await self._endings.ended("failed", reason, "lost")
            return
        if request.feed.shape == "crawl":
            await request.run.turns.settle(lease.request_id, report.details.get("usage_usd"))
            count(names.COST, {"tradewind.kind": "crawl"}, float(report.details.get("usage_usd") or 0))
        if report.state == "done":
            await request.run.ledger.ready(lease, report)
            request.run.queue(
                "fetch",
                request.feed_run,
                request.scope,
                request.order,
                lambda: self._endings.guard(self._deliver(report)),
            )
        elif report.state == "cancelled":
            await self._use_instead(await self._endings.cancelled(report))
        else:
            await self._use_instead(await self._endings.fatal(report))

    async def _leave_turn(self) -> None:
        if self._request.feed.shape == "crawl":
            await self._request.run.turns.leave(self._request.lease.request_id)

    async def _deliver(self, report: RemoteReport) -> None:
        request = self._request
        lease = request.lease
        if report.document_id is None:
            why = (
                f"The source says that report {report.remote_id} is done, and names no document. It is asked for again."
            )
            await self._endings.ended("failed", why, "failed")
            return
        if lease.state != "ready":
            await request.run.ledger.ready(lease, report)
        try:
            outcome = await self._fetch_and_load(report)
        except DocumentError as error:
            if error.kind not in _FETCH_AGAIN:
                raise
            log.info("%s of %s: fetched once more: %s", request.feed.name, request.scope.scope_id, error)
            outcome = await self._fetch_and_load(report)
        if outcome.quarantined is not None:
            now = request.run.settings.now()
            at = slices.next_try("quarantined", lease.attempts, now, request.feed.min_interval)
            await request.run.ledger.quarantined(lease, at)
        request.feed_run.rows += 0 if outcome.unchanged else outcome.rows
        reason = outcome.quarantined or " ".join(outcome.warnings) or None
        for each in lease.slices:
            state = outcome.states.get(each.slice_key, "loaded")
            request.outcome(each.slice_key, each.day, state, reason, rows=outcome.rows)

    async def _fetch_and_load(self, report: RemoteReport) -> LoadOutcome:
        request = self._request
        lease = request.lease
        async with request.source.fetch(request.feed, request.scope, report, priority=request.order[0]) as download:
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
            # Documents of one feed and scope are loaded one after the other: two may have the same bytes, and the
            # second must find the first one's load.
            async with request.run.turn(request.feed, request.scope):
                return await request.run.loader.load(
                    request.feed, request.scope, incoming, lease.slices, personal=self._personal()
                )

    # --- going on after a run that is gone ----------------------------------------------------------------------

    async def _resume(self) -> None:
        request = self._request
        lease = request.lease
        if lease.remote_id is None:
            await self._recover()
        elif lease.state == "ready" and lease.document_id is not None:
            assert lease.remote_created_at is not None
            report = RemoteReport(
                remote_id=lease.remote_id,
                state="done",
                created_at=lease.remote_created_at,
                document_id=lease.document_id,
                report_type=request.feed.report_type,
            )
            request.run.queue(
                "fetch",
                request.feed_run,
                request.scope,
                request.order,
                lambda: self._endings.guard(self._deliver(report)),
            )
        else:
            await self._follow()

    async def _recover(self) -> None:
        """Go on with a request whose answer never came: find the report that it made, else ask again."""
        request = self._request
        lease = request.lease
        request.unconfirmed = True
        # what the run has read of the list was compared with other subjects than those of this crawl
        report = await self._find_sent(fresh=SUBJECTS_OPTION in lease.options)
        request.unconfirmed = False
        if report is not None:
            await request.run.ledger.requested(lease, report)
            await self._follow()
        elif TRAITS[request.feed.source].recognises_repeats and request.run.now - lease.intent_at < STUCK_AFTER:
            # the same request once more: if the first one was accepted, the answer names its report while it is made
            request.unanswered += 1
            request.queue("ask", self.ask)
        else:
            reason = "A run was stopped before the request was accepted. It is asked for again."
            await request.run.ledger.ended(lease, "due", reason, request_state="lost", next_try_at=None)

    async def _find_sent(self, *, fresh: bool) -> RemoteReport | None:
        """The report that this request has made; None if the source's list does not show it.

        fresh: read the list now, instead of using the list that this run has read already.
        """
        request = self._request
        lease, since = request.lease, request.lease.intent_at - adoption.CLOCK_SKEW
        if lease.options and request.feed.shape != "crawl" and await request.run.ledger.others_asking(lease):
            # In the list, reports of two parts of a period look alike, so it is not known which of them is ours.
            return None
        if fresh:
            reports = await request.find_existing(since)
        else:
            reports = await request.run.existing.get(request.feed, request.scope)
        if not reports:
            return None
        taken = await request.run.ledger.ours(lease.feed, lease.scope_id, reports)
        return adoption.lost_request(reports, request.feed, request.scope, lease.intent_at, request.instants, taken)

    # --- small things -------------------------------------------------------------------------------------------

    def _personal(self) -> PersonalChoice:
        request = self._request
        return choice_for(request.run.catalog.tenants, request.scope)
