"""Keeps answers for as long as they are true: under the stamp of the builds that they are of.

A stamp is read anew for each request, so that no answer outlives its build; how long one may be kept at all
(`LIFETIMES`) is an upper bound besides. In the memory of the process by default, in Redis (or Valkey) where
TRADEWIND_REDIS_URL is set, so that several processes share them. A Redis that does not answer is done without.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

log = logging.getLogger(__name__)

MINUTES = 60
LIFETIMES = {
    "coverage": 30 * MINUTES,
    "inventory": 30 * MINUTES,
    "competitor": 30 * MINUTES,
    "channels": 30 * MINUTES,
    "sales": 6 * 60 * MINUTES,
    "money": 6 * 60 * MINUTES,
    "advertising": 6 * 60 * MINUTES,
    "views": 6 * 60 * MINUTES,
    "dimensions": 24 * 60 * MINUTES,
}
"""By domain of a mart, in seconds: what changes through the day, what comes once a day, what hardly changes."""

MOST_BYTES = 64 * 2**20
MOST_OF_ONE = 2 * 2**20
REDIS_SECONDS = 0.2
RETRY_SECONDS = 30.0


class Cache(Protocol):
    """Bodies of answers, by stamp."""

    async def get(self, key: str) -> bytes | None:
        """The body; None where it is not here."""

    async def put(self, key: str, body: bytes, seconds: int) -> None:
        """Keep a body for at most so many seconds."""

    async def close(self) -> None:
        """Give back what is held."""


@dataclass
class Memory:
    """Of one process. Of more than `MOST_BYTES` the least lately used go. clock: seconds that only grow."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[float, bytes]] = field(default_factory=OrderedDict)
    _bytes: int = 0

    async def get(self, key: str) -> bytes | None:
        """See Cache."""
        until, body = self._kept.get(key, (0.0, None))
        if body is None:
            return None
        if until <= self.clock():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return body

    async def put(self, key: str, body: bytes, seconds: int) -> None:
        """See Cache."""
        if len(body) > MOST_OF_ONE:
            return
        self._drop(key)
        self._kept[key] = (self.clock() + seconds, body)
        self._bytes += len(body)
        while self._bytes > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    async def close(self) -> None:
        """See Cache."""
        self._kept.clear()
        self._bytes = 0

    def _drop(self, key: str) -> None:
        _, body = self._kept.pop(key, (0.0, b""))
        self._bytes -= len(body)


@dataclass
class Redis:
    """Of all processes with the same address. client: of `redis.asyncio`."""

    client: Any
    clock: Callable[[], float] = time.monotonic
    _again: float = 0.0

    async def get(self, key: str) -> bytes | None:
        """See Cache."""
        found: bytes | None = await self._do(lambda: self.client.get(_name(key)))
        return found

    async def put(self, key: str, body: bytes, seconds: int) -> None:
        """See Cache."""
        if len(body) <= MOST_OF_ONE:
            await self._do(lambda: self.client.set(_name(key), body, ex=seconds))

    async def close(self) -> None:
        """See Cache."""
        await self.client.aclose()

    async def _do(self, what: Callable[[], Any]) -> Any:
        from redis.exceptions import RedisError

        if self.clock() < self._again:
            return None
        try:
            return await what()
        except (RedisError, OSError) as error:
            self._again = self.clock() + RETRY_SECONDS
            log.warning("Redis does not answer (%s): nothing is kept for %d s", type(error).__name__, RETRY_SECONDS)
            return None


def cache_of(redis_url: str | None) -> Cache:
    """In Redis where there is an address. Nothing is connected to yet."""
    if redis_url is None:
        return Memory()
    from redis.asyncio import Redis as Client

    return Redis(
        Client.from_url(
            redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, max_connections=16
        )
    )


def _name(key: str) -> str:
    return f"tradewind:api:{key}"
