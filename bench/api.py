"""The read API: `api_p95_ms`, `api_p95_known_ms`, `api_vs_sql`, `api_export_mb_s`, `api_export_parquet_mb_s`,
`api_export_peak_mb`.

Fifty clients (`api_clients.py`), each with a question a second, as pages that people look at: fifty requests a second
of the ten commonest, with a key. They do not send as fast as they can: a closed loop of fifty clients would tell how
many requests a second there are (fifty, divided by the time of one), and not how long a page waits. First no answer is
kept (each asks for another `limit`), then all are sent with If-None-Match. Clients, server and Postgres share the
machine's two cores. What a request takes of them is in the notes, as other work on the machine does not change it as
much: CPU milliseconds of the server and of Postgres.

The same questions one after the other, against the very same SQL through psycopg in the tenant's role, are
`api_vs_sql`; they are asked by the standard library's client, so that it is the API's time and not a client's. Exports
are of profit_daily, a million rows in full and a fifth of it otherwise; beside them stands a
bare COPY of the same columns through psycopg, and the server's greatest memory above what it had before.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg import sql

from bench.api_clients import CLIENTS, uncached
from bench.api_world import KEY, REQUESTS, TENANT, fill, served
from bench.cpu import used
from bench.figures import Figure, Room
from pipelines.asking import statement
from pipelines.asking.contract import marts
from pipelines.asking.plan import plan
from pipelines.asking.question import Question
from pipelines.asking.reader import EXPORT_SECONDS
from pipelines.serving.api import parameters
from pipelines.serving.api.addresses import mart_for
from pipelines.settings import Settings
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.role_names import tenant_role

TIMES = 30
P95_MS, KNOWN_MS, VS_SQL, PEAK_MB, VS_COPY = 120.0, 15.0, 2.0, 200.0, 1.5


def run(room: Room) -> Iterator[Figure]:
    """All of them, each as soon as it is there."""
    rows, seconds = (1_000_000, 60) if room.full else (200_000, 10)
    settings = Settings(home=room.folder / "home", warehouse_url=room.url)
    fill(room, settings, rows)
    with served(room) as (address, pid):
        vs_sql, slowest = _vs_sql(room, settings, address)
        yield Figure("api_vs_sql", vs_sql, "times", VS_SQL, note=f"p50 of the ten requests together; {slowest}")
        for name, mode, limit in (("api_p95_ms", "cold", P95_MS), ("api_p95_known_ms", "known", KNOWN_MS)):
            with used(pid, room.url) as of_all:
                asked = _asked(address, seconds, mode)
            how = f"{CLIENTS} clients, a request a second each, {seconds} s{', with If-None-Match' * (mode == 'known')}"
            refused = f"{asked['refused']} refused by a server that was too busy, " if asked["refused"] else ""
            note = f"{how}; {refused}p50 {asked['p50']} ms, {of_all.each(int(asked['count']))}"
            yield Figure(name, asked["p95"], "ms", limit, note=note)
        yield from _exports(room, address, pid, rows)


def _vs_sql(room: Room, settings: Settings, address: str) -> tuple[float, str]:
    """The sum of the requests' middle times, against that of their SQL; and the one that is worst."""
    by_api, by_sql = [], []
    url = api_url(settings, Warehouse(room.url))
    with (
        contextlib.closing(HTTPConnection(urlsplit(address).netloc, timeout=600)) as client,
        psycopg.connect(url) as conn,
    ):
        role = tenant_role(TENANT, conn.info.dbname)
        for request in REQUESTS:
            sent = _statement(request)
            api, bare = [], []
            for number in range(TIMES):
                path = f"{urlsplit(address).path}/{uncached(request, number)}"
                api.append(_seconds(lambda path=path: _answer(client, path)))
                bare.append(_seconds(lambda sent=sent: _bare(conn, role, sent)))
            by_api.append(statistics.median(api))
            by_sql.append(statistics.median(bare))
    ratios = [one / other for one, other in zip(by_api, by_sql, strict=True)]
    worst = max(range(len(ratios)), key=ratios.__getitem__)
    told = f"worst {ratios[worst]:.1f}: {REQUESTS[worst]} ({by_api[worst] * 1000:.0f} ms)"
    return round(sum(by_api) / sum(by_sql), 2), told


