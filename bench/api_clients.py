"""Fifty clients of the read API in a process of their own: `python -m bench.api_clients ADDRESS SECONDS cold|known`.

Each asks once a second, whether others are answered or not. They speak HTTP with as little work as can be, since they
have the two cores together with what they measure: an answer's time is from its request's first byte to its last byte.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvloop

from bench.api_world import KEY, REQUESTS

CLIENTS = 50


@dataclass
class Client:
    """A connection that is kept."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    path: str
    host: str

    @classmethod
    async def of(cls, address: str) -> Client:
        """To an address such as http://127.0.0.1:3100/v1."""
        told = urlsplit(address)
        reader, writer = await asyncio.open_connection(told.hostname, told.port, limit=2**22)
        return cls(reader, writer, told.path, told.netloc)

    async def get(self, request: str, known: str = "") -> tuple[int, str, bytes]:
        """Status, ETag and body of an answer. known: the ETag of what the client has."""
        lines = [f"GET {self.path}/{request} HTTP/1.1", f"Host: {self.host}"]
        lines.append(f"Authorization: Bearer {os.environ[KEY]}")
        if known:
            lines.append(f"If-None-Match: {known}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = {name: value for name, _, value in (each.partition(": ") for each in head[1:])}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers.get("etag", ""), body


def uncached(request: str, number: int) -> str:
    """The same request with a page's size that nobody has asked for: no answer of it is kept."""
    if "limit=" in request:
        return request.replace("limit=100", f"limit={100 + number % 9000}")
    return f"{request}{'&' if '?' in request else '?'}limit={1000 + number % 9000}"


async def ask(address: str, seconds: int, mode: str) -> dict[str, float]:
    """Milliseconds of the answers. One that a server refused which was too busy counts as long as all of it took; for
    any other that is none RuntimeError is raised."""
    taken: list[float] = []
    refused = 0
    numbers = itertools.count()
    clients = [await Client.of(address) for _ in range(CLIENTS)]
    etags = {each: (await clients[0].get(each))[1] for each in REQUESTS}

    async def one(number: int, client: Client) -> None:
        nonlocal refused
        begin = time.perf_counter() + number / CLIENTS
        for turn in range(seconds):
            await asyncio.sleep(max(0.0, begin + turn - time.perf_counter()))
            request = REQUESTS[(number + turn) % len(REQUESTS)]
            path = request if mode == "known" else uncached(request, next(numbers))
            started = time.perf_counter()
            status, _, body = await client.get(path, etags[request] if mode == "known" else "")
            taken.append(time.perf_counter() - started)
            if status == 503:
                refused, taken[-1] = refused + 1, float(seconds)
            elif status != (304 if mode == "known" else 200):
                raise RuntimeError(f"{path}: {status} {body[:500]!r}")

    await asyncio.gather(*(one(number, client) for number, client in enumerate(clients)))
    cuts = statistics.quantiles(taken, n=100)
    return {
        "p50": round(cuts[49] * 1000, 1),
        "p95": round(cuts[94] * 1000, 1),
        "count": len(taken),
        "refused": refused,
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(ask(sys.argv[1], int(sys.argv[2]), sys.argv[3]))))
