"""Writes webhooks that come at the same time in one transaction: a commit costs more than a row.

Whoever puts one in waits until it is committed: some milliseconds for company, and the transaction before its own.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

import psycopg

from pipelines.webhooks import inbox
from pipelines.webhooks.inbox import Arrived
from pipelines.webhooks.model import Refused

MOST_AT_ONCE = 200
MOST_WAITING = 2000
"""More than that are sent away, to come again: memory is not for sale."""

LINGER_SECONDS = 0.01
"""How long the first one waits for others: of five hundred a second a hundred transactions are made then."""

_Waiting = tuple[Arrived, "asyncio.Future[bool]"]


@dataclass
class Batches:
    """The one writer of a process. url: of the warehouse, so it must not be logged."""

    url: str
    _queue: asyncio.Queue[_Waiting] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    _conn: psycopg.AsyncConnection[Any] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def put(self, arrived: Arrived) -> bool:
        """Keep an event; whether it was new. It is committed when this returns. Raises Refused(503) if it cannot be."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((arrived, future))
        except asyncio.QueueFull:
            raise Refused(503, "busy") from None
        return await future

    async def run(self) -> None:
        """Write until cancelled."""
        try:
            while True:
                batch = [await self._queue.get()]
                await asyncio.sleep(LINGER_SECONDS)
                while len(batch) < MOST_AT_ONCE and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                await self._write(batch)
        finally:
            if self._conn is not None:
                await self._conn.close()

    @contextlib.asynccontextmanager
    async def connection(self) -> Any:
        """The writer's connection, for one use; made anew where it was lost. Each statement is its own transaction."""
        async with self._turn:
            if self._conn is None or self._conn.closed:
                self._conn = await psycopg.AsyncConnection.connect(
                    self.url, autocommit=True, connect_timeout=5, application_name="tradewind"
                )
            try:
                yield self._conn
            except psycopg.OperationalError:
                await self._conn.close()
                raise

    async def _write(self, batch: list[_Waiting]) -> None:
        try:
            async with self.connection() as conn:
                new = await inbox.keep(conn, [arrived for arrived, _ in batch])
        except psycopg.DataError:
            if len(batch) > 1:  # one that cannot be stored is no matter of the others
                for each in batch:
                    await self._write([each])
                return
            _answer(batch, Refused(400, "cannot be stored"))
        except (psycopg.Error, OSError):
            _answer(batch, Refused(503, "the warehouse does not answer"))
        else:
            _answer(batch, new)


def _answer(batch: list[_Waiting], outcome: list[bool] | Refused) -> None:
    for number, (_, future) in enumerate(batch):
        if future.done():  # whoever asked has gone
            continue
        if isinstance(outcome, Refused):
            future.set_exception(outcome)
        else:
            future.set_result(outcome[number])
