"""What an error ends, and what it does not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from pipelines.feeds import FEEDS
from pipelines.landing.run.endings import Endings
from pipelines.landing.run.leased_request import LeasedRequest


def test_an_error_while_a_run_is_stopped_ends_no_request() -> None:
    async def step() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise RuntimeError("athrow(): asynchronous generator is already running")

    async def stopped() -> asyncio.Task[None]:
        # an ending would be written to the ledger: this request has none, and the error would be another
        request = cast(
            "LeasedRequest",
            SimpleNamespace(
                lease=SimpleNamespace(remote_id="r1", slices=()),
                unconfirmed=False,
                feed=FEEDS["amazon_sp.ledger_summary"],
                scope=SimpleNamespace(scope_id="harbor-us"),
            ),
        )
        task: asyncio.Task[None] = asyncio.create_task(cast("Any", Endings(request).guard(step())))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task

    assert asyncio.run(stopped()).cancelled()
