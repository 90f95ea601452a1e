"""Downloads of published files from an http(s) address, such as exchange rates: no API, no credentials."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import stamina

from pipelines.errors import SourceError
from pipelines.sources.transport.bodies import Limits, bound_sync
from pipelines.sources.transport.http import HttpFailure, broken, failure_of, is_transient, redact, ssl_context
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import request

TIMEOUT = httpx.Timeout(30)
SECONDS = 300.0
"""What a whole download may take."""
ATTEMPTS = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """A downloaded file: its bytes, and the last part of its address as a name."""

    content: bytes
    name: str


def is_address(text: str) -> bool:
    """Whether it is an address to download from, not a path."""
    return text.lower().startswith(("http://", "https://"))


def download(url: str, *, limit: int, timeout: httpx.Timeout = TIMEOUT) -> File:
    """The file at an address. Redirects are followed; passing failures are repeated, three attempts in all.

    limit: in bytes; a longer file is not read to its end. Raises SourceError: no answer, an error, or too long a file.
    """
    try:
        for attempt in stamina.retry_context(
            on=is_transient, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=5, wait_jitter=0.5
        ):
            with attempt, bind(source="download", operation="file"), request("GET", url) as taken:
                content = _get(url, limit, timeout)
                taken.answered(200)
                return File(content, _name(url))
    except HttpFailure as failure:
        raise SourceError(
            f"{redact(url)} cannot be downloaded: {failure}. Try the address in a browser; the file can be imported "
            "from there.",
            status=failure.status,
            retryable=failure.transient,
        ) from None
    except (httpx.InvalidURL, httpx.TooManyRedirects, httpx.UnsupportedProtocol) as error:
        raise SourceError(f"{redact(url)} cannot be downloaded: {error}. Correct the address.") from None
    raise AssertionError("the last attempt returns or raises")


def _get(url: str, limit: int, timeout: httpx.Timeout) -> bytes:
    # a proxy of the environment is used, but not for this machine
    local: dict[str, Any] = {"all://127.0.0.1": None, "all://localhost": None}
    most = Limits(2 * limit, SECONDS)  # beyond `limit` there is a better sentence
    with httpx.Client(
        verify=ssl_context(),
        timeout=timeout,
        follow_redirects=True,
        mounts=local,
        event_hooks={"response": [bound_sync(most)]},
    ) as client:
        try:
            with client.stream("GET", url, headers={"user-agent": "Tradewind/1.0 (Language=Python)"}) as response:
                if response.status_code >= 300:
                    raise failure_of(response, response.read())
                content = bytearray()
                for block in response.iter_bytes():
                    content += block
                    if len(content) > limit:
                        raise SourceError(
                            f"{redact(url)} has more than {limit // 2**20} MB: it is no file of exchange rates. "
                            "Correct the address."
                        )
                return bytes(content)
        except httpx.UnsupportedProtocol:
            raise
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise broken(error, "GET", url) from None


def _name(url: str) -> str:
    path = urlsplit(url).path.rstrip("/")
    return unquote(path.rpartition("/")[2]) or urlsplit(url).netloc
