"""The pool of a run's connections, and connections on which each statement is its own transaction.

The statements themselves are in the modules that use them, such as `landing/ledger/requests.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool


class Pool(AsyncConnectionPool):
    """A connection pool for thousands of tasks.

    A task waits without a time limit until a connection is free, and only then asks the library's pool. So the pool's
    time limit is exceeded only if the server is gone, and not because many tasks wait.
    """

    def __init__(self, url: str, *, max_size: int, application_name: str) -> None:
        super().__init__(url, min_size=1, max_size=max_size, open=False, kwargs={"application_name": application_name})
        self._turns = asyncio.Semaphore(max_size)

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[AsyncConnection]:
        """See `AsyncConnectionPool.connection`."""
        async with self._turns, super().connection(timeout) as conn:
            yield conn


@asynccontextmanager
async def statement_by_statement(pool: AsyncConnectionPool) -> AsyncIterator[AsyncConnection]:
    """A connection on which each statement is its own transaction.

    A statement then takes one round trip, and its locks are released at its end.
    """
    async with pool.connection() as conn:
        before = conn.autocommit
        await conn.set_autocommit(True)
        try:
            yield conn
        finally:
            if not conn.closed:
                await conn.set_autocommit(before)
