"""Kept answers: how long, how much, and that a Redis which does not answer is no harm."""

from __future__ import annotations

import asyncio

from pipelines.asking.contract import marts
from pipelines.serving.api.cache import LIFETIMES, MOST_BYTES, MOST_OF_ONE, Memory, Redis, cache_of


def test_every_mart_has_a_longest_time():
    assert {mart.domain for mart in marts().values()} == set(LIFETIMES)


def test_memory_forgets_what_is_old_and_what_is_too_much():
    now = [0.0]
    memory = Memory(lambda: now[0])

    async def scenario():
        await memory.put("a", b"1", 60)
        assert await memory.get("a") == b"1"
        now[0] = 60
        assert await memory.get("a") is None
        await memory.put("large", b"x" * (MOST_OF_ONE + 1), 60)
        assert await memory.get("large") is None
        for number in range(MOST_BYTES // MOST_OF_ONE + 1):
            await memory.put(str(number), b"x" * MOST_OF_ONE, 60)
        assert await memory.get("0") is None and await memory.get("1") is not None

    asyncio.run(scenario())


def test_a_redis_that_does_not_answer_is_done_without():
    async def scenario():
        cache = cache_of("redis://127.0.0.1:9/0")
        assert isinstance(cache, Redis)
        await cache.put("a", b"1", 60)
        assert await cache.get("a") is None
        await cache.close()

    asyncio.run(scenario())
