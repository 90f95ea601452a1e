"""What the addresses of accounts share: their models, the warehouse in a thread, and who acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
import psycopg
from fastapi import Request
from pydantic import BaseModel, ConfigDict

from pipelines.accounts.audit import Actor
from pipelines.accounts.principal import Principal
from pipelines.serving.callers import sender
from pipelines.warehouse.connection import Warehouse

Result = TypeVar("Result")


class Asked(BaseModel):
    """What a request says. A word that is not known is a mistake, and not passed over."""

    model_config = ConfigDict(extra="forbid", str_max_length=1000)


def actor(request: Request, caller: Principal | None = None) -> Actor:
    """Who acts, for the audit. caller: None where nobody is known yet."""
    return Actor(caller.subject if caller else "nobody", sender(request))


async def in_warehouse(request: Request, work: Callable[[psycopg.Connection], Result]) -> Result:
    """Do something in one transaction, in a thread, with the server's own rights."""
    warehouse: Warehouse = request.app.state.warehouse

    def run() -> Result:
        with warehouse.connect() as conn:
            return work(conn)

    return await anyio.to_thread.run_sync(run)
