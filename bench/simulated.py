"""Worlds to land from, and runs to measure: the simulator and each run of the engine in a process of its own.

A run is `python -m bench.simulated FEEDS`: one `land`, whose figures it prints. Which world, which feeds and what is
made of the figures is up to the benchmarks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
from dotenv import dotenv_values
from psycopg import sql

from bench.memory import peak_mb
from pipelines.feeds import FEEDS
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.engine import land
from pipelines.settings import get_settings
from pipelines.sources.transport import http
from pipelines.stores import load_catalog
from pipelines.warehouse.connection import Warehouse, prepare
from pipelines.warehouse.stores_sync import sync_stores

NOON = "2026-11-22T12:00:00Z"
"""In Los Angeles 04:00, in Paris 13:00, in Tokyo 21:00 of the same day."""

PUBLISHED = {"createReport": (0.0167, 15), "getReportDocument": (0.0167, 15)}
"""What Amazon's reference says of an account's budget: tokens a second, and how many may be saved up."""

_READY_SECONDS = 120


def daily_feeds() -> tuple[str, ...]:
    """The feeds that every store has each day by default: windows of days, and snapshots."""
    return tuple(
        feed.name
        for feed in FEEDS.values()
        if feed.source in ("amazon_sp", "amazon_ads")
        and not feed.opt_in
        and (feed.shape == "snapshot" or (feed.shape == "windowed" and feed.period == "day"))
    )


def rate_bound(operation: str, requests: float, scale: float) -> float:
    """(n - b) / r: seconds before which so many requests of one account cannot be made."""
    rate, burst = PUBLISHED[operation]
    return max(0.0, (requests - burst) / (rate * scale))


def another_database(url: str, name: str) -> str:
    """A fresh, migrated database on the same server."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    fresh = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    prepare(fresh)
    return fresh


@dataclass(frozen=True)
class World:
    """A simulator that runs. config: the folder with its stores.yaml and .env."""

    url: str
    config: Path
    process: subprocess.Popen[bytes]

    def counts(self) -> Any:
        """What took effect and how often, buckets overdrawn, faults."""
        return self._control("GET", "counts")

    def log(self) -> list[dict[str, Any]]:
        """The last 50,000 requests."""
        answer: list[dict[str, Any]] = self._control("GET", "log")
        return answer

    def set_faults(self, rules: Any) -> None:
        """Put these rules in the place of those in force."""
        self._control("POST", "faults", rules)

    def set_now(self, now: str) -> None:
        """Move the world's business clock."""
        self._control("POST", "now", {"now": now})

    def skip(self, seconds: float) -> None:
        """Let so much time pass for the protocol, and none for the business."""
        self._control("POST", "now", {"skip": seconds})

    def cpu_seconds(self) -> float:
        """What the simulator has used so far."""
        return cpu_seconds(self.process.pid)

    def asked(self) -> dict[tuple[Any, ...], int]:
        """Each report that took effect, and how often."""
        counts = self.counts()
        return {
            (name, *(json.dumps(each[key]) for key in sorted(each) if key != "count")): int(each["count"])
            for name in ("createReport", "ads_createReport", "apify_start")
            for each in counts[name]
        }

    def overdrawn(self) -> int:
        """How many requests found a bucket empty."""
        return sum(int(each["count"]) for each in self.counts()["overdrawn"])

    def _control(self, method: str, name: str, body: Any = None) -> Any:
        answer = httpx.request(method, f"{self.url}/_sim/{name}", json=body, timeout=60, trust_env=False)
        answer.raise_for_status()
        return answer.json()


@dataclass(frozen=True)
class Ended:
    """A run of the engine. seconds: of `land`. cpu: user and system seconds of its process, from the interpreter's
    start to its end. megabytes: its peak. states: how many slices ended in each. requests: asked for, by itself.
    """

    seconds: float
    cpu: float
    megabytes: float
    states: dict[str, int]
    requests: int
    rows: int

    @property
    def slices(self) -> int:
        """Slices that it dealt with."""
        return sum(self.states.values())


def cpu_seconds(pid: int) -> float:
    """User and system time of a process; 0 where the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def world(folder: Path, *, now: str = NOON, **options: object) -> Iterator[World]:
    """The simulator with its files below `folder`; options: those of its command, with underscores."""
    folder.mkdir(parents=True, exist_ok=True)
    port_file, output = folder / "port", folder / "output.log"
    port_file.unlink(missing_ok=True)
    arguments = {"now": now, "state": folder / "state", "config_out": folder / "config", "port_file": port_file}
    command = [sys.executable, "-m", "simulator", "serve"]
    for name, value in (arguments | options).items():
        command += ["--" + name.replace("_", "-"), str(value)]
    with output.open("wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        until = time.monotonic() + _READY_SECONDS
        while not (port_file.exists() and port_file.read_text().strip()):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"The simulator does not come up: {output.read_text()[-3000:]}")
            time.sleep(0.02)
        yield World(f"http://127.0.0.1:{port_file.read_text().strip()}", folder / "config", process)
    finally:
        process.terminate()
        process.wait(30)


def start(
    served: World, home: Path, url: str, feeds: tuple[str, ...], now: str = NOON, *, timeout: float = 30
) -> subprocess.Popen[bytes]:
    """Begin a run of these feeds for all stores of the world. timeout: seconds that it waits for an answer."""
    variables = {key: value for key, value in dotenv_values(served.config / ".env").items() if value}
    variables |= {
        "TRADEWIND_STORES": str(served.config / "stores.yaml"),
        "TRADEWIND_HOME": str(home),
        "TRADEWIND_WAREHOUSE_URL": url,
        "TRADEWIND_NOW": now,
        "TRADEWIND_HASH_KEY": "the same in every run of a benchmark",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bench.simulated", ",".join(feeds), str(timeout)],
        env=os.environ | variables,
        stdout=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> Ended:
    """Wait for a run. Raises RuntimeError if it failed."""
    try:
        told, _ = process.communicate()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"The run ended with status {process.returncode}; what it said stands above.")
    return Ended(**json.loads(told))


def run(served: World, home: Path, url: str, feeds: tuple[str, ...], now: str = NOON, *, timeout: float = 30) -> Ended:
    """One run, to its end; see `start`."""
    return finish(start(served, home, url, feeds, now, timeout=timeout))


async def _land(feeds: tuple[str, ...], timeout: float = 30) -> Ended:
    http.TIMEOUT = httpx.Timeout(timeout, pool=None)
    settings = get_settings()
    assert settings.warehouse_url is not None
    warehouse, catalog = Warehouse(settings.warehouse_url.get_secret_value()), load_catalog(settings)
    with warehouse.connect() as conn:
        sync_stores(conn, catalog)
    begun = time.monotonic()
    results = [each async for each in land(settings, warehouse, catalog, Selection(feeds=feeds or None))]
    seconds = time.monotonic() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Ended(
        seconds,
        used.ru_utime + used.ru_stime,
        peak_mb(),
        dict(Counter(outcome.state for each in results for outcome in each.outcomes)),
        sum(each.requests for each in results),
        sum(each.rows for each in results),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_land(tuple(filter(None, sys.argv[1].split(","))), float(sys.argv[2]))))))
