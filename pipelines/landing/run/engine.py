"""The engine: `land` brings in what is due, all feeds and scopes at once, and yields each feed as it is finished.

A run leases slices, requests reports, polls, fetches and loads. Killed at any point it leaves a ledger from which the
next run goes on without asking twice. `Run` starts and ends all that: which slices are due stands in
`planning/planner.py`, how one request is carried out in `report_job.py`, what these parts share in `context.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.errors import ConfigError
from pipelines.landing.archive.store import Archive
from pipelines.landing.ledger.leases import Lease, Leases, Owner
from pipelines.landing.ledger.requests import Ledger, NewSlice
from pipelines.landing.personal.pseudonyms import hash_key
from pipelines.landing.planning import planner
from pipelines.landing.planning.adoption import CLOCK_SKEW
from pipelines.landing.planning.ledger_state import LISTINGS
from pipelines.landing.planning.planner import ScopePlan
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.context import RunContext
from pipelines.landing.run.loader import Loader
from pipelines.landing.run.preparation import needs, prepare
from pipelines.landing.run.report_job import ReportJob
from pipelines.landing.run.results import FeedResult, OnProgress
from pipelines.landing.run.state import FeedRun
from pipelines.sources import make_source
from pipelines.sources.amazon.notifications import Receiver
from pipelines.sources.base import Waiting
from pipelines.sources.traits import TRAITS
from pipelines.sources.transport.sqs import Queue

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings
    from pipelines.stores import Catalog
    from pipelines.warehouse.connection import Warehouse


log = logging.getLogger(__name__)

# Of the ten connections of a process: the owner's, one to plan, three to land, five for ledger and budgets.
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
    """Land everything that is due in the selection; each feed is yielded when it is finished, one with nothing due too.

    progress: told of each step, from the event loop; must not block. patience: how long to wait for one report,
    instead of the source's patience. What fails is in the results, told by reason; raised is only what stops the
    whole run (the warehouse is gone, a defect). Closing the iterator or cancelling it leaves a ledger that the next
    run resumes.
    """
    selection = selection or Selection()
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Owner(warehouse.url))
        pool = await stack.enter_async_context(warehouse.async_pool(_POOL))
        archive = Archive(settings.archive_url)
        loader = await stack.enter_async_context(Loader(warehouse.url, archive, hash_key(settings)))
        context = RunContext(
            settings, catalog, selection, Leases(pool, owner), Ledger(pool), loader, progress, patience
        )
        run = Run(context, warehouse)
        try:
            for _ in range(await run.start(stack, pool)):
                result = await context.finished.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            await run.stop()


class Run:
    """Starts and ends one call of `land`; what its parts share is its context."""

    def __init__(self, context: RunContext, warehouse: Warehouse) -> None:
        self._context = context
        self._warehouse = warehouse
        self._feeds: dict[str, FeedRun] = {}
        self._planning = asyncio.Lock()

    async def start(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> int:
        """Take over what gone runs have left, plan, and set everything going. Returns the number of feeds."""
        context = self._context
        for feed in planner.chosen_feeds(context.selection):
            scopes = {
                scope.scope_id: scope for scope in planner.chosen_scopes(context.catalog, feed, context.selection)
            }
            self._feeds[feed.name] = FeedRun(feed, scopes)
        missing = await self._open_sources(stack, pool)
        resumed = {
            name: await context.leases.resume(name, list(each.scopes)) if each.scopes and name not in missing else []
            for name, each in self._feeds.items()
        }
        plans = await asyncio.to_thread(self._plans, list(self._feeds.values()))
        for listing in plans.get(LISTINGS, []) if LISTINGS not in missing else []:
            scope_id = listing.scope.scope_id
            if listing.snapshot is not None or any(lease.scope_id == scope_id for lease in resumed[LISTINGS]):
                context.listings.expect(scope_id)
        for name, each in self._feeds.items():
            if name in missing:
                self._refuse_unset(each, plans[name], missing[name])
                continue
            if each.feed.asins_option:
                each.later = context.listings.awaited(each.scopes)
                plans[name] = [one for one in plans[name] if one.scope.scope_id not in each.later]
            await self._prepare(each, plans[name], resumed[name])
        for each in self._feeds.values():
            self._set_going(each, plans[each.feed.name], resumed[each.feed.name])
        return len(self._feeds)

    async def stop(self) -> None:
        """End what is under way and give the leases back; nothing is lost, the next run resumes."""
        await self._context.stop()
        try:
            await self._context.leases.release()
        except Exception as error:
            # our session ends now, and with it every lease
            log.info("leases were not given back one by one: %s", error)

    async def _open_sources(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> dict[str, str]:
        """Enter the sources that some feed needs; feed name -> what is wrong, where a source is not set up."""
        context = self._context
        missing: dict[str, str] = {}
        for name, each in self._feeds.items():
            source = each.feed.source
            if not each.scopes or source in context.sources:
                continue
            try:
                client = make_source(source, context.settings, pool, on_wait=self._waits)
                context.sources[source] = await stack.enter_async_context(client)
            except ConfigError as error:
                missing[name] = str(error)
        queue = Queue.of(context.settings)
        if queue is not None and any(TRAITS[source].notifies for source in context.sources):
            sellers = {account.seller_id for account in context.catalog.accounts.values()}
            context.notices = await stack.enter_async_context(Receiver(queue, pool, sellers))
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

    async def _prepare(self, run: FeedRun, plans: list[ScopePlan], resumed: list[Lease]) -> None:
        """Make the rows of the days that are due for the first time; say what has to be looked for."""
        context = self._context
        spans = {each.scope.scope_id: each.expected for each in plans if each.expected is not None}
        await context.ledger.expect(run.feed, spans)
        new = [NewSlice(each.scope.scope_id, *slice_) for each in plans for slice_ in each.new_slices]
        await context.ledger.add_due(run.feed.name, new)
        for each in plans:
            since = needs(each, context.selection)
            if since is not None:
                context.existing.need(run.feed, each.scope, since)
        for lease in resumed:
            if lease.remote_id is None:
                context.existing.need(run.feed, run.scopes[lease.scope_id], lease.intent_at - CLOCK_SKEW)

    def _set_going(self, run: FeedRun, plans: Iterable[ScopePlan], resumed: Sequence[Lease]) -> None:
        context = self._context
        run.pending += 1
        if run.feed.source in context.sources:
            for each in plans:
                context.spawn(run, prepare(context, run, each))
            for lease in resumed:
                run.total += len(lease.slices)
                context.spawn(run, ReportJob(context, run, run.scopes[lease.scope_id], lease).resume())
            if resumed:
                # whatever has become due meanwhile, or turned out to be lost, is planned when these are done
                scope_ids = {lease.scope_id for lease in resumed}
                run.after_resuming = lambda: self._plan_anew(run, scope_ids)
            for scope_id in run.later:
                context.spawn(run, self._when_listed(run, scope_id))
            run.later = set()
        context.done(run)

    async def _when_listed(self, run: FeedRun, scope_id: str) -> None:
        """The requests name the store's ASINs: planned when the day's listings have told them."""
        self._context.tell(run, "waiting", f"the listings of {scope_id} come first")
        await self._context.listings.wait(scope_id)
        await self._plan_anew(run, {scope_id})

    async def _plan_anew(self, run: FeedRun, scope_ids: set[str]) -> None:
        again = FeedRun(run.feed, {scope_id: run.scopes[scope_id] for scope_id in scope_ids})
        # one connection of the ten is for planning
        async with self._planning:
            plans = (await asyncio.to_thread(self._plans, [again]))[run.feed.name]
        tried = {key for key, each in run.outcomes.items() if each.state not in ("loaded", "empty")}
        for each in plans:
            each.without(tried)
        await self._prepare(run, plans, [])
        self._set_going(run, plans, [])

    def _refuse_unset(self, run: FeedRun, plans: Iterable[ScopePlan], reason: str) -> None:
        """The source cannot be used as it is set up: told in the result, nothing is written down."""
        context = self._context
        for each in plans:
            for window in each.windows:
                for item in window.due:
                    context.outcome(run, each.scope.scope_id, item.key, item.day, "refused", reason)
            if each.snapshot is not None:
                day = context.now.astimezone(each.scope.zone).date()
                context.outcome(run, each.scope.scope_id, day.isoformat(), day, "refused", reason)

    def _waits(self, waiting: Waiting) -> None:
        """A source waits for a budget: told to every feed of it that is not finished."""
        for run in self._feeds.values():
            if run.pending and run.feed.source == waiting.source:
                self._context.tell(run, "waiting", str(waiting))
