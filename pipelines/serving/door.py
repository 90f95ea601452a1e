"""What it takes to find out who asks, while the server runs: connections, the home's keys, the plans.

It is kept in the application's state: `door` (who asks), `refusals` (who is not listened to),
`settings`, `warehouse`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from pipelines.accounts.asking import Doorkeeper
from pipelines.accounts.keyring import load_keyring
from pipelines.accounts.plans import CurrentPlans
from pipelines.serving.limits import Limits
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse

MOST_CONNECTIONS = 8
WAIT_SECONDS = 5.0


@contextlib.asynccontextmanager
async def opened(app: FastAPI, settings: Settings, warehouse: Warehouse) -> AsyncIterator[None]:
    """Let an application know its callers for as long as the block lasts. Raises ConfigError."""
    pool = AsyncConnectionPool(
        warehouse.url,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        open=False,
        timeout=WAIT_SECONDS,
        configure=_counts_may_be_lost,
        kwargs={"autocommit": True, "application_name": "tradewind"},
    )
    app.state.settings, app.state.warehouse = settings, warehouse
    app.state.refusals = Limits(time.monotonic)
    app.state.door = Doorkeeper(pool.connection, load_keyring(settings), CurrentPlans(settings.stores_path))
    await pool.open(wait=False)
    try:
        yield
    finally:
        await pool.close()


async def _counts_may_be_lost(conn: AsyncConnection) -> None:
    """What is written at each request, its count, need not wait for the disk."""
    await conn.execute("set synchronous_commit = off")
