"""The pool of a run's connections, and how statements are sent over it: those that stand alone, without a transaction.

Which statements those are is not known here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool


class Pool(AsyncConnectionPool):
    """A pool for thousands of tasks: they queue for as long as it takes, and only whoever is next asks the pool, whose
    time limit then tells that the server is gone, not that much is to be done.
    """

    def __init__(self, url: str, *, max_size: int, application_name: str) -> None:
        super().__init__(url, min_size=1, max_size=max_size, open=False, kwargs={"application_name": application_name})
        self._turns = asyncio.Semaphore(max_size)

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[AsyncConnection]:
        """See the library's."""
        async with self._turns, super().connection(timeout) as conn:
            yield conn


@asynccontextmanager
async def statement_by_statement(pool: AsyncConnectionPool) -> AsyncIterator[AsyncConnection]:
    """A connection on which each statement is its own transaction: one round trip, and rows stay locked for none of
    ours.
    """
    async with pool.connection() as conn:
        before = conn.autocommit
        await conn.set_autocommit(True)
        try:
            yield conn
        finally:
            if not conn.closed:
                await conn.set_autocommit(before)
