"""What the parts of one run share: its clock, sources, ledger and loader, and the count of work under way.

Work is started with `spawn` or put into a work queue with `queue`. A feed is finished when none of its pieces of work
is under way. Which pieces there are is decided in `engine.py`, `preparation.py` and `report_job.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.landing.planning.ledger_state import LISTINGS
from pipelines.landing.run.queues import Poller, Priority, WorkQueue
from pipelines.landing.run.results import FeedResult, OnProgress, ProgressEvent, SliceOutcome
from pipelines.landing.run.state import Existing, FeedRun, ListingsGate, account_of
from pipelines.sources.traits import TRAITS
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import Root, count

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.feeds import Feed
    from pipelines.landing.ledger.crawl_turns import CrawlTurns
    from pipelines.landing.ledger.leases import Leases
    from pipelines.landing.ledger.requests import Ledger
    from pipelines.landing.planning.selection import Selection
    from pipelines.landing.run.loader import Loader
    from pipelines.settings import Settings
    from pipelines.sources.amazon.notifications import Receiver
    from pipelines.sources.base import RemoteReport, Source
    from pipelines.stores import Catalog, Scope

# Workers of the queues 'ask' and 'fetch' of each account: requests sent, and documents fetched, at the same time.
_ASKING, _FETCHING = 3, 3


class RunContext:
    """One call of `land`, as its parts see it.

    now: the business time at which the run started, UTC. sources: the opened sources by name. existing: the reports
    that the sources have already. finished: each feed's result, or the error that stops the whole run. turns: of
    crawls, of all processes. notices: where messages about finished reports arrive, if a queue is configured.
    progress, patience: see `land`. trace: the span of the run, above those of its requests.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        selection: Selection,
        leases: Leases,
        ledger: Ledger,
        turns: CrawlTurns,
        loader: Loader,
        progress: OnProgress | None,
        patience: timedelta | None,
    ) -> None:
        self.settings = settings
        self.catalog = catalog
        self.selection = selection
        self.leases = leases
        self.ledger = ledger
        self.turns = turns
        self.loader = loader
        self.now: datetime = settings.now()
        self.trace = Root("land")
        self.sources: dict[str, Source] = {}
        self.existing = Existing(self.sources)
        self.listings = ListingsGate()
        self.notices: Receiver | None = None
        self.finished: asyncio.Queue[FeedResult | BaseException] = asyncio.Queue()
        self._progress = progress
        self._patience = patience
        self._queues: dict[tuple[str, str, str], WorkQueue] = {}
        self._pollers: dict[tuple[str, str, str], Poller] = {}
        self._turns: dict[tuple[str, str], asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, run: FeedRun, work: Coroutine[Any, Any, None]) -> None:
        """Start a piece of a feed's work. The feed is finished when all of its pieces are."""
        run.pending += 1
        self._task(self._counted(run, work))

    def queue(
        self, kind: str, run: FeedRun, scope: Scope, priority: Priority, job: Callable[[], Awaitable[None]]
    ) -> None:
        """Put a job into the queue 'ask' or 'fetch' of the scope's account."""
        key = (kind, *account_of(run.feed, scope))
        if key not in self._queues:
            self._queues[key] = WorkQueue(_ASKING if kind == "ask" else _FETCHING, self._task)
        run.pending += 1
        self._queues[key].put(priority, lambda: self._counted(run, job()))

    async def wait_for(
        self, run: FeedRun, scope: Scope, remote_id: str, priority: int, asked_at: datetime, *, asked_now: bool
    ) -> RemoteReport:
        """Wait for a report and return it; see `Poller.wait`."""
        key = (*account_of(run.feed, scope), run.feed.name)
        if key not in self._pollers:
            self._pollers[key] = Poller(self.sources[run.feed.source], run.feed, scope, self._task, self.notices)
        patience = self._patience or TRAITS[run.feed.source].patience
        return await self._pollers[key].wait(remote_id, patience, priority, asked_at, asked_now=asked_now)

    def turn(self, feed: Feed, scope: Scope) -> asyncio.Lock:
        """The lock that makes the documents of one feed and scope load one after the other."""
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
        waits: bool = False,
    ) -> None:
        """Note what became of a slice."""
        run.outcomes[scope_id, slice_key] = SliceOutcome(
            run.feed.name, scope_id, slice_key, day, state, reason, rows, retryable, waits
        )
        if not waits:
            count(names.SLICES, {"tradewind.feed": run.feed.name, "tradewind.state": state})
        if run.feed.name == LISTINGS and day == self.now.astimezone(run.scopes[scope_id].zone).date():
            self.listings.open(scope_id)
        self.report_progress(run, "landing")

    def report_progress(self, run: FeedRun, phase: str, note: str | None = None) -> None:
        """Call the run's `progress`, if it was given one, with how far this feed is."""
        if self._progress is not None:
            done = len(run.outcomes)
            self._progress(ProgressEvent(run.feed.name, phase, done, max(run.total, done), note))

    def done(self, run: FeedRun) -> None:
        """Count one piece of a feed's work as ended, well or not. The last piece finishes the feed."""
        run.pending -= 1
        if run.pending:
            return
        if run.after_resuming is not None:
            work, run.after_resuming = run.after_resuming, None
            self.spawn(run, work())
            return
        if run.looked:
            looked, run.looked = run.looked, {}
            self.spawn(run, self.ledger.looked(run.feed.name, looked))
            return
        if run.feed.name == LISTINGS:
            self.listings.open_all()
        self.report_progress(run, "done")
        self.finished.put_nowait(FeedResult(run.feed.name, list(run.outcomes.values()), run.rows, run.requests))

    async def stop(self) -> None:
        """Cancel all work under way, loads included, and wait until it has ended."""
        self.existing.cancel()
        busy = list(self._tasks)
        for task in busy:
            task.cancel()
        if busy:
            await self.loader.stop()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _counted(self, run: FeedRun, work: Awaitable[None]) -> None:
        try:
            with self.trace.active(), bind(feed=run.feed.name, source=run.feed.source):
                await work
        except asyncio.CancelledError:
            run.looked = {}
            raise
        except BaseException as error:
            run.looked = {}
            self.finished.put_nowait(error)
        finally:
            self.done(run)
