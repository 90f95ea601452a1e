"""One look for all who wait: what is asked of the warehouse at each request, by many at the same time.

Nothing is remembered from one look to the next, so that nobody is told what no longer holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Seen = TypeVar("Seen")


class Looks(Generic[Key, Seen]):
    """Looks, of which one at a time is under way for each key. Of one event loop."""

    def __init__(self, look: Callable[[Key], Awaitable[Seen]]) -> None:
        self._look = look
        self._waiting: dict[Key, list[asyncio.Future[Seen]]] = {}
        self._under_way: dict[Key, asyncio.Task[None]] = {}

    async def at(self, key: Key) -> Seen:
        """What a look sees that begins after this was called. Raises what the look raises."""
        future: asyncio.Future[Seen] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(future)
        if key not in self._under_way:
            self._under_way[key] = asyncio.create_task(self._until_nobody_waits(key))
        return await future

    async def _until_nobody_waits(self, key: Key) -> None:
        waiting: list[asyncio.Future[Seen]] = []
        try:
            while waiting := self._waiting.pop(key, []):
                try:
                    seen = await self._look(key)
                except Exception as error:
                    for each in waiting:
                        if not each.done():  # whoever asked may have gone
                            each.set_exception(error)
                else:
                    for each in waiting:
                        if not each.done():
                            each.set_result(seen)
        finally:
            del self._under_way[key]
            for each in (*waiting, *self._waiting.pop(key, [])):  # the server ends
                each.cancel()
