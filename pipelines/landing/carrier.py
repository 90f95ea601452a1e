"""One claimed request, carried from the asking to the load, or to the reason why not.

A `Carrier` writes each step down before it takes the next, so that a run that is killed between any two of them is
resumed by another. Every way in which a request can end stands here; which requests are made does not
(`preparation.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg_pool import PoolTimeout

from pipelines.errors import ConfigError, DocumentError, SourceError, TradewindError
from pipelines.landing import adoption, slices
from pipelines.landing.claims import Claim
from pipelines.landing.handover import ClaimLost, Incoming, LoadOutcome
from pipelines.landing.lanes import Lost, Priority
from pipelines.landing.slices import KnownSlice
from pipelines.sources.base import TODAY, DuplicateReport, RemoteReport, UncertainRequest

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.engine import Run
    from pipelines.landing.planner import ScopePlan
    from pipelines.landing.running import FeedRun
    from pipelines.stores import Scope

log = logging.getLogger(__name__)

STUCK_AFTER = timedelta(hours=24)
"""A report that is still being made after this is given up, and asked for anew."""

WAREHOUSE_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""A lock that was not had in time, a connection that broke: if the warehouse is gone, the next write fails too."""

# How often a request is sent whose answer does not come, each time after looking whether it was accepted.
_SENDINGS = 3
_LOOK_AGAIN_AFTER = 1.0
# A document cut short on its way is fetched once more before it is called bad.
_FETCH_AGAIN = frozenset({"truncated", "error_page"})


