"""The engine: `land` brings in what is due, all feeds and scopes at once, and yields each feed as it is finished.

A run leases, asks, polls, fetches and loads. Killed at any point it leaves a ledger from which the next run goes on
without asking twice. Which slices are due stands in `planning/planner.py`, how one request is carried out in
`report_job.py`, what is written down in `ledger/leases.py` and `ledger/requests.py`. Here is only how it all runs side
by side: lanes, counting, ending.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

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
from pipelines.landing.run.context import Existing, FeedRun, account_of
from pipelines.landing.run.loader import Loader
from pipelines.landing.run.preparation import needs, prepare
from pipelines.landing.run.queues import Poller, Priority, WorkQueue
from pipelines.landing.run.report_job import ReportJob
from pipelines.landing.run.results import FeedResult, OnProgress, ProgressEvent, SliceOutcome
from pipelines.sources import make_source
from pipelines.sources.base import RemoteReport, Source, Waiting
from pipelines.sources.notifications import Receiver
from pipelines.sources.sqs import Queue

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.feeds import Feed
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Scope
    from pipelines.warehouse.connection import Warehouse


log = logging.getLogger(__name__)

PATIENCE: Mapping[str, timedelta] = MappingProxyType(
    {
        "amazon_sp": timedelta(hours=1),
        "amazon_data_kiosk": timedelta(hours=1),
        "amazon_ads": timedelta(hours=3),
        "apify": timedelta(hours=1),
    }
)
"""How long a run waits for one report; after that the next run goes on waiting for it."""

# Of the ten connections of a process: the owner's, one to plan, three to land, five for ledger and budgets.
_POOL = 5
# Requests leased and not yet sent, and documents being fetched, for each account.
_ASKING, _FETCHING = 3, 3


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
    instead of the source's PATIENCE. What fails is in the results, told by reason; raised is only what stops the
    whole run (the warehouse is gone, a defect). Closing the iterator or cancelling it leaves a ledger that the next
    run resumes.
    """
    selection = selection or Selection()
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Owner(warehouse.url))
        pool = await stack.enter_async_context(warehouse.async_pool(_POOL))
        archive = Archive(settings.archive_url)
        loader = await stack.enter_async_context(Loader(warehouse.url, archive, hash_key(settings)))
        run = Run(
            settings, warehouse, catalog, selection, Leases(pool, owner), Ledger(pool), loader, progress, patience
        )
        try:
            for _ in range(await run.start(stack, pool)):
                result = await run.finished.get()
                if isinstance(result, BaseException):
                    raise result
                yield result
        finally:
            await run.stop()


