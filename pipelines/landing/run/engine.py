"""The engine: `land` brings in what is due, all feeds and scopes at once, and yields each feed when it is finished.

A run leases slices, requests reports, polls, fetches and loads. If it is killed, the next run goes on from the ledger
and asks for nothing twice. `Run` starts and ends this work. Which slices are due is decided in `planning/planner.py`.
How one request is carried out is in `report_job.py`. What these parts share is in `context.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from pipelines.accounts.plans import Plans, load_plans
from pipelines.errors import ConfigError
from pipelines.landing.archive.store import Archive
from pipelines.landing.ledger.crawl_turns import CrawlTurns
from pipelines.landing.ledger.leases import Lease, Leases, Owner
from pipelines.landing.ledger.requests import Ledger, NewSlice
from pipelines.landing.personal.pseudonyms import hash_key
from pipelines.landing.planning import planner
from pipelines.landing.planning.adoption import CLOCK_SKEW
from pipelines.landing.planning.ledger_state import LISTINGS
from pipelines.landing.planning.planner import ScopePlan
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.context import RunContext
from pipelines.landing.run.leased_request import LeasedRequest
from pipelines.landing.run.loader import Loader
from pipelines.landing.run.notices import land_notices
from pipelines.landing.run.preparation import needs, prepare
from pipelines.landing.run.report_job import ReportJob
from pipelines.landing.run.results import FeedResult, OnProgress
from pipelines.landing.run.state import FeedRun
from pipelines.sources import make_source
from pipelines.sources.amazon.notifications import Receiver
from pipelines.sources.base import Waiting
from pipelines.sources.traits import TRAITS
from pipelines.sources.transport.sqs import Queue
from pipelines.warehouse import counters

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse


log = logging.getLogger(__name__)

# A process uses ten connections: one holds the run's leases, one plans, three load, five serve ledger and budgets.
_POOL = 5


async def land(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    selection: Selection | None = None,
    *,
    progress: OnProgress | None = None,
    patience: timedelta | None = None,
) -> AsyncIterator[FeedResult]:
    """Land everything that is due in the selection. Yields each feed when it is finished, also one with nothing due.

    progress: called at each step, in the event loop, so it must not block. patience: how long to wait for one report,
    instead of the source's patience. A slice that fails is in the results with its reason. Raises only what stops the
    whole run: errors of psycopg when the warehouse is gone, and defects. If the iterator is closed or cancelled, the
    next run goes on from the ledger.
    """
    selection = selection or Selection()
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Owner(warehouse.url))
        pool = await stack.enter_async_context(warehouse.async_pool(_POOL))
        archive = Archive(settings.archive_url)
        plans = load_plans(settings.stores_path)
        turns = CrawlTurns(
            *(pool, owner.key, settings.crawls_at_once),
            crawl_ceilings(settings, catalog, plans),
            {tenant: most for tenant in catalog.tenants if (most := plans.of(tenant).crawls_per_day) is not None},
        )
        loader = await stack.enter_async_context(Loader(warehouse.url, archive, hash_key(settings)))
        context = RunContext(
            settings, catalog, selection, Leases(pool, owner), Ledger(pool), turns, loader, progress, patience
        )
        run = Run(context, warehouse)
        try:
            for _ in range(await run.start(stack, pool)):
                result = await context.finished.get()
                if isinstance(result, BaseException):
                    raise result
                await asyncio.to_thread(counters.write, warehouse)
                yield result
        finally:
            await run.stop()
            context.trace.end()
            await asyncio.to_thread(counters.write, warehouse)


def crawl_ceilings(settings: Settings, catalog: Catalog, plans: Plans) -> dict[str, Decimal]:
    """Tenant -> USD that its crawls may cost in a day of UTC: what it allows itself, and no more than its plan does."""
    usual = Decimal(str(settings.crawl_budget_day_usd))
    ceilings = {}
    for tenant in catalog.tenants.values():
        own = usual if tenant.crawl_budget_day_usd is None else tenant.crawl_budget_day_usd
        of_plan = plans.of(tenant.tenant_id).crawl_usd_per_day
        ceilings[tenant.tenant_id] = own if of_plan is None else min(own, of_plan)
    return ceilings


class Run:
    """Starts and ends one call of `land`. What the parts of the run share is in its context."""

    def __init__(self, context: RunContext, warehouse: Warehouse) -> None:
        self._context = context
        self._warehouse = warehouse
        self._feeds: dict[str, FeedRun] = {}
        self._planning = asyncio.Lock()

    async def start(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> int:
        """Lease what earlier runs left unfinished, plan, and start all feeds. Returns the number of feeds."""
        context = self._context
        for feed in planner.chosen_feeds(context.selection):
            scopes = {
                scope.scope_id: scope for scope in planner.chosen_scopes(context.catalog, feed, context.selection)
            }
            self._feeds[feed.name] = FeedRun(feed, scopes)
        missing = await self._open_sources(stack, pool)
        resumed = {
            name: await context.leases.resume(name, list(each.scopes))
            if each.scopes and name not in missing and context.selection.subjects is None
            else []
            for name, each in self._feeds.items()
        }
        plans = await asyncio.to_thread(self._plans, list(self._feeds.values()))
        for listing in plans.get(LISTINGS, []) if LISTINGS not in missing else []:
            scope_id = listing.scope.scope_id
            if listing.snapshot is not None or any(lease.scope_id == scope_id for lease in resumed[LISTINGS]):
                context.listings.expect(scope_id)
        for name, each in self._feeds.items():
            if name in missing:
                self._refuse_unconfigured(each, plans[name], missing[name])
                continue
            if each.feed.asins_option:
                each.later = context.listings.awaited(each.scopes)
                plans[name] = [one for one in plans[name] if one.scope.scope_id not in each.later]
            await self._write_expected(each, plans[name], resumed[name])
        for each in self._feeds.values():
            self._start_feed(each, plans[each.feed.name], resumed[each.feed.name])
        return len(self._feeds)

    async def stop(self) -> None:
        """Cancel the work under way and release the leases. The next run goes on with the requests."""
        await self._context.stop()
        try:
            await self._context.leases.release()
        except Exception as error:
            # The run's session ends now, and every lease with it.
            log.info("the leases were not released one by one: %s", error)

    async def _open_sources(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> dict[str, str]:
        """Open the sources that the feeds need. Returns feed name -> reason for feeds whose source is not set up."""
        context = self._context
        missing: dict[str, str] = {}
        for name, each in self._feeds.items():
            source = each.feed.source
            if not each.scopes or source in context.sources:
                continue
            try:
                client = make_source(source, context.settings, pool, on_wait=self._report_waiting)
                context.sources[source] = await stack.enter_async_context(client)
            except ConfigError as error:
                missing[name] = str(error)
        queue = Queue.of(context.settings)
        if queue is not None and any(TRAITS[source].notifies for source in context.sources):
            keep = partial(land_notices, context.settings, self._warehouse, context.catalog)
            accounts = list(context.catalog.accounts.values())
            context.notices = await stack.enter_async_context(Receiver(queue, pool, accounts, keep))
        return missing

    def _plans(self, feeds: Iterable[FeedRun]) -> dict[str, list[ScopePlan]]:
        context = self._context
        with self._warehouse.connect() as conn:
            return {
                each.feed.name: planner.plan_feed(
                    conn, context.settings, each.feed, list(each.scopes.values()), context.selection, context.now
                )
                for each in feeds
            }

    async def _write_expected(self, run: FeedRun, plans: list[ScopePlan], resumed: list[Lease]) -> None:
        """Create the rows of slices that are due for the first time, and announce which reports will be looked for."""
        context = self._context
        new = [NewSlice(each.scope.scope_id, *slice_) for each in plans for slice_ in each.new_slices]
        await context.ledger.add_due(run.feed.name, new)
        # After the slices: a period that is expected and has no slice would be looked for only in the next night.
        spans = {each.scope.scope_id: each.expected for each in plans if each.expected is not None}
        await context.ledger.expect(run.feed, spans)
        for each in plans:
            since = needs(each, context.selection)
            if since is not None:
                context.existing.need(run.feed, each.scope, since)
        for lease in resumed:
            if lease.remote_id is None:
                context.existing.need(run.feed, run.scopes[lease.scope_id], lease.intent_at - CLOCK_SKEW)

    def _start_feed(self, run: FeedRun, plans: Iterable[ScopePlan], resumed: Sequence[Lease]) -> None:
        context = self._context
        run.pending += 1
        if run.feed.source in context.sources:
            for each in plans:
                context.spawn(run, prepare(context, run, each))
            for lease in resumed:
                run.total += len(lease.slices)
                context.spawn(run, ReportJob(LeasedRequest(context, run, run.scopes[lease.scope_id], lease)).resume())
            if resumed:
                # When the resumed requests are done, their scopes are planned anew: slices may have become due
                # meanwhile, and some requests may turn out to be lost.
                scope_ids = {lease.scope_id for lease in resumed}
                run.after_resuming = lambda: self._plan_anew(run, scope_ids)
            for scope_id in run.later:
                context.spawn(run, self._when_listed(run, scope_id))
            run.later = set()
        context.done(run)

    async def _when_listed(self, run: FeedRun, scope_id: str) -> None:
        """Plan a store when its listings of the day have landed, because the requests name the store's ASINs."""
        self._context.report_progress(run, "waiting", f"the listings of {scope_id} come first")
        await self._context.listings.wait(scope_id)
        await self._plan_anew(run, {scope_id})

    async def _plan_anew(self, run: FeedRun, scope_ids: set[str]) -> None:
        again = FeedRun(run.feed, {scope_id: run.scopes[scope_id] for scope_id in scope_ids})
        # Only one of the process's ten connections is for planning.
        async with self._planning:
            plans = (await asyncio.to_thread(self._plans, [again]))[run.feed.name]
        tried = {key for key, each in run.outcomes.items() if each.state not in ("loaded", "empty")}
        for each in plans:
            each.without(tried)
        await self._write_expected(run, plans, [])
        self._start_feed(run, plans, [])

    def _refuse_unconfigured(self, run: FeedRun, plans: Iterable[ScopePlan], reason: str) -> None:
        """Report the slices of a source that is not set up as 'refused'. The ledger is not changed."""
        context = self._context
        for each in plans:
            for window in each.windows:
                for item in window.due:
                    context.outcome(run, each.scope.scope_id, item.key, item.day, "refused", reason)
            if each.snapshot is not None or each.batches:
                day = context.now.astimezone(each.scope.zone).date()
                context.outcome(run, each.scope.scope_id, day.isoformat(), day, "refused", reason)

    def _report_waiting(self, waiting: Waiting) -> None:
        """Report that a source waits for a rate budget, as the progress of each of its unfinished feeds."""
        for run in self._feeds.values():
            if run.pending and run.feed.source == waiting.source:
                self._context.report_progress(run, "waiting", str(waiting))
