"""The one HTTP client of a run, and the one retry policy of all sources.

Here: connections, timeouts, what may be repeated and how often, and telling an error without secrets. What a status
means for a report is the source's own matter.
"""

from __future__ import annotations

import asyncio
import functools
import heapq
import logging
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from pipelines.sources.rate_limits import Budget, RateLimiter


class Answer(Protocol):
    """What a successful attempt returns: anything with the response's headers."""

    @property
    def headers(self) -> Any: ...


T = TypeVar("T", bound=Answer)

# As many connections are kept as may be open: with fewer, most requests of a busy run open a new one.
CONNECTIONS = 64
# A pool of httpx looks at all of its connections at each request, and at each of them once more for each: many small
# pools cost an eighth of the time that one large one does.
CONNECTIONS_OF_A_POOL = 4
TIMEOUT = httpx.Timeout(30, pool=None)
BODY_SHOWN = 2000
THROTTLED_AT_MOST = 8
# A token that expires between two answers is renewed again; what is refused for another reason is asked for once more.
RENEWED_AT_MOST = 3

log = logging.getLogger(__name__)


def _note_retry(details: RetryDetails) -> None:
    log.info("try %d failed, next in %.1f s: %s", details.retry_num, details.wait_for, redact(str(details.caused_by)))


# Left to itself stamina prints to standard output where structlog is installed.
set_on_retry_hooks([_note_retry])

# httpx logs every address at INFO; those of documents are signed, and whoever has one has the document.
logging.getLogger("httpx").setLevel(logging.WARNING)

_SECRETS = re.compile(
    r"Atz[ar]?(?:\.sprdt)?\|[^\s\"'&<]+"  # LWA tokens
    r"|(?i:bearer)\s+[^\s\"'<]+"
    r"|(?i:(?<=token=)|(?<=secret=)|(?<=signature=)|(?<=credential=))[^\s\"'&<]+"
    r"|(?<=\?)X-Amz-[^\s\"'<]+"
)


def redact(text: str) -> str:
    """The text without tokens and without what signs an address.

    >>> redact("Bearer Atza|abc at https://x.test/doc?X-Amz-Signature=1")
    '[hidden] at https://x.test/doc?[hidden]'
    """
    return _SECRETS.sub("[hidden]", text)


class HttpFailure(Exception):
    """One attempt that failed; stays inside the sources, which raise `SourceError` from it.

    status: None when no answer came. sent: the request may have reached the server. body: the first 2,000 characters
    of the answer, without secrets.
    """

    def __init__(
        self, what: str, *, status: int | None = None, headers: httpx.Headers | None = None, body: str = "", sent: bool
    ) -> None:
        super().__init__(what)
        self.status = status
        self.headers = headers or httpx.Headers()
        self.body = body
        self.sent = sent

    @property
    def retry_after(self) -> float:
        """Seconds of the Retry-After header; 0 if there is none (dates are not used by these APIs)."""
        try:
            return max(0.0, float(self.headers.get("retry-after", "0")))
        except ValueError:
            return 0.0

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed soon: no answer, a server's error, a timeout told as 408."""
        return self.status is None or self.status >= 500 or self.status == 408

    @property
    def token_expired(self) -> bool:
        """Whether the answer speaks of an access token that has expired."""
        text = self.body.lower()
        return "token" in text and "expired" in text


def failure_of(response: httpx.Response, body: bytes) -> HttpFailure:
    """The failure that a response with a status of 300 or more is."""
    text = redact(body[: 4 * BODY_SHOWN].decode("utf-8", "replace"))[:BODY_SHOWN]
    shown = " ".join(text.split())
    kind = response.headers.get("content-type", "").partition(";")[0]
    if "html" in kind:  # a page of a proxy or a gateway: its markup tells nothing
        shown = "an HTML page"
    path = response.request.url.path
    return HttpFailure(
        f"{response.request.method} {path}: status {response.status_code}: {shown[:300] or 'no text'}",
        status=response.status_code,
        headers=response.headers,
        body=text,
        sent=True,
    )