def _answer(client: HTTPConnection, path: str) -> bytes:
    """The body of an answer. Raises RuntimeError for a refusal."""
    client.request("GET", path, headers={"Authorization": f"Bearer {os.environ[KEY]}"})
    answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:500]!r}")
    return body


def _statement(request: str) -> statement.Statement:
    address, _, query = request.partition("?")
    items = [(name, value) for each in query.split("&") if each for name, _, value in [each.partition("=")]]
    if address.startswith("marts/"):
        mart = marts()[address.removeprefix("marts/")]
        question = parameters.read(mart.name, items).question
    else:
        question = parameters.read("", items).question
        mart = mart_for(address, question)
    return statement.page(plan(question, mart))


def _bare(conn: psycopg.Connection[Any], role: str, sent: statement.Statement) -> None:
    with conn.transaction():
        conn.execute("select set_config('role', %s, true)", (role,))
        conn.execute(sent.text, sent.parameters).fetchall()


def _asked(address: str, seconds: int, mode: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.api_clients", address, str(seconds), mode]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, timeout=seconds * 5 + 60, cwd=Path(__file__).parents[1]
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _exports(room: Room, address: str, pid: int, rows: int) -> Iterator[Figure]:
    copied, bare = _copied(room)
    before, peak = _resident(pid), 0
    for form, name in (("csv", "api_export_mb_s"), ("parquet", "api_export_parquet_mb_s")):
        seconds, most = _exported(address, form, pid)
        peak = max(peak, most)
        yield Figure(
            name,
            round(copied / seconds / 1e6, 1),
            "MB/s",
            round(copied / bare / VS_COPY / 1e6, 1),
            "higher",
            note=f"{rows} rows, {copied / 1e6:.0f} MB as CSV, as {form}: {seconds / bare:.2f} times a bare COPY",
        )
    note = f"the server's memory above the {before / 1e6:.0f} MB before, over both exports"
    yield Figure("api_export_peak_mb", round((peak - before) / 1e6, 1), "MB", PEAK_MB, note=note)


def _copied(room: Room) -> tuple[int, float]:
    """Bytes and seconds of a bare COPY."""
    sent = statement.whole(plan(Question("profit_daily"), marts()["profit_daily"]))
    copied = 0
    with psycopg.connect(room.url) as conn:
        text = sql.SQL("copy ({}) to stdout (format csv)").format(sent.text)
        started = time.perf_counter()
        with conn.cursor().copy(text, sent.parameters) as copy:
            for block in copy:
                copied += len(block)
        return copied, time.perf_counter() - started


def _exported(address: str, form: str, pid: int) -> tuple[float, int]:
    """Seconds of an export, and the most bytes of memory that the server had. Raises RuntimeError for a part of one."""
    peak, started = 0, time.perf_counter()
    headers = {"Authorization": f"Bearer {os.environ[KEY]}"}
    try:
        with httpx.stream("GET", f"{address}/profit?format={form}", headers=headers, timeout=600) as answer:
            answer.raise_for_status()
            for number, _ in enumerate(answer.iter_raw()):
                if number % 20 == 0:
                    peak = max(peak, _resident(pid))
    except httpx.RemoteProtocolError:
        told = f"The export as {form} broke off after {time.perf_counter() - started:.0f} s"
        raise RuntimeError(f"{told}; the API gives one {EXPORT_SECONDS} s, so the machine is too busy.") from None
    return time.perf_counter() - started, peak


def _resident(pid: int) -> int:
    """Bytes of a process in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
