"""A small HTTP/1.1 server in the test's own event loop, for answers that no well-behaved server gives."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    """What came. headers: names in lower case; body: inflated."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What goes out. length: what Content-Length leases, if not the truth; delay: seconds before it; cut: no answer."""

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    delay: float = 0.0
    cut: bool = False


@dataclass
class Stub:
    """A running server: `url`, what came in `requests`, what is answered by `handler`."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    handler: Callable[[Request], Answer | Awaitable[Answer]] = lambda _: Answer(404)

    def seen(self, path: str, method: str | None = None) -> list[Request]:
        """The requests whose path begins so."""
        return [each for each in self.requests if each.path.startswith(path) and method in (None, each.method)]


@asynccontextmanager
async def stub_server(handler: Callable[[Request], Any]) -> AsyncIterator[Stub]:
    """A stub on a free port of this machine, for one block."""
    stub = Stub(handler=handler)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await _read(reader)
                stub.requests.append(request)
                answer = stub.handler(request)
                if not isinstance(answer, Answer):
                    answer = await answer
                await asyncio.sleep(answer.delay)
                if answer.cut:
                    break
                writer.write(_bytes(answer))
                await writer.drain()
                if answer.length is not None:
                    break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    stub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stub
    finally:
        server.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    parts = urlsplit(target)
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers, body)


def _bytes(answer: Answer) -> bytes:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    body = answer.body
    if isinstance(body, dict | list):
        body = json.dumps(body)
        headers.setdefault("content-type", "application/json")
    content = body.encode() if isinstance(body, str) else body
    headers.setdefault("content-length", str(len(content) if answer.length is None else answer.length))
    lines = [f"HTTP/1.1 {answer.status} X"] + [f"{key}: {value}" for key, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content
