"""What is done beside taking webhooks: webhooks.yaml is read again when it changes, counts are written down, what is
old is forgotten, and what subscribers are to be told is sent.

A webhooks.yaml that has become wrong is told in the log, and what was read before goes on holding.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from pydantic import SecretStr

from pipelines.errors import TradewindError
from pipelines.serving.batches import Batches
from pipelines.settings import Settings
from pipelines.stores.reading import load_stores
from pipelines.telemetry import names
from pipelines.telemetry.recording import count
from pipelines.warehouse import counters
from pipelines.warehouse.connection import Warehouse
from pipelines.webhooks import inbox, outbox
from pipelines.webhooks.delivery import Outcome, deliver
from pipelines.webhooks.model import Subscriber
from pipelines.webhooks.settings_file import Webhooks, load_webhooks

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
PRUNE_SECONDS = 3600.0
SEND_SECONDS = 1.0
MOST_SENDING = 16

_DUE = """
    select distinct subscriber from ops.webhook_deliveries
    where state = 'sending' or state = 'waiting' and due_at <= clock_timestamp()
"""


def read_webhooks(settings: Settings) -> Webhooks:
    """webhooks.yaml. Of stores.yaml only the tenants are needed, so no token of theirs has to be there.

    Raises ConfigError.
    """
    return load_webhooks(settings, load_stores(settings.stores_path, lambda _: SecretStr("not needed here")))


@dataclass
class Current:
    """webhooks.yaml as it is now. problem: why it could not be read again."""

    settings: Settings
    warehouse: Warehouse
    webhooks: Webhooks = field(default_factory=Webhooks)
    problem: str | None = None
    _mark: object = None

    def look(self) -> None:
        """Read it if it has changed. Raises ConfigError only if there was none before."""
        if self._mark is not None and self._mark == self._marks():
            return
        try:
            found = read_webhooks(self.settings)
        except TradewindError as error:
            if self._mark is None:
                raise
            self._mark, self.problem = self._marks(), str(error)
            log.error("%s What was read before goes on holding.", error)
            return
        with self.warehouse.connect() as conn:
            outbox.know(conn, found.subscribers.values())
        self.webhooks, self.problem = found, None
        self._mark = self._marks()

    def _marks(self) -> object:
        return [_mark(each) for each in self.webhooks.files]


def _mark(path: Path) -> tuple[int, int, int] | None:
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino
    return None


async def tend(current: Current, batches: Batches, counts: Counter[tuple[str, str]]) -> None:
    """Look after everything but the sending, until cancelled; the counts are written down at the end, too."""
    pruned = 0.0
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await asyncio.to_thread(current.look)
                await write_counts(batches, counts)
                await asyncio.to_thread(counters.write, current.warehouse)
                if time.monotonic() - pruned > PRUNE_SECONDS:
                    await asyncio.to_thread(_prune, current.warehouse)
                    async with batches.connection() as conn:
                        await inbox.prune(conn)
                    pruned = time.monotonic()
            except (psycopg.Error, OSError) as error:
                log.warning("the warehouse does not answer (%s)", type(error).__name__)
    finally:
        with contextlib.suppress(psycopg.Error, OSError):
            await write_counts(batches, counts)
            await asyncio.to_thread(counters.write, current.warehouse)


async def write_counts(batches: Batches, counts: Counter[tuple[str, str]]) -> None:
    """Add what was counted since the last time to the warehouse's counts."""
    written = dict(counts)
    if not written:
        return
    counts.clear()
    try:
        async with batches.connection() as conn:
            await inbox.count(conn, written)
    except (psycopg.Error, OSError):
        counts.update(written)
        raise
    for (endpoint, outcome), number in written.items():
        count(names.WEBHOOKS, {"tradewind.endpoint": endpoint, "tradewind.outcome": outcome}, number)


def _prune(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        outbox.prune(conn)


@dataclass
class Sending:
    """A thread that sees what is due to whom, and one more for each subscriber that is being told."""

    current: Current
    _end: threading.Event = field(default_factory=threading.Event)
    _under_way: dict[str, Future[Outcome]] = field(default_factory=dict)

    def start(self) -> threading.Thread:
        """Begin; `end` ends it."""
        thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        """Begin nothing more. What is under way is settled, or told once more by whoever comes next."""
        self._end.set()

    def _run(self) -> None:
        with ThreadPoolExecutor(MOST_SENDING, thread_name_prefix="subscriber") as threads:
            while not self._end.wait(SEND_SECONDS):
                self._under_way = {name: each for name, each in self._under_way.items() if not each.done()}
                try:
                    due = self._due()
                except (psycopg.Error, OSError) as error:
                    log.warning("the warehouse does not answer (%s)", type(error).__name__)
                    continue
                for each in due:
                    if each.name not in self._under_way:
                        self._under_way[each.name] = threads.submit(self._deliver, each)

    def _due(self) -> list[Subscriber]:
        known = self.current.webhooks.subscribers
        if not known:
            return []
        with self.current.warehouse.connect() as conn:
            return [known[name] for (name,) in conn.execute(_DUE).fetchall() if name in known]

    def _deliver(self, subscriber: Subscriber) -> Outcome:
        try:
            return deliver(self.current.warehouse, subscriber, keep_on=lambda: not self._end.is_set())
        except (psycopg.Error, OSError) as error:
            log.warning("nothing can be told to %s now (%s)", subscriber.name, type(error).__name__)
            return Outcome()
