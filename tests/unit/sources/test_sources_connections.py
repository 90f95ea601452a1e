"""The connections of a run and its temporary files: what is shared, what is bounded, what is cleared away."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from pipelines.sources.traits import Limit
from pipelines.sources.transport import documents
from pipelines.sources.transport.calls import Access, Call, Caller
from pipelines.sources.transport.http import CONNECTIONS, Http, HttpFailure
from pipelines.sources.transport.rate_limits import Budget

HERE, THERE = "https://here.test/a?b=c", "https://there.test/a"


async def _lease(stack: AsyncExitStack, http: Http, url: str) -> httpx.AsyncClient:
    return await stack.enter_async_context(http.client(url))


def test_each_call_has_a_connection_of_its_host_and_the_one_used_last_serves_next() -> None:
    async def play() -> None:
        async with Http() as http, AsyncExitStack() as stack:
            clients = [await _lease(stack, http, HERE) for _ in range(4)]
            async with http.client(HERE) as another, http.client(THERE) as elsewhere:
                assert len({id(each) for each in (*clients, another, elsewhere)}) == 6
            await stack.aclose()
            for _ in range(2):
                async with http.client(HERE) as again:
                    assert again is clients[0], "few calls need few connections"

    asyncio.run(play())


def test_no_more_calls_are_under_way_than_there_may_be_connections() -> None:
    async def play() -> None:
        async with Http() as http, AsyncExitStack() as stack:
            clients = [await _lease(stack, http, HERE) for _ in range(CONNECTIONS)]
            assert len({id(each) for each in clients}) == CONNECTIONS
            one_more = asyncio.create_task(_lease(stack, http, THERE))
            await asyncio.sleep(0)
            assert not one_more.done()
            await stack.aclose()
            await one_more
            await stack.aclose()

    asyncio.run(play())


def test_what_a_killed_process_left_is_cleared_after_a_day_be_it_a_file_or_a_folder(tmp_path: Path) -> None:
    old_file, old_folder, young = (tmp_path / f"document-{name}" for name in ("a", "b", "c"))
    old_folder.mkdir()
    for path in (old_file, old_folder / "items", young):
        path.write_text("left")
    long_ago = time.time() - 2 * documents.STALE_SECONDS
    for path in (old_file, old_folder):
        os.utime(path, (long_ago, long_ago))
    assert documents.prepare_folder(tmp_path) == tmp_path
    assert list(tmp_path.iterdir()) == [young]


@pytest.mark.parametrize(
    ("body", "renewals"), [("The access token you provided has expired.", 3), ("Access to the resource is denied.", 1)]
)
def test_a_token_that_has_expired_is_renewed_more_often_than_what_is_refused(body: str, renewals: int) -> None:
    class Limiter:
        async def acquire(self, budget: Budget, priority: int = 0, tokens: int = 1) -> None:
            pass

    forgotten: list[str] = []

    async def get() -> str:
        return f"token {len(forgotten)}"

    async def refused(token: str) -> httpx.Response:
        raise HttpFailure(token, status=403, body=body, sent=True)

    async def play() -> None:
        budget = Budget("app", "seller", "getReport", Limit(1, 1))
        call = Call(budget=budget, access=Access(get, forgotten.append), priority=0, explain=lambda error: error)
        await Caller(Limiter())(call, refused)  # type: ignore[arg-type]

    with pytest.raises(HttpFailure, match=f"token {renewals}"):
        asyncio.run(play())
    assert forgotten == [f"token {number}" for number in range(renewals)]
