"""What the sources of Amazon share for one run: connections, rate budgets, the caller, and a folder for downloads.

What is asked, and what an answer means, is up to each source. Apify is called through a client library of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pipelines.sources.base import OnWait
from pipelines.sources.transport.calls import Caller
from pipelines.sources.transport.documents import prepare_folder
from pipelines.sources.transport.http import Http
from pipelines.sources.transport.rate_limits import RateLimiter

if TYPE_CHECKING:
    from psycopg_pool import AsyncConnectionPool

    from pipelines.settings import Settings


class HttpSource:
    """An async context manager that owns the connections of one source."""

    def __init__(
        self, settings: Settings, pool: AsyncConnectionPool, name: str, *, on_wait: OnWait | None = None
    ) -> None:
        self._settings = settings
        self._http = Http()
        self._limiter = RateLimiter(pool, name, on_wait=on_wait)
        self._caller = Caller(self._limiter)

    async def __aenter__(self) -> Self:
        self._folder = prepare_folder(self._settings.home / "tmp")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._limiter.aclose()
        await self._http.aclose()
