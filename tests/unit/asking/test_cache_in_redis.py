"""Answers kept in a real Valkey or Redis, where the system has one: by two servers, for a time, without one meanwhile.

`.ci/run` installs one. Elsewhere these are skipped: apt-get install valkey-server, or redis-server.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis as Client
from redis.exceptions import RedisError

from pipelines.serving.api.cache import RETRY_SECONDS, Redis, cache_of
from pipelines.warehouse.embedded import free_port
from tests.support.serving import wait_until

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="neither valkey-server nor redis-server is installed")


def _started(port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [PROGRAM or "", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until(lambda: _answers(port), seconds=30)
    return running


def _answers(port: int) -> bool:
    try:
        with Client(port=port) as client:
            return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    found = free_port()
    running = _started(found, tmp_path)
    yield found
    running.kill()
    running.wait(30)


def test_what_one_server_keeps_another_finds_for_as_long_as_it_may_be_kept(port: int) -> None:
    async def scenario() -> None:
        one, other = cache_of(f"redis://127.0.0.1:{port}/0"), cache_of(f"redis://127.0.0.1:{port}/0")
        await one.put("stamp", b"\x00 an answer \xff", 1)
        assert await other.get("stamp") == b"\x00 an answer \xff"
        assert await other.get("another stamp") is None
        await asyncio.sleep(1.1)
        assert await one.get("stamp") is None
        await one.close()
        await other.close()

    asyncio.run(scenario())


def test_a_server_that_goes_away_and_comes_back_is_asked_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        port, now = free_port(), [0.0]
        running = _started(port, tmp_path)
        cache = cache_of(f"redis://127.0.0.1:{port}/0")
        assert isinstance(cache, Redis)
        cache.clock = lambda: now[0]
        try:
            await cache.put("stamp", b"an answer", 60)
            running.kill()
            running.wait(30)
            assert await cache.get("stamp") is None
        finally:
            running.kill()
        running = _started(port, tmp_path)
        try:
            await cache.put("stamp", b"an answer", 60)
            assert await cache.get("stamp") is None, "nobody waits for it meanwhile"
            now[0] += RETRY_SECONDS
            await cache.put("stamp", b"an answer", 60)
            assert await cache.get("stamp") == b"an answer"
            await cache.close()
        finally:
            running.kill()
            running.wait(30)

    asyncio.run(scenario())
