"""The connections of a run, and the one retry policy of all sources.

Here: connections, timeouts, what may be repeated and how often, and errors without secrets. Tokens and rate budgets
are in `calls.py`; what a status means for a report is up to the source.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from pipelines.sources.transport.bodies import ANSWER, Beyond, bound
from pipelines.telemetry.recording import request

# As many connections are kept as may be open: with fewer, most requests of a busy run open a new one.
CONNECTIONS = 64
TIMEOUT = httpx.Timeout(30, pool=None)
BODY_SHOWN = 2000

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
    """One attempt that failed. It stays inside the sources, which raise `SourceError` instead.

    status: None when no answer came. sent: whether the request may have reached the server. body: the first 2,000
    characters of the answer, without secrets. beyond: the answer was larger, or took longer, than `bodies.py` allows.
    """

    def __init__(
        self,
        what: str,
        *,
        status: int | None = None,
        headers: httpx.Headers | None = None,
        body: str = "",
        sent: bool,
        beyond: bool = False,
    ) -> None:
        super().__init__(what)
        self.status = status
        self.headers = headers or httpx.Headers()
        self.body = body
        self.sent = sent
        self.beyond = beyond

    @property
    def retry_after(self) -> float:
        """Seconds of the Retry-After header; 0 if there is none (dates are not used by these APIs)."""
        try:
            return max(0.0, float(self.headers.get("retry-after", "0")))
        except ValueError:
            return 0.0

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed soon: no answer, an error of the server, or status 408 (timeout)."""
        return self.status is None or self.status >= 500 or self.status == 408

    @property
    def unanswered(self) -> bool:
        """Whether the request may have taken effect although it failed: it was sent, and no proper answer came."""
        return self.sent and self.transient

    @property
    def token_expired(self) -> bool:
        """Whether the answer says that the access token has expired."""
        text = self.body.lower()
        return "token" in text and "expired" in text


def failure_of(response: httpx.Response, body: bytes) -> HttpFailure:
    """The HttpFailure of a response with a status of 300 or more."""
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


def broken(error: httpx.RequestError, method: str, url: str) -> HttpFailure:
    """The HttpFailure of a connection that broke or timed out, or of an answer that came damaged."""
    unsent = isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol
    )
    path = httpx.URL(url).path
    return HttpFailure(
        f"{method} {path}: {type(error).__name__}: {redact(str(error)) or 'no answer'}",
        sent=not unsent,
        beyond=isinstance(error, Beyond),
    )


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """The TLS context of this process; it is shared, because making one takes some 40 ms."""
    return httpx.create_ssl_context()


def retrying(*, repeatable: Callable[[Exception], bool], attempts: int = 5) -> Any:
    """The retry policy: up to five attempts, 0.5 s doubling with jitter between them.

    There is no limit on the total time, since an attempt may have waited minutes for its budget. That of one answer is
    limited (`bodies.py`).
    """
    return stamina.retry_context(
        on=repeatable, attempts=attempts, timeout=None, wait_initial=0.5, wait_max=30, wait_jitter=0.5
    )


def is_transient(error: Exception) -> bool:
    """Whether to repeat a request that does no harm when it is repeated."""
    return isinstance(error, HttpFailure) and error.transient and not error.beyond


def is_unsent(error: Exception) -> bool:
    """Whether to repeat a request that must not take effect twice: only if it was never sent."""
    return isinstance(error, HttpFailure) and not error.sent


class Http:
    """The connections of one run: an async context manager. At most 64 calls are under way at once; others queue.

    Each connection is an httpx client of its own, and the one that was used last serves next, so that few calls open
    few connections. One client with a pool of 64 would do the same in three times the processor time (2.0 ms against
    0.6 ms a request, measured with 64 calls at once): its pool looks through all of its connections at each request.
    """

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(CONNECTIONS)
        self._clients: list[httpx.AsyncClient] = []
        self._free: dict[str, list[httpx.AsyncClient]] = {}  # by host, the last used at the end

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
            client = free.pop() if free else self._new_client()
            try:
                yield client
            finally:
                free.append(client)

    async def send(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        """One attempt. Raises HttpFailure for every status of 300 or more, for a connection that broke, and for an
        answer that is larger, or takes longer, than `bodies.ANSWER`."""
        with request(method, url) as taken:
            try:
                async with self.client(url) as client, asyncio.timeout(ANSWER.seconds):
                    response = await client.request(method, url, **arguments)
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise broken(error, method, url) from None
            except TimeoutError:
                raise broken(
                    Beyond(f"the answer was not complete after {ANSWER.seconds:.0f} seconds"), method, url
                ) from None
            taken.answered(response.status_code)
            if response.status_code >= 300:
                raise failure_of(response, response.content)
            return response

    def _new_client(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            verify=ssl_context(),
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            # a proxy of the environment is used, but not for this machine
            mounts={"all://127.0.0.1": None, "all://localhost": None},
            headers={"user-agent": "Tradewind/1.0 (Language=Python)", "accept-encoding": "gzip, deflate"},
            event_hooks={"response": [bound]},
        )
        self._clients.append(client)
        return client
