"""How much of a body is taken from whoever answers: its size, what it may unpack to, and how long all of it may take.

Limits of a single read are with the connections (`http.py`); here are those of the whole. What takes longer or is
larger is cut off at once, so that no answer, hostile or broken, takes memory, disk or time that others need.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """size: most bytes, unpacked; None: their reader counts them. seconds: from the first byte to the last."""

    size: int | None
    seconds: float


ANSWER = Limits(32 << 20, 120)
"""An answer of an API. The largest are lists of a hundred reports, far below a megabyte."""

DOCUMENT = Limits(4 << 30, 3600)
"""A document as it comes, in an hour: Amazon's largest (search terms of a week) are below 2 GB as gzip."""

ERROR_SIZE = 1 << 16
"""What is read of an error's body. What comes after it is never looked at."""

EXTENSION = "tradewind_limits"


class Beyond(httpx.TransportError):
    """A body that is larger, or took longer, than its limits allow. The same would come again: it is not repeated."""


async def bound(response: httpx.Response) -> None:
    """A response hook of an async client of httpx: the body keeps to the limits of its request, `ANSWER` by default.

    Raises:
        Beyond: later, to whom reads the body.
    """
    response.stream = _AsyncBody(response.stream, _cut(response))


def bound_sync(limits: Limits) -> Callable[[httpx.Response], None]:
    """A response hook like `bound` for a client that is not async, with these limits."""

    def hook(response: httpx.Response) -> None:
        response.stream = _SyncBody(response.stream, _cut(response, limits))

    return hook


def _cut(response: httpx.Response, limits: Limits | None = None) -> Cut:
    given: Limits = limits or response.request.extensions.get(EXTENSION, ANSWER)
    if response.status_code >= 300:
        given = Limits(ERROR_SIZE, min(given.seconds, ANSWER.seconds))
    unpack = None
    # httpx unpacks whole blocks, whatever they unpack to. A document's reader unpacks by itself (documents.py).
    if given.size is not None and given is not DOCUMENT:
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding in ("gzip", "x-gzip", "deflate"):
            unpack = zlib.decompressobj(47 if encoding != "deflate" else zlib.MAX_WBITS)
            del response.headers["content-encoding"]
            response.headers.pop("content-length", None)
    what = f"{response.request.method} {response.request.url.path}"
    return Cut(what, given, whole=response.status_code < 300, unpack=unpack)


class Cut:
    """Counts the blocks of one body. whole: more than the limit is an error; otherwise the rest is left out."""

    def __init__(self, what: str, limits: Limits, *, whole: bool = True, unpack: Any = None) -> None:
        self._what, self._limits, self._whole, self._unpack = what, limits, whole, unpack
        self._taken = 0
        self._begun = time.monotonic()
        self.ended = False

    def take(self, block: bytes) -> Iterator[bytes]:
        """What is passed on of a block. Sets `ended` where the rest of the body is not wanted.

        Raises Beyond, and httpx.DecodingError for damaged gzip data, which may come whole the next time."""
        if time.monotonic() - self._begun > self._limits.seconds:
            raise Beyond(f"{self._what}: the answer was not complete after {self._limits.seconds:.0f} seconds")
        for plain in self._unpacked(block):
            self._taken += len(plain)
            if self._limits.size is None or self._taken <= self._limits.size:
                yield plain
            elif self._whole:
                raise Beyond(f"{self._what}: the answer is larger than {self._limits.size / 2**20:.0f} MB")
            else:
                self.ended = True
                return

    def _unpacked(self, block: bytes) -> Iterator[bytes]:
        if self._unpack is None:
            yield block
            return
        try:
            while block:
                plain = self._unpack.decompress(block, BLOCK)
                block = self._unpack.unconsumed_tail
                yield plain
        except zlib.error as error:
            raise httpx.DecodingError(f"the answer's gzip data is damaged ({error})") from None


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, stream: Any, cut: Cut) -> None:
        self._stream, self._cut = stream, cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for block in self._stream:
            for plain in self._cut.take(block):
                yield plain
            if self._cut.ended:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


class _SyncBody(httpx.SyncByteStream):
    def __init__(self, stream: Any, cut: Cut) -> None:
        self._stream, self._cut = stream, cut

    def __iter__(self) -> Iterator[bytes]:
        for block in self._stream:
            yield from self._cut.take(block)
            if self._cut.ended:
                return

    def close(self) -> None:
        self._stream.close()
