"""The most memory that a hostile body takes: `hostile_body_peak_mb`, of documents, answers and models' answers.

Each body is met by a process of its own, as a run would meet it. What is measured is the whole process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bench import orders
from bench.figures import Figure, Room
from bench.hostile_server import hostile_server
from bench.memory import peak_mb
from pipelines.errors import DocumentError, SourceError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import Incoming, SliceKey, load_document
from pipelines.marketplaces import MARKETPLACES
from pipelines.settings import Settings
from pipelines.sources.transport.documents import download
from pipelines.sources.transport.http import Http, HttpFailure
from pipelines.stores import Scope, Store

MOST_MB = 200
_LINES, _BUYERS = "amazon_sp.settlements_v2", orders.FEED.name
_ITEMS, _JSON_LINES = "amazon_sp.search_terms", "amazon_data_kiosk.economics"
_BLOCK = 1 << 22
_MOST_OF_A_PROCESS = 8 << 30
"""Bytes, beyond which a body has won: the machine is not to be taken with it."""


def run(room: Room) -> list[Figure]:
    """`hostile_body_peak_mb`: the worst of all bodies; the note has each, with its seconds."""
    met: dict[str, tuple[float, float]] = {}
    document = room.folder / "document"
    with hostile_server() as server:
        for name in (*DOCUMENTS, *ANSWERS):
            if name in DOCUMENTS:
                DOCUMENTS[name][1](document)
            begun = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "bench.hostile", name]
                + ([str(document), room.url, str(room.folder / "archive")] if name in DOCUMENTS else [server]),
                check=True,
                stdout=subprocess.PIPE,
                timeout=900,
            )
            met[name] = json.loads(done.stdout)["megabytes"], time.perf_counter() - begun
    worst = max(met, key=lambda name: met[name][0])
    each = ", ".join(f"{name} {mb:.0f} MB in {seconds:.1f} s" for name, (mb, seconds) in sorted(met.items()))
    return [
        Figure("hostile_body_peak_mb", round(met[worst][0], 1), "MB", MOST_MB, note=f"{worst} is the worst; {each}")
    ]


# --- documents -------------------------------------------------------------------------------------------------------
# As large as shows whether memory grows with the document: what one of them takes in a list, or at once, is beyond the
# limit. A larger one would only take longer.


def _header() -> bytes:
    (section,) = FEEDS[_LINES].sections
    return "\t".join(section.known).encode() + b"\n"


def _many(path: Path, head: bytes, line: bytes, megabytes: int, end: bytes = b"") -> None:
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(head)
        block = line * (_BLOCK // len(line))
        for _ in range(max(1, megabytes * 2**20 // _BLOCK)):
            file.write(block)
        file.write(end)


def _plain(path: Path, head: bytes, line: bytes, megabytes: int) -> None:
    with path.open("wb") as file:
        file.write(head)
        file.write(line * (megabytes * 2**20 // len(line)))


def _nested(path: Path) -> None:
    _many(path, b"", b"\0", 80)
    for _ in range(2):
        path.write_bytes(gzip.compress(path.read_bytes()))


def _lines(path: Path, head: bytes, line: Callable[[int], str], count: int) -> None:
    with path.open("wb") as file:
        file.write(head)
        file.writelines(line(number).encode() for number in range(count))


def _orders(**fields: str) -> str:
    """A line of an order report. fields: by their header with underscores."""
    return "\t".join(fields.get(each.replace("-", "_"), "") for each in orders.COLUMNS) + "\n"


_ORDERS = "\t".join(orders.COLUMNS).encode() + b"\n"
_OPEN = b'{"dataByDepartmentAndSearchTerm":['
DOCUMENTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "rows as gzip": (_LINES, lambda path: _many(path, _header(), b"1\t2026-02-01\t2026-02-14\n", 80)),
    "blank lines as gzip": (_LINES, lambda path: _many(path, _header(), b"\n", 80)),
    "blank lines": (_LINES, lambda path: _plain(path, _header(), b"\n", 16)),
    "a gap": (_LINES, lambda path: _many(path, _header().replace(b"\t", b","), b"\n", 60, b"1,2026-02-01\n")),
    "short lines": (_LINES, lambda path: _plain(path, _header(), b"a\n", 4)),
    "short lines with buyers": (_BUYERS, lambda path: _plain(path, _ORDERS, b"ab\n", 4)),
    "settlements": (_LINES, lambda path: _lines(path, _header(), lambda n: f"{n}\t\t\t\t{n}\n", 300_000)),
    "channels": (
        _BUYERS,
        lambda path: _lines(
            path, _ORDERS, lambda n: _orders(sales_channel=f"Non-Amazon {n:040}", buyer_email=f"{n:0200}"), 400_000
        ),
    ),
    "tabs": (_LINES, lambda path: _plain(path, _header(), b"\t" * 4000 + b"\n", 40)),
    "long fields": (_LINES, lambda path: _plain(path, _header(), b"ab\t" * 300_000 + b"\n", 16)),
    "one line": (_LINES, lambda path: _plain(path, _header(), b"a", 128)),
    "a header of columns": (_LINES, lambda path: _plain(path, b"", b"ab\t", 15)),
    "gzip in gzip": (_LINES, _nested),
    "empty elements": (_ITEMS, lambda path: _plain(path, _OPEN, b"{},", 6)),
    "elements of elements": (_ITEMS, lambda path: _plain(path, _OPEN + b'{"a":[', b"[],", 64)),
    "one text": (_ITEMS, lambda path: _plain(path, _OPEN + b'{"searchTerm":"', b"a", 128)),
    "one text as gzip": (_ITEMS, lambda path: _many(path, _OPEN + b'{"searchTerm":"', b"a", 80)),
    "escapes": (_ITEMS, lambda path: _plain(path, _OPEN + b'{"searchTerm":"', b"\\n", 16)),
    "depth": (_ITEMS, lambda path: _plain(path, _OPEN, b"[", 64)),
    "keys": (_ITEMS, lambda path: path.write_bytes(_OPEN + b"{" + b",".join(b'"%d":1' % n for n in range(2**17)))),
    "a key for each": (_ITEMS, lambda path: _lines(path, _OPEN, lambda n: f'{{"{n:050}":1}},', 30_000)),
    "buyers' keys": (_ITEMS, lambda path: _lines(path, _OPEN, lambda n: f'{{"buyerName{n:050}":1}},', 20_000)),
    "a line of JSON": (_JSON_LINES, lambda path: _plain(path, b'{"a":"', b"a", 128)),
    "long lines of JSON": (_JSON_LINES, lambda path: _plain(path, b"", b'{"a":[' + b"1.5," * 90_000 + b"1]}\n", 40)),
}
"""By name: the feed, and what writes the document."""


def _land(name: str, document: Path, url: str, archive: str) -> None:
    feed_name, _ = DOCUMENTS[name]
    feed, market = FEEDS[feed_name], MARKETPLACES["US"]
    store = Store("bench-us", "bench", "A0BENCH@na", "A0BENCH", "na", market)
    scope = Scope(store.account_id if feed.scope == "account" else store.store_id, (store,), market.time_zone)
    day = orders.FIRST.date()
    incoming = Incoming(
        open=lambda: document.open("rb"), origin="api", report_created_at=datetime.now(UTC), window=(day, day)
    )
    with psycopg.connect(url) as conn, contextlib.suppress(DocumentError):
        load_document(
            conn,
            Archive(archive),
            feed,
            scope,
            incoming,
            slices=[SliceKey(slice_key=day.isoformat(), day=day)],
            hash_key=b"key",
        )


# --- answers ---------------------------------------------------------------------------------------------------------


def _answer(path: str) -> Callable[[str], None]:
    async def ask(server: str) -> None:
        async with Http() as connections:
            with contextlib.suppress(HttpFailure):
                await connections.send("GET", f"{server}/{path}")

    return lambda server: asyncio.run(ask(server))


def _error_of_document(server: str) -> None:
    async def fetch() -> None:
        async def address() -> str:
            return f"{server}/error"

        async with Http() as connections:
            with contextlib.suppress(SourceError):
                async with download(connections, address, Path.cwd(), "The report"):
                    pass

    asyncio.run(fetch())


def _model(path: str) -> Callable[[str], None]:
    def ask(server: str) -> None:
        from pipelines.insights.model import asking

        settings = Settings(llm_model="openai:any", llm_base_url=f"{server}/{path}")
        with contextlib.suppress(Exception):
            asking.ask(asking.connect(settings), [("human", "hello")], 60)

    return ask


ANSWERS: dict[str, Callable[[str], None]] = {
    "an endless answer": _answer("endless"),
    "an answer as gzip": _answer("bomb"),
    "an endless error": _answer("error"),
    "an endless error of a document": _error_of_document,
    "an endless answer of a model": _model("endless"),
    "an answer of a model as gzip": _model("bomb"),
}


def main(arguments: Iterator[str]) -> None:
    """`write NAME PATH`: write a document. `NAME PATH URL ARCHIVE`, or of an answer `NAME SERVER`: meet it, and print
    the peak of this process.
    """
    name = next(arguments)
    if name == "write":
        DOCUMENTS[next(arguments)][1](Path(next(arguments)))
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_OF_A_PROCESS, _MOST_OF_A_PROCESS))
    if name in DOCUMENTS:
        _land(name, Path(next(arguments)), next(arguments), next(arguments))
    else:
        ANSWERS[name](next(arguments))
    print(json.dumps({"megabytes": peak_mb()}))


if __name__ == "__main__":
    main(iter(sys.argv[1:]))
