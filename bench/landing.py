"""Landing against a bare `\\copy`: the same million order lines, in the same run, turn by turn.

Ours begins with the gzip document and ends with the commit: gunzip, proof of every line, personal columns out, sha256,
archive, load id, days, sales channels, ledger. The bare `\\copy` reads the plain file into a table of its columns.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from bench import orders
from bench.figures import Figure, Room
from bench.memory import peak_mb
from pipelines.feeds import column_name
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import Incoming, SliceKey, load_document
from pipelines.marketplaces import MARKETPLACES
from pipelines.stores import Scope, Store
from pipelines.warehouse import processes

LINES = 1_000_000
LONG_LINES = 10_000_000
ROUNDS = 3
MOST_TIMES = 1.15
MOST_TIMES_DECODED = 1.3
MOST_MB = 150


def run(room: Room) -> Iterator[Figure]:
    """`landing_vs_copy`, `landing_vs_copy_cp932`, `landing_peak_mb`: the best of three rounds on either side; the peak
    is the highest of all of them, in full also of a document ten times as long.
    """
    peaks: dict[int, float] = {LINES: 0.0}
    for name, charset, limit in (
        ("landing_vs_copy", "utf-8", MOST_TIMES),
        ("landing_vs_copy_cp932", "cp932", MOST_TIMES_DECODED),
    ):
        plain = room.folder / f"orders-{charset}.tsv"
        orders.write_orders(plain, LINES, charset=charset)
        document = orders.compress(plain)
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_bare_copy(room.url, plain, charset))
            seconds, megabytes = land(room, document, charset, LINES)
            ours.append(seconds)
            peaks[LINES] = max(peaks[LINES], megabytes)
        note = f"{min(ours):.2f} s against {min(bare):.2f} s, {plain.stat().st_size / 1e6:.0f} MB"
        plain.unlink()
        document.unlink()
        yield Figure(name, round(min(ours) / min(bare), 3), "times", limit, note=note)
    if room.full:
        plain = room.folder / "orders-long.tsv"
        orders.write_orders(plain, LONG_LINES)
        document = orders.compress(plain)
        plain.unlink()
        _, peaks[LONG_LINES] = land(room, document, "utf-8", LONG_LINES)
        document.unlink()
    note = "the landing process: " + ", ".join(f"{mb:.0f} at {lines:,} lines" for lines, mb in peaks.items())
    yield Figure("landing_peak_mb", round(max(peaks.values()), 1), "MB", MOST_MB, note=note)


def _bare_copy(url: str, path: Path, charset: str) -> float:
    """Seconds of psql's `\\copy` of the plain file into a fresh table."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} text").format(sql.Identifier(column_name(each))) for each in orders.COLUMNS
    )
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("drop table if exists raw.bare")
        conn.execute(sql.SQL("create table raw.bare ({})").format(columns))
        conn.execute("checkpoint")
    parts = urlsplit(url)
    environment = {"PGPASSWORD": unquote(parts.password or ""), "PGCLIENTENCODING": _SERVER_NAMES[charset]}
    command = f"\\copy raw.bare from '{path}' with (format csv, header, delimiter E'\\t', quote E'\\b')"
    address = ["-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username), "-d", parts.path[1:]]
    begun = time.perf_counter()
    subprocess.run(
        [str(processes.binaries() / "psql"), *address, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", command],
        env=environment,
        check=True,
        timeout=600,
    )
    seconds = time.perf_counter() - begun
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("drop table raw.bare")
    return seconds


_SERVER_NAMES = {"utf-8": "UTF8", "cp932": "SJIS"}


def land(room: Room, document: Path, charset: str, lines: int) -> tuple[float, float]:
    """Seconds and peak megabytes of landing the document, in a process of its own, into an emptied table."""
    with psycopg.connect(room.url, autocommit=True) as conn:
        conn.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("raw", orders.FEED.tables[0])))
        conn.execute("truncate ops.loads, ops.slices, ops.slice_history, ops.changes cascade")
        conn.execute("checkpoint")
    done = subprocess.run(
        [sys.executable, "-m", "bench.landing", room.url, str(room.folder / "archive"), str(document), charset],
        check=True,
        stdout=subprocess.PIPE,
        timeout=1800,
    )
    answer = json.loads(done.stdout)
    assert answer["rows"] == lines, answer
    return answer["seconds"], answer["megabytes"]


def _land_one(url: str, archive: str, document: Path, charset: str) -> dict[str, float]:
    market = MARKETPLACES["US"]
    store = Store("bench-us", "bench", "A0BENCH@na", "A0BENCH", "na", market)
    scope = Scope("A0BENCH@na", (store,), market.time_zone)
    days = [(orders.FIRST + timedelta(days=i)).date() for i in range(-1, orders.DAYS)]
    incoming = Incoming(
        open=lambda: document.open("rb"),
        origin="api",
        report_created_at=datetime.now(UTC),
        content_type=f"text/plain;charset={charset}",
        window=(days[0], days[-1]),
    )
    slices = [SliceKey(slice_key=day.isoformat(), day=day) for day in days]
    with psycopg.connect(url) as conn:
        begun = time.perf_counter()
        outcome = load_document(conn, Archive(archive), orders.FEED, scope, incoming, slices=slices)
        seconds = time.perf_counter() - begun
    return {
        "rows": outcome.rows,
        "seconds": seconds,
        "megabytes": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(_land_one(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])))