def broken(error: httpx.TransportError, method: str, url: str) -> HttpFailure:
    """The failure that a broken or timed-out connection is."""
    unsent = isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol
    )
    path = httpx.URL(url).path
    return HttpFailure(f"{method} {path}: {type(error).__name__}: {redact(str(error)) or 'no answer'}", sent=not unsent)


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """One for the process: making it takes some 40 ms."""
    return httpx.create_ssl_context()


def retrying(*, repeatable: Callable[[Exception], bool], attempts: int = 5) -> Any:
    """The retry policy: up to five attempts, 0.5 s doubling with jitter between them.

    No time limit over all: an attempt may have waited minutes for its budget.
    """
    return stamina.retry_context(
        on=repeatable, attempts=attempts, timeout=None, wait_initial=0.5, wait_max=30, wait_jitter=0.5
    )


def is_transient(error: Exception) -> bool:
    """For requests that do no harm when repeated."""
    return isinstance(error, HttpFailure) and error.transient


def is_unsent(error: Exception) -> bool:
    """For requests that must not be made twice: repeat only what never left."""
    return isinstance(error, HttpFailure) and not error.sent


class Http:
    """The connections of one run: an async context manager. Every call goes through one gate of 64.

    Waiters queue at a semaphore, not in a pool, whose queue is searched at each release. Each host has pools of its
    own; the oldest with a free connection serves, so that few calls need few connections.
    """

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(CONNECTIONS)
        self._clients: list[httpx.AsyncClient] = []
        self._free: dict[str, list[int]] = {}  # host -> a heap of its pools, each as often as it has free connections

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        for client in self._clients:
            await client.aclose()

    @asynccontextmanager
    async def client(self, url: str) -> AsyncIterator[httpx.AsyncClient]:
        """A client with a free connection for one call to this address."""
        async with self._gate:
            free = self._free.setdefault(urlsplit(url).netloc, [])
            if not free:
                free += [len(self._clients)] * CONNECTIONS_OF_A_POOL
                self._clients.append(_new_client())
            number = heapq.heappop(free)
            try:
                yield self._clients[number]
            finally:
                heapq.heappush(free, number)

    async def send(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """One attempt. Raises HttpFailure for every status of 300 or more and for a connection that broke."""
        try:
            async with self.client(url) as client:
                response = await client.request(method, url, **arguments)
        except httpx.TransportError as error:
            raise broken(error, method, url) from None
        if response.status_code >= 300:
            raise failure_of(response, response.content)
        return response


def _new_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=ssl_context(),
        timeout=TIMEOUT,
        limits=httpx.Limits(max_connections=CONNECTIONS_OF_A_POOL, max_keepalive_connections=CONNECTIONS_OF_A_POOL),
        # a proxy of the environment is used, but not for this machine
        mounts={"all://127.0.0.1": None, "all://localhost": None},
        headers={"user-agent": "Tradewind/1.0 (Language=Python)"},
    )


async def call(
    limiter: RateLimiter,
    budget: Budget,
    attempt: Callable[[], Awaitable[T]],
    *,
    priority: int,
    repeatable: Callable[[Exception], bool] = is_transient,
    renew: Callable[[], None] | None = None,
) -> T:
    """Make a call within its budget: every attempt takes a token; failures are repeated as `repeatable` says.

    A 429 was not executed: it empties the bucket, and the call queues again, up to eight times. A 401 or 403 is
    answered with `renew()`: once, and up to three times where it says that the token has expired. Raises the last
    HttpFailure.
    """
    throttled = renewed = 0
    while True:
        try:
            async for each in retrying(repeatable=repeatable):
                with each:
                    await limiter.acquire(budget, priority)
                    answer = await attempt()
                    await limiter.observe(budget, answer.headers.get("x-amzn-ratelimit-limit"))
                    return answer
        except HttpFailure as failure:
            if failure.status == 429 and throttled < THROTTLED_AT_MOST:
                await limiter.exhausted(budget, failure.retry_after, throttled)
                throttled += 1
                continue
            most = RENEWED_AT_MOST if failure.token_expired else 1
            if failure.status in (401, 403) and renew is not None and renewed < most:
                renewed += 1
                renew()
                continue
            raise
