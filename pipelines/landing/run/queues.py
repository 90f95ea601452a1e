"""How a run waits: work queues that serve the most urgent job first, and pollers that ask for many reports at once.

What a job does is not known here. Rate budgets belong to the sources (`sources/transport/rate_limits.py`). A work queue
only keeps a run from leasing more slices than it can ask for, so that other runs find work.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.sources.traits import TRAITS

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.sources.amazon.notifications import Finished, Key, Receiver
    from pipelines.sources.base import RemoteReport, Source
    from pipelines.stores import Scope

Priority = tuple[int, int]
Job = Callable[[], Awaitable[None]]
Spawn = Callable[[Coroutine[Any, Any, None]], object]

FIRST_POLL = 1.0
POLL_GROWTH = 1.6
LONGEST_POLL = 60.0
# Where Amazon sends a message when a report is finished, polling only makes up for lost messages. In seconds.
NOTIFIED_POLL = 300.0
# A poll also asks for reports that are due soon: when no more than this part of their delay is left.
POLL_TOGETHER = 0.4


class WorkQueue:
    """Jobs of one kind for one account, the most urgent first.

    At most `workers` jobs run at the same time. A worker task exists only while there are jobs.
    """

    def __init__(self, workers: int, spawn: Spawn) -> None:
        self._free = workers
        self._spawn = spawn
        self._heap: list[tuple[Priority, int, Job]] = []
        self._arrival = itertools.count()

    def put(self, priority: Priority, job: Job) -> None:
        """Queue a job, which must not raise. The smallest priority is served first."""
        heapq.heappush(self._heap, (priority, next(self._arrival), job))
        if self._free:
            self._free -= 1
            self._spawn(self._work())

    async def _work(self) -> None:
        try:
            while self._heap:
                await heapq.heappop(self._heap)[2]()
        finally:
            self._free += 1


class Lost(Exception):
    """The source does not know the report, or does not know it any more."""


@dataclass(slots=True)
class _Waiter:
    future: asyncio.Future[RemoteReport]
    due: float
    until: float
    priority: int
    asked_at: datetime
    delay: float = FIRST_POLL


@dataclass(slots=True)
class Poller:
    """Waits for the reports of one feed of one account, with one call of `Source.poll` for all reports that are due.

    notices: where messages about finished reports arrive. With it, polls are rare.
    """

    source: Source
    feed: Feed
    scope: Scope
    spawn: Spawn
    notices: Receiver | None = None
    _waiters: dict[str, _Waiter] = field(default_factory=dict)
    _running: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(
        self, remote_id: str, patience: timedelta, priority: int, asked_at: datetime, *, asked_now: bool = True
    ) -> RemoteReport:
        """Wait until the source has finished the report, well or not, and return it.

        asked_at: a time in UTC, not later than the report's creation. It becomes the report's created_at if the end
        is known from a message alone, which has no creation time. asked_now: by this run, so that its message is still
        to come. That of any other report may have been taken by a run that has ended, so it is polled at once.

        Raises TimeoutError if the report is still being made when `patience` ends, Lost if the source does not know
        the report, and the SourceError of the poll.
        """
        loop = asyncio.get_running_loop()
        waiter = self._waiters.get(remote_id)
        if waiter is None:
            now, delay = loop.time(), NOTIFIED_POLL if asked_now and self._is_notified else FIRST_POLL
            delay = min(delay, max(patience.total_seconds(), FIRST_POLL))
            waiter = _Waiter(
                loop.create_future(), now + delay, now + patience.total_seconds(), priority, asked_at, delay
            )
            self._waiters[remote_id] = waiter
            self._watch(remote_id)
            self._wake.set()
            if not self._running:
                self._running = True
                self.spawn(self._serve())
        return await asyncio.shield(waiter.future)

    async def _serve(self) -> None:
        clock = asyncio.get_running_loop().time
        try:
            while self._waiters:
                self._wake.clear()
                pause = min(waiter.due for waiter in self._waiters.values()) - clock()
                if pause > 0:
                    try:
                        async with asyncio.timeout(pause):
                            await self._wake.wait()
                        continue
                    except TimeoutError:
                        pass
                await self._ask(clock())
        finally:
            self._running = False
            for remote_id, waiter in self._waiters.items():
                waiter.future.cancel()
                self._unwatch(remote_id)
            self._waiters.clear()

    async def _ask(self, now: float) -> None:
        asked = {
            remote_id: waiter
            for remote_id, waiter in self._waiters.items()
            if waiter.due - POLL_TOGETHER * waiter.delay <= now
        }
        try:
            most_urgent = min(waiter.priority for waiter in asked.values())
            answers = await self.source.poll(self.feed, self.scope, list(asked), priority=most_urgent)
        except Exception as error:
            for remote_id, waiter in asked.items():
                self._settle(remote_id, waiter, error)
            return
        now = asyncio.get_running_loop().time()
        for remote_id, waiter in asked.items():
            report = answers.get(remote_id)
            if report is None:
                self._settle(remote_id, waiter, Lost(remote_id))
            elif report.state != "running":
                self._settle(remote_id, waiter, report)
            elif now >= waiter.until:
                self._settle(remote_id, waiter, TimeoutError())
            else:
                longest = NOTIFIED_POLL if self._is_notified else LONGEST_POLL
                waiter.delay = min(waiter.delay * POLL_GROWTH, longest)
                waiter.due = min(now + waiter.delay, max(waiter.until, now + FIRST_POLL))

    def _settle(self, remote_id: str, waiter: _Waiter, answer: RemoteReport | Exception) -> None:
        """Give a waiter its answer, once: a message may have come while the poll of the same report was under way."""
        if self._waiters.get(remote_id) is not waiter:
            return
        del self._waiters[remote_id]
        self._unwatch(remote_id)
        if waiter.future.done():
            return
        if isinstance(answer, Exception):
            waiter.future.set_exception(answer)
        else:
            waiter.future.set_result(answer)

    # --- messages -----------------------------------------------------------------------------------------------

    @property
    def _tells(self) -> Receiver | None:
        """Who tells of these reports; None if nobody does: not every source sends messages."""
        return self.notices if self.scope.account is not None and TRAITS[self.feed.source].notifies else None

    @property
    def _is_notified(self) -> bool:
        return self._tells is not None and self._tells.working

    def _key(self, remote_id: str) -> Key:
        assert self.scope.account is not None
        return self.feed.source, self.scope.account.seller_id, remote_id

    def _watch(self, remote_id: str) -> None:
        if self._tells is not None:
            self._tells.watch(*self._key(remote_id), lambda finished: self._on_message(remote_id, finished))

    def _unwatch(self, remote_id: str) -> None:
        if self._tells is not None:
            self._tells.unwatch(*self._key(remote_id))

    def _on_message(self, remote_id: str, finished: Finished | None) -> None:
        """Settle a report that a message has announced. None: no messages can be expected, so the report is polled."""
        waiter = self._waiters.get(remote_id)
        if waiter is None:
            return
        if finished is not None:
            self._settle(remote_id, waiter, finished.report(self.feed.report_type, waiter.asked_at))
        else:
            soon = asyncio.get_running_loop().time() + FIRST_POLL
            waiter.due, waiter.delay = min(waiter.due, soon), FIRST_POLL
        self._wake.set()
