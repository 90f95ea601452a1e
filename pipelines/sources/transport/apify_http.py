"""The transport of Apify's client library, whose answers keep to the limits of `bodies.py`.

The library reads an answer whole, however long it is or takes. What is asked, and what an answer means, is in
`sources/apify.py`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import impit
from apify_client.http_clients import ImpitHttpClientAsync

from pipelines.sources.transport.bodies import ANSWER, ERROR_SIZE, Beyond, Cut, Limits
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import request

_PARTS = frozenset(
    {"acts", "actors", "actor-runs", "runs", "datasets", "items", "key-value-stores", "records", "log", "users"}
)

PAGE = Limits(256 << 20, 600)
"""A page of a thousand items, which is streamed to a file: products with all their texts have some 20 KB each."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read: what the library asks of a response (its `HttpResponse`)."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json.loads(self.content)

    def read(self) -> bytes:
        """The body."""
        return self.content

    async def aread(self) -> bytes:
        """The body."""
        return self.content

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in one block."""
        yield self.content

    async def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body in one block."""
        yield self.content


class BoundedClient(ImpitHttpClientAsync):
    """The library's own client; every answer is streamed, and read within limits."""

    async def send_request(self, *, method: str, url: str, stream: bool, **arguments: Any) -> Any:
        """One request. Raises impit.HTTPError for a broken connection and for an answer beyond its limits."""
        with bind(source="apify", operation=operation(method, url)), request(method, url) as taken:
            response = await super().send_request(method=method, url=url, stream=True, **arguments)
            taken.answered(response.status_code)
        good = response.status_code < 400
        if stream and good:
            return response
        try:
            limits = ANSWER if good else Limits(ERROR_SIZE, ANSWER.seconds)
            cut = Cut(f"{method} {url.partition('?')[0]}", limits, whole=good)
            content = b"".join([block async for block in _taken(response, cut)])
            return Answer(response.status_code, dict(response.headers), content)
        except Beyond as error:
            raise impit.HTTPError(str(error)) from None
        finally:
            await response.aclose()


def operation(method: str, url: str) -> str:
    """What a request is for: its path without ids.

    >>> operation("GET", "https://api.apify.com/v2/datasets/x7/items?limit=1")
    'GET datasets/items'
    """
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return f"{method} " + "/".join(part for part in parts if part in _PARTS)


async def of_page(response: Any, what: str) -> AsyncIterator[bytes]:
    """The blocks of a streamed page. Raises impit.HTTPError beyond its limits."""
    try:
        async for block in _taken(response, Cut(what, PAGE)):
            yield block
    except Beyond as error:
        raise impit.HTTPError(str(error)) from None


async def _taken(response: Any, cut: Cut) -> AsyncIterator[bytes]:
    async for block in response.aiter_bytes():
        for plain in cut.take(block):
            yield plain
        if cut.ended:
            return