class Run:
    """One call of `land`: the shared parts, and the count of what is under way for each feed."""

    def __init__(
        self,
        settings: Settings,
        warehouse: Warehouse,
        catalog: Catalog,
        selection: Selection,
        leases: Leases,
        ledger: Ledger,
        loader: Loader,
        progress: OnProgress | None,
        patience: timedelta | None,
    ) -> None:
        self.settings = settings
        self.warehouse = warehouse
        self.catalog = catalog
        self.selection = selection
        self.leases = leases
        self.ledger = ledger
        self.loader = loader
        self.now = settings.now()
        self.sources: dict[str, Source] = {}
        self.existing = Existing(self.sources)
        self.finished: asyncio.Queue[FeedResult | BaseException] = asyncio.Queue()
        self._progress = progress
        self._patience = patience
        self._feeds: dict[str, FeedRun] = {}
        self._lanes: dict[tuple[str, str, str], WorkQueue] = {}
        self._pollers: dict[tuple[str, str, str], Poller] = {}
        self._notices: Receiver | None = None
        self._planning = asyncio.Lock()
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # set when the listings of a store's day are there, or will not come: feeds that are asked with its ASINs wait
        self._listed: dict[str, asyncio.Event] = {}

    # --- from the start to the end -------------------------------------------------------------------------------

    async def start(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> int:
        """Take over what gone runs have left, plan, and set everything going. Returns the number of feeds."""
        for feed in planner.chosen_feeds(self.selection):
            scopes = {scope.scope_id: scope for scope in planner.chosen_scopes(self.catalog, feed, self.selection)}
            self._feeds[feed.name] = FeedRun(feed, scopes)
        missing = await self._open_sources(stack, pool)
        resumed = {
            name: await self.leases.resume(name, list(each.scopes)) if each.scopes and name not in missing else []
            for name, each in self._feeds.items()
        }
        plans = await asyncio.to_thread(self._plans, list(self._feeds.values()))
        for listing in plans.get(LISTINGS, []) if LISTINGS not in missing else []:
            scope_id = listing.scope.scope_id
            if listing.snapshot is not None or any(lease.scope_id == scope_id for lease in resumed[LISTINGS]):
                self._listed[scope_id] = asyncio.Event()
        for name, each in self._feeds.items():
            if name in missing:
                self._refuse_unset(each, plans[name], missing[name])
                continue
            if each.feed.asins_option:
                each.later = each.scopes.keys() & self._listed.keys()
                plans[name] = [one for one in plans[name] if one.scope.scope_id not in each.later]
            await self._prepare(each, plans[name], resumed[name])
        for each in self._feeds.values():
            self._set_going(each, plans[each.feed.name], resumed[each.feed.name])
        return len(self._feeds)

    async def stop(self) -> None:
        """End what is under way and give the leases back; nothing is lost, the next run resumes."""
        self.existing.cancel()
        busy = list(self._tasks)
        for task in busy:
            task.cancel()
        if busy:
            await self.loader.stop()
        while self._tasks:
            await asyncio.wait(self._tasks)
        try:
            await self.leases.release()
        except Exception as error:
            # our session ends now, and with it every lease
            log.info("leases were not given back one by one: %s", error)

    async def _open_sources(self, stack: AsyncExitStack, pool: AsyncConnectionPool) -> dict[str, str]:
        """Enter the sources that some feed needs; feed name -> what is wrong, where a source is not set up."""
        missing: dict[str, str] = {}
        for name, each in self._feeds.items():
            source = each.feed.source
            if not each.scopes or source in self.sources:
                continue
            try:
                client = make_source(source, self.settings, pool, on_wait=self._waits)
                self.sources[source] = await stack.enter_async_context(client)
            except ConfigError as error:
                missing[name] = str(error)
        queue = Queue.of(self.settings)
        if queue is not None and self.sources.keys() & {"amazon_sp", "amazon_data_kiosk"}:
            sellers = {account.seller_id for account in self.catalog.accounts.values()}
            self._notices = await stack.enter_async_context(Receiver(queue, pool, sellers))
        return missing

    def _plans(self, feeds: Iterable[FeedRun]) -> dict[str, list[ScopePlan]]:
        with self.warehouse.connect() as conn:
            return {
                each.feed.name: planner.plan_feed(
                    conn, self.settings, each.feed, list(each.scopes.values()), self.selection, self.now
                )
                for each in feeds
            }

    async def _prepare(self, run: FeedRun, plans: list[ScopePlan], resumed: list[Lease]) -> None:
        """Make the rows of the days that are due for the first time; say what has to be looked for."""
        spans = {each.scope.scope_id: each.expected for each in plans if each.expected is not None}
        await self.ledger.expect(run.feed, spans)
        new = [NewSlice(each.scope.scope_id, *slice_) for each in plans for slice_ in each.new_slices]
        await self.ledger.add_due(run.feed.name, new)
        for each in plans:
            since = needs(each, self.selection)
            if since is not None:
                self.existing.need(run.feed, each.scope, since)
        for lease in resumed:
            if lease.remote_id is None:
                self.existing.need(run.feed, run.scopes[lease.scope_id], lease.intent_at - CLOCK_SKEW)

    def _set_going(self, run: FeedRun, plans: Iterable[ScopePlan], resumed: Iterable[Lease]) -> None:
        run.pending += 1
        if run.feed.source in self.sources:
            for each in plans:
                self.spawn(run, prepare(self, run, each))
            for lease in resumed:
                run.resumed.add(lease.scope_id)
                run.total += len(lease.slices)
                self.spawn(run, ReportJob(self, run, run.scopes[lease.scope_id], lease).resume())
            for scope_id in run.later:
                self.spawn(run, self._when_listed(run, scope_id))
            run.later = set()
        self._done(run)

    async def _again(self, run: FeedRun) -> None:
        """After resuming: whatever has become due, or turned out to be lost, is planned now."""
        scope_ids, run.resumed = run.resumed, set()
        await self._plan_anew(run, scope_ids)

    async def _when_listed(self, run: FeedRun, scope_id: str) -> None:
        """The requests name the store's ASINs: planned when the day's listings have told them."""
        self.tell(run, "waiting", f"the listings of {scope_id} come first")
        await self._listed[scope_id].wait()
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
        for each in plans:
            for window in each.windows:
                for item in window.due:
                    self.outcome(run, each.scope.scope_id, item.key, item.day, "refused", reason)
            if each.snapshot is not None:
                day = self.now.astimezone(each.scope.zone).date()
                self.outcome(run, each.scope.scope_id, day.isoformat(), day, "refused", reason)

    # --- what the work calls ------------------------------------------------------------------------------------

    def spawn(self, run: FeedRun, work: Coroutine[Any, Any, None]) -> None:
        """Start a piece of a feed's work; the feed is finished when all of its pieces are."""
        run.pending += 1
        self._task(self._counted(run, work))

    def queue(
        self, kind: str, run: FeedRun, scope: Scope, priority: Priority, job: Callable[[], Awaitable[None]]
    ) -> None:
        """Put a job into the lane 'ask' or 'fetch' of the scope's account."""
        key = (kind, *account_of(run.feed, scope))
        if key not in self._lanes:
            self._lanes[key] = WorkQueue(_ASKING if kind == "ask" else _FETCHING, self._task)
        run.pending += 1
        self._lanes[key].put(priority, lambda: self._counted(run, job()))

    async def wait_for(
        self, run: FeedRun, scope: Scope, remote_id: str, priority: int, asked_at: datetime
    ) -> RemoteReport:
        """The report when it is made; see `Poller.wait`."""
        key = (*account_of(run.feed, scope), run.feed.name)
        if key not in self._pollers:
            self._pollers[key] = Poller(self.sources[run.feed.source], run.feed, scope, self._task, self._notices)
        patience = self._patience or PATIENCE[run.feed.source]
        return await self._pollers[key].wait(remote_id, patience, priority, asked_at)

    def turn(self, feed: Feed, scope: Scope) -> asyncio.Lock:
        """The lock under which the documents of one feed and scope are landed one after the other."""
        return self._turns.setdefault((feed.name, scope.scope_id), asyncio.Lock())

    def outcome(
        self,
        run: FeedRun,
        scope_id: str,
        slice_key: str,
        day: date,
        state: str,
        reason: str | None = None,
        *,
        rows: int = 0,
        retryable: bool = False,
    ) -> None:
        """Note what became of a slice."""
        run.outcomes[scope_id, slice_key] = SliceOutcome(
            run.feed.name, scope_id, slice_key, day, state, reason, rows, retryable
        )
        listed = self._listed.get(scope_id) if run.feed.name == LISTINGS else None
        if listed is not None and day == self.now.astimezone(run.scopes[scope_id].zone).date():
            listed.set()
        self.tell(run, "landing")

    def tell(self, run: FeedRun, phase: str, note: str | None = None) -> None:
        """Report progress."""
        if self._progress is not None:
            done = len(run.outcomes)
            self._progress(ProgressEvent(run.feed.name, phase, done, max(run.total, done), note))

    # --- counting -----------------------------------------------------------------------------------------------

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _counted(self, run: FeedRun, work: Awaitable[None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self.finished.put_nowait(error)
        finally:
            self._done(run)

    def _done(self, run: FeedRun) -> None:
        run.pending -= 1
        if run.pending:
            return
        if run.resumed:
            self.spawn(run, self._again(run))
            return
        if run.feed.name == LISTINGS:
            for event in self._listed.values():
                event.set()
        self.tell(run, "done")
        self.finished.put_nowait(FeedResult(run.feed.name, list(run.outcomes.values()), run.rows, run.requests))

    def _waits(self, waiting: Waiting) -> None:
        """A source waits for a budget: told to every feed of it that is not finished."""
        for run in self._feeds.values():
            if run.pending and run.feed.source == waiting.source:
                self.tell(run, "waiting", str(waiting))
