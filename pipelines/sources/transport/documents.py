"""Downloads of documents from signed addresses: streamed into a file, the bytes as they came.

Signed addresses expire within minutes and are never logged. What the bytes mean is not looked at, with one exception:
whether they are gzip, because headers are often wrong about it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from pipelines.errors import SourceError
from pipelines.sources.base import Download
from pipelines.sources.transport.bodies import DOCUMENT, EXTENSION, Beyond
from pipelines.sources.transport.http import Http, HttpFailure, broken, failure_of, is_transient, retrying
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import request

log = logging.getLogger(__name__)

GZIP_MAGIC = b"\x1f\x8b"
RENEWALS = 2
# A file this old was left by a process that was killed.
STALE_SECONDS = 24 * 3600
_BLOCK = 1 << 18
# What an outer layer of gzip may unpack to: the inner layer is nearly as large as it is.
_OUTER_RATIO = 4


def prepare_folder(folder: Path) -> Path:
    """Make the folder of temporary files, and delete what killed processes left in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in folder.glob("document-*"):
        try:
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        except FileNotFoundError:
            continue  # another process has deleted it
    return folder


@asynccontextmanager
async def download(
    http: Http, address: Callable[[], Awaitable[str]], folder: Path, what: str
) -> AsyncIterator[Download]:
    """The document in a temporary file in `folder`, which is removed at the end. address: makes a new signed address.

    A download that broke or was cut is repeated. An address that is refused has expired: it is renewed, twice at most.

    Raises:
        SourceError: retryable; `what` names the document in the message.
    """
    handle, name = tempfile.mkstemp(prefix="document-", dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        for renewal in range(RENEWALS + 1):
            url = await address()
            try:
                content_type = await _stream(http, url, path)
                break
            except HttpFailure as failure:
                if renewal == RENEWALS or failure.status is None or failure.status == 429 or failure.status >= 500:
                    raise SourceError(
                        f"{what} could not be downloaded: {failure}. It is tried again later.",
                        status=failure.status,
                        retryable=True,
                    ) from None
                log.info("%s: the address is not valid any more (status %s): renewed", what, failure.status)
        gzip = _unwrap(path)
        yield Download(path=path, content_type=content_type, gzip=gzip, size=path.stat().st_size)
    finally:
        path.unlink(missing_ok=True)


async def _stream(http: Http, url: str, path: Path) -> str:
    """Stream the address into the file; its content type. Raises HttpFailure."""
    async for attempt in retrying(repeatable=_may_repeat):
        with attempt, bind(operation="document"), request("GET", url) as taken:
            try:
                # No Authorization header: the address is signed. The raw bytes are kept, without decoding.
                async with (
                    http.client(url) as client,
                    asyncio.timeout(DOCUMENT.seconds),
                    client.stream(
                        "GET", url, headers={"accept-encoding": "identity"}, extensions={EXTENSION: DOCUMENT}
                    ) as response,
                ):
                    taken.answered(response.status_code)
                    if response.status_code >= 300:
                        raise failure_of(response, await response.aread())
                    encoding = response.headers.get("content-encoding", "identity").lower()
                    if encoding not in ("", "identity", "gzip", "x-gzip", "aws-chunked"):
                        raise HttpFailure(f"the document came with content-encoding {encoding!r}", sent=True)
                    with path.open("wb") as file:
                        async for chunk in response.aiter_raw(_BLOCK):
                            file.write(chunk)
                        size = file.tell()
                    expected = response.headers.get("content-length")
                    if expected is not None and int(expected) != size:
                        raise HttpFailure(f"the document was cut: {size} of {expected} bytes came", sent=True)
                    return response.headers.get("content-type", "")
            except httpx.TransportError as error:
                raise broken(error, "GET", "/document") from None
            except TimeoutError:
                late = Beyond(f"it was not complete after {DOCUMENT.seconds:.0f} seconds")
                raise broken(late, "GET", "/document") from None
    raise AssertionError("the retry policy returns or raises")


def _may_repeat(error: Exception) -> bool:
    return is_transient(error) or (isinstance(error, HttpFailure) and error.status == 429)


def _unwrap(path: Path) -> bool:
    """Whether the file is gzip, by its bytes. If it was compressed twice, the outer layer is removed.

    `compressionAlgorithm` and `Content-Encoding` may mean the same layer or two; only the bytes tell.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.startswith(GZIP_MAGIC):
            return False
        inflate = zlib.decompressobj(wbits=31)
        try:
            inner = inflate.decompress(head, 2)
        except zlib.error:
            return True  # broken gzip: the parser says so
        if inner != GZIP_MAGIC:
            return True
        file.seek(0)
        plain = path.with_name(f"{path.name}.inner")
        inflate = zlib.decompressobj(wbits=31)
        most = _OUTER_RATIO * path.stat().st_size + _BLOCK
        try:
            with plain.open("wb") as target:
                while block := file.read(_BLOCK):
                    while block and target.tell() <= most:
                        target.write(inflate.decompress(block, _BLOCK))
                        block = inflate.unconsumed_tail
        except zlib.error:
            most = 0
        if plain.stat().st_size > most:
            plain.unlink()
            return True  # broken, or no layer around another: the parser says so
    plain.replace(path)
    return True


def beginning(document: Download, characters: int = 2000) -> str:
    """The first characters of a document as text, whatever its encoding: for documents that explain a failure."""
    with document.path.open("rb") as file:
        head = file.read(4 * characters)
    if document.gzip:
        with contextlib.suppress(zlib.error):
            head = zlib.decompressobj(wbits=31).decompress(head, 4 * characters)
    return head.decode("utf-8", "replace")[:characters]
