"""The read API: `api_p95_ms`, `api_p95_known_ms`, `api_vs_sql`, `api_export_mb_s`, `api_export_parquet_mb_s`,
`api_export_peak_mb`.

Fifty clients (`api_clients.py`), each with a question a second, as pages that people look at: fifty requests a second
of the ten commonest, with a key. They do not send as fast as they can: a closed loop of fifty clients would tell how
many requests a second there are (fifty, divided by the time of one), and not how long a page waits. First no answer is
kept (each asks for another `limit`), then all are sent with If-None-Match. Clients, server and Postgres share the
machine's two cores. What a request takes of them is in the notes, as other work on the machine does not change it as
much: CPU milliseconds of the server and of Postgres.

The same questions one after the other, against the very same SQL through psycopg in the tenant's role, are
`api_vs_sql`. Exports are of profit_daily, a million rows in full and a fifth of it otherwise; beside them stands a
bare COPY of the same columns through psycopg, and the server's greatest memory above what it had before.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

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
from pipelines.serving.api import parameters
from pipelines.serving.api.addresses import mart_for
from pipelines.settings import Settings
from pipelines.warehouse.api_role import api_url
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.role_names import tenant_role

TIMES = 30
P95_MS, KNOWN_MS, VS_SQL, PEAK_MB, VS_COPY = 120.0, 15.0, 2.0, 200.0, 1.5


def run(room: Room) -> list[Figure]:
    """All of them."""
    rows, seconds = (1_000_000, 60) if room.full else (200_000, 10)
    settings = Settings(home=room.folder / "home", warehouse_url=room.url)
    fill(room, settings, rows)
    with served(room) as (address, pid):
        vs_sql, slowest = _vs_sql(room, settings, address)
        with used(pid, room.url) as of_cold:
            cold = _asked(address, seconds, "cold")
        with used(pid, room.url) as of_known:
            known = _asked(address, seconds, "known")
        exports = _exports(room, address, pid, rows)
    how = f"{CLIENTS} clients, a request a second each, {seconds} s"
    no_answer_kept = f"{how}; p50 {cold['p50']} ms, {of_cold.each(int(cold['count']))}"
    kept = f"{how}, with If-None-Match; p50 {known['p50']} ms, {of_known.each(int(known['count']))}"
    return [
        Figure("api_p95_ms", cold["p95"], "ms", P95_MS, note=no_answer_kept),
        Figure("api_p95_known_ms", known["p95"], "ms", KNOWN_MS, note=kept),
        Figure("api_vs_sql", vs_sql, "times", VS_SQL, note=f"p50 of the ten requests together; {slowest}"),
        *exports,
    ]


def _vs_sql(room: Room, settings: Settings, address: str) -> tuple[float, str]:
    """The sum of the requests' middle times, against that of their SQL; and the one that is worst."""
    by_api, by_sql = [], []
    url = api_url(settings, Warehouse(room.url))
    with _client() as client, psycopg.connect(url) as conn:
        role = tenant_role(TENANT, conn.info.dbname)
        for request in REQUESTS:
            sent = _statement(request)
            api, bare = [], []
            for number in range(TIMES):
                path = uncached(request, number)
                api.append(_seconds(lambda path=path: client.get(f"{address}/{path}").raise_for_status().read()))
                bare.append(_seconds(lambda sent=sent: _bare(conn, role, sent)))
            by_api.append(statistics.median(api))
            by_sql.append(statistics.median(bare))
    ratios = [one / other for one, other in zip(by_api, by_sql, strict=True)]
    worst = max(range(len(ratios)), key=ratios.__getitem__)
    told = f"worst {ratios[worst]:.1f}: {REQUESTS[worst]} ({by_api[worst] * 1000:.0f} ms)"
    return round(sum(by_api) / sum(by_sql), 2), told


def _client() -> httpx.Client:
    return httpx.Client(headers={"Authorization": f"Bearer {os.environ[KEY]}"}, timeout=600)


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


def _exports(room: Room, address: str, pid: int, rows: int) -> list[Figure]:
    made = plan(Question("profit_daily"), marts()["profit_daily"])
    sent = statement.whole(made)
    copied = 0
    with psycopg.connect(room.url) as conn:
        text = sql.SQL("copy ({}) to stdout (format csv)").format(sent.text)
        started = time.perf_counter()
        with conn.cursor().copy(text, sent.parameters) as copy:
            for block in copy:
                copied += len(block)
        bare = time.perf_counter() - started
    before, peak = _resident(pid), 0
    figures = []
    for form, name in (("csv", "api_export_mb_s"), ("parquet", "api_export_parquet_mb_s")):
        started = time.perf_counter()
        with _client() as client, client.stream("GET", f"{address}/profit?format={form}") as answer:
            answer.raise_for_status()
            for number, _ in enumerate(answer.iter_raw()):
                if number % 20 == 0:
                    peak = max(peak, _resident(pid))
        seconds = time.perf_counter() - started
        figures.append(
            Figure(
                name,
                round(copied / seconds / 1e6, 1),
                "MB/s",
                round(copied / bare / VS_COPY / 1e6, 1),
                "higher",
                note=f"{rows} rows, {copied / 1e6:.0f} MB as CSV, as {form}: {seconds / bare:.2f} times a bare COPY",
            )
        )
    note = f"the server's memory above the {before / 1e6:.0f} MB before, over both exports"
    return [*figures, Figure("api_export_peak_mb", round((peak - before) / 1e6, 1), "MB", PEAK_MB, note=note)]


def _resident(pid: int) -> int:
    """Bytes of a process in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