class Carrier:
    """Carries one claim. order: its urgency among all. credential: fingerprint of what the source is asked with."""

    def __init__(
        self,
        run: Run,
        feed_run: FeedRun,
        scope: Scope,
        claim: Claim,
        order: Priority = (TODAY, 0),
        credential: str | None = None,
    ) -> None:
        self._run = run
        self._feed_run = feed_run
        self._feed: Feed = feed_run.feed
        self._scope = scope
        self._claim = claim
        self._order = order
        self._credential = credential
        self._source = run.sources[self._feed.source]

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
        claim = await run.claims.take_snapshot(
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
        if claim is None:
            busy_elsewhere(run, feed_run, scope.scope_id, [(key, day)])
            return None
        return cls(run, feed_run, scope, claim, order, credential)

    # --- the steps ----------------------------------------------------------------------------------------------

    async def ask(self) -> None:
        """Send the request and write its id down; the rest follows by itself."""
        await self._ending(self._ask())

    async def take_over(self, report: RemoteReport) -> None:
        """Go on with a report that is there already."""
        await self._ending(self._deliver(report) if report.state == "done" else self._follow())

    async def resume(self) -> None:
        """Go on where a run that is gone stopped."""
        await self._ending(self._resume())

    async def _ask(self) -> None:
        report = await self._send()
        await self._run.ledger.requested(self._claim, report)
        self._run.spawn(self._feed_run, self._ending(self._follow()))

    async def _send(self) -> RemoteReport:
        instants = self._instants()
        self._feed_run.requests += 1
        for sending in range(1, _SENDINGS + 1):
            try:
                return await self._source.request(
                    self._feed,
                    self._scope,
                    self._claim.window,
                    start=instants[0] if instants else None,
                    end=instants[1] if instants else None,
                    priority=self._order[0],
                )
            except DuplicateReport as duplicate:
                self._claim.origin = "adopted"
                return duplicate.report
            except UncertainRequest as error:
                log.info("%s", error)
                await asyncio.sleep(_LOOK_AGAIN_AFTER)
                report = await self._find_sent(fresh=True)
                if report is not None:
                    return report
                if sending == _SENDINGS:
                    raise
        raise AssertionError("unreachable")

    async def _follow(self) -> None:
        claim = self._claim
        assert claim.remote_id is not None
        try:
            report = await self._run.wait_for(self._feed_run, self._scope, claim.remote_id, self._order[0])
        except TimeoutError:
            await self._still_running()
            return
        except Lost:
            reason = f"The source does not know report {claim.remote_id} any more. It is asked for again."
            await self._ended("failed", reason, "lost")
            return
        if report.state == "done":
            await self._run.ledger.ready(claim, report)
            self._run.queue(
                "fetch", self._feed_run, self._scope, self._order, lambda: self._ending(self._deliver(report))
            )
        elif report.state == "cancelled":
            await self._cancelled(report)
        else:
            await self._fatal(report)

    async def _deliver(self, report: RemoteReport) -> None:
        claim = self._claim
        if claim.state != "ready":
            await self._run.ledger.ready(claim, report)
        try:
            outcome = await self._fetch_and_load(report)
        except DocumentError as error:
            if error.kind not in _FETCH_AGAIN:
                raise
            log.info("%s of %s: fetched once more: %s", self._feed.name, self._scope.scope_id, error)
            outcome = await self._fetch_and_load(report)
        if outcome.quarantined is not None:
            now = self._run.settings.now()
            at = slices.next_try("quarantined", claim.attempts, now, self._feed.min_interval)
            await self._run.ledger.quarantined(claim, at)
        self._feed_run.rows += 0 if outcome.unchanged else outcome.rows
        reason = outcome.quarantined or " ".join(outcome.warnings) or None
        for each in claim.slices:
            state = outcome.states.get(each.slice_key, "loaded")
            self._outcome(each.slice_key, each.day, state, reason, rows=outcome.rows)

    async def _fetch_and_load(self, report: RemoteReport) -> LoadOutcome:
        claim = self._claim
        async with self._source.fetch(self._feed, self._scope, report, priority=self._order[0]) as download:
            incoming = Incoming(
                open=lambda: download.path.open("rb"),
                origin=claim.origin,
                report_created_at=report.created_at,
                content_type=download.content_type,
                gzip=download.gzip,
                request_id=claim.request_id,
                window=claim.window,
                instant=claim.instant,
            )
            return await self._run.loader.load(
                self._feed, self._scope, incoming, claim.slices, keep_personal=self._keeps_personal()
            )

    # --- going on after a run that is gone ----------------------------------------------------------------------

    async def _resume(self) -> None:
        claim = self._claim
        if claim.remote_id is None:
            await self._recover()
        elif claim.state == "ready" and claim.document_id is not None:
            assert claim.remote_created_at is not None
            report = RemoteReport(
                remote_id=claim.remote_id,
                state="done",
                created_at=claim.remote_created_at,
                document_id=claim.document_id,
                report_type=self._feed.report_type,
            )
            self._run.queue(
                "fetch", self._feed_run, self._scope, self._order, lambda: self._ending(self._deliver(report))
            )
        else:
            await self._follow()

    async def _recover(self) -> None:
        """The answer never came: find what the request has made, else ask as if it had not been asked."""
        claim = self._claim
        report = await self._find_sent(fresh=False)
        if report is not None:
            await self._run.ledger.requested(claim, report)
            await self._follow()
        elif self._feed.source == "amazon_ads" and self._run.now - claim.intent_at < STUCK_AFTER:
            # the same request once more: if the first one was accepted, the answer names its report
            self._run.queue("ask", self._feed_run, self._scope, self._order, self.ask)
        else:
            reason = "A run was stopped before the request was accepted. It is asked for again."
            await self._run.ledger.ended(claim, "due", reason, request_state="lost", next_try_at=None)

    async def _find_sent(self, *, fresh: bool) -> RemoteReport | None:
        """The report that our request has made, if the source can tell. fresh: look now, not at the run's one look."""
        claim, since = self._claim, self._claim.intent_at - adoption.CLOCK_SKEW
        if fresh:
            reports = await self._source.find_existing([self._feed], self._scope, since, priority=self._order[0])
        else:
            reports = await self._run.existing.get(self._feed, self._scope)
        if not reports:
            return None
        taken = await self._run.ledger.remote_ids(claim.feed, claim.scope_id, since - timedelta(days=1))
        return adoption.lost_request(reports, self._feed, self._scope, claim.intent_at, self._instants(), taken)

    # --- how it can end -----------------------------------------------------------------------------------------

    async def _ending(self, step: Awaitable[None]) -> None:
        """Whatever goes wrong with this request is written down with its reason, and holds up no other."""
        try:
            await step
        except ClaimLost as error:
            log.info("%s", error)
            keys = [(each.slice_key, each.day) for each in self._claim.slices]
            busy_elsewhere(self._run, self._feed_run, self._scope.scope_id, keys)
        except Exception as error:
            if isinstance(error, WAREHOUSE_LOST) and self._claim.remote_id is None:
                raise
            await self._failed(error)

    async def _failed(self, error: Exception) -> None:
        try:
            if isinstance(error, ConfigError) or (isinstance(error, SourceError) and error.refused):
                await self._refused(str(error))
            elif self._claim.remote_id is not None and (
                isinstance(error, WAREHOUSE_LOST) or (isinstance(error, SourceError) and error.retryable)
            ):
                await self._put_back(str(error))
            elif isinstance(error, TradewindError):
                await self._ended("failed", str(error), "failed")
            else:
                log.exception("%s of %s: a defect", self._feed.name, self._scope.scope_id, exc_info=error)
                reason = f"It stopped at a defect of Tradewind ({type(error).__name__}: {error}). See the log."
                await self._ended("failed", reason, "failed")
        except ClaimLost as lost:
            log.info("%s", lost)

    async def _ended(
        self, state: str, reason: str, request_state: str, *, pause: timedelta = timedelta(0), **details: str | None
    ) -> None:
        now = self._run.settings.now()
        at = slices.next_try(state, self._claim.attempts, now, pause)
        await self._run.ledger.ended(
            self._claim, state, reason, request_state=request_state, next_try_at=at, details=details
        )
        for each in self._claim.slices:
            self._outcome(each.slice_key, each.day, state, reason, retryable=state == "failed")

    async def _refused(self, reason: str) -> None:
        now = self._run.settings.now()
        at = slices.next_try("refused", self._claim.attempts, now)
        self._feed_run.refused[self._scope.scope_id] = (reason, self._claim.request_id, at)
        await self._ended("refused", reason, "failed", credential=self._credential)

    async def _put_back(self, reason: str) -> None:
        """The report is there or being made; only we could not get it now. The next run goes on with it."""
        if self._age() >= STUCK_AFTER:
            await self._ended("failed", reason, "lost")
            return
        await self._run.ledger.put_back(self._claim, reason)
        for each in self._claim.slices:
            self._outcome(each.slice_key, each.day, self._claim.state, reason, retryable=True)

    async def _still_running(self) -> None:
        hours = self._age() / timedelta(hours=1)
        reason = f"The source is still making report {self._claim.remote_id}, asked for {hours:.1f} hours ago."
        if self._age() >= STUCK_AFTER:
            await self._ended("failed", f"{reason} It is given up and asked for again.", "lost")
        else:
            await self._put_back(f"{reason} The next run goes on waiting for it.")

    async def _cancelled(self, report: RemoteReport) -> None:
        """No data, or asked for too soon after the same thing; believed to be the first if it cannot be the second."""
        if self._feed.shape != "windowed":
            await self._too_soon(report, "cancelled", "the source cancelled it")
            return
        since = report.created_at - self._feed.min_interval
        made = None
        if self._feed.min_interval:
            made = await self._run.ledger.same_made_since(self._claim, since, report.created_at)
        if made is not None:
            reason = (
                f"The source cancelled report {report.remote_id}, and made the same at {made:%Y-%m-%d %H:%M} UTC. "
                "It may have been asked for too soon, so that nothing follows from it. It is tried again."
            )
            await self._ended("failed", reason, "cancelled", pause=self._feed.min_interval)
            return
        await self._run.ledger.empty(self._claim, report.created_at, keep_loads=self._feed.semantics == "upsert")
        for each in self._claim.slices:
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
        claim = self._claim
        reason = f"Report {report.remote_id}: {why}."
        await self._ended("failed", reason, request_state, pause=self._feed.min_interval, **details)
        now = self._run.settings.now()
        day = claim.slices[0].day
        if day != slices.local_date(now, self._scope.time_zone):
            return
        since = slices.local_midnight(day, self._scope.time_zone)
        reports = await self._source.find_existing([self._feed], self._scope, since, priority=self._order[0])
        ours = await self._run.ledger.remote_ids(claim.feed, claim.scope_id, since - adoption.CLOCK_SKEW)
        other = adoption.of_today(reports, self._feed, self._scope, now, exclude=ours)
        if other is None:
            return
        mine = claim.slices[0]
        repeats = KnownSlice(
            mine.slice_key, mine.day, "failed", attempts=claim.attempts, generation=mine.generation or 0
        )
        carrier = await Carrier.of_snapshot(
            self._run, self._feed_run, self._scope, other, repeats, self._order, self._credential
        )
        if carrier is not None:
            self._feed_run.outcomes.pop((self._scope.scope_id, mine.slice_key), None)
            await carrier.take_over(other)

    # --- small things -------------------------------------------------------------------------------------------

    def _instants(self) -> tuple[datetime, datetime] | None:
        """dataStartTime and dataEndTime of the request, the same whenever they are computed; None without a window."""
        if self._claim.window is None:
            return None
        return slices.data_range(*self._claim.window, self._scope.time_zone, self._claim.intent_at)

    def _age(self) -> timedelta:
        return self._run.settings.now() - (self._claim.remote_created_at or self._claim.intent_at)

    def _keeps_personal(self) -> bool:
        account = self._scope.account
        return account is not None and self._run.catalog.tenants[account.tenant_id].keep_personal_data

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
    rows = [(key, plan.generation(key)) for key, _ in keys]
    free = await run.ledger.refuse(plan.feed.name, scope_id, rows, reason, next_try_at, request_id)
    for key, day in keys:
        if key in free:
            run.outcome(feed_run, scope_id, key, day, "refused", reason)
    busy_elsewhere(run, feed_run, scope_id, [(key, day) for key, day in keys if key not in free])
