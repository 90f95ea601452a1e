"""How statements are sent over a pool: those that stand alone, without a transaction round them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool


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
