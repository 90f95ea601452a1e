"""A simulated world, a warehouse, and runs of the engine over them: in this process, or in one that can be killed."""

from __future__ import annotations

import asyncio
import collections
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from pipelines.landing.planning.crawls import BY_HAND
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.engine import land
from pipelines.landing.run.results import FeedResult
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_catalog
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.forked import Forked
from tests.support.simulator import Simulator

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""In Los Angeles 04:00, in Paris 13:00, in Tokyo 21:00 of the same day."""

_PATIENCE = 60.0
# what the simulator counts of the things that must not be asked for twice
_ASKED = ("createReport", "createQuery", "ads_createReport", "apify_start")


@dataclass
class LandingWorld:
    """Everything that a run needs. now: the business clock of the next run; move it with `move`."""

    simulator: Simulator
    warehouse: Warehouse
    home: Path
    now: datetime = NOON
    started: list[Forked] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self.warehouse.connect() as conn:
            sync_stores(conn, self.catalog)

    @property
    def settings(self) -> Settings:
        return self.simulator.settings(self.home, self.warehouse.url, fixed_now=self.now)

    @property
    def catalog(self) -> Catalog:
        return load_catalog(self.settings)

    def move(self, by: timedelta) -> None:
        """Let business time pass, for the world and for the runs."""
        self.now += by
        self.simulator.set_now(self.now)

    def land(
        self,
        *feeds: str,
        stores: tuple[str, ...] | None = None,
        settings: Settings | None = None,
        catalog: Catalog | None = None,
        days: tuple[Any, ...] | None = None,
        force: bool = False,
        **options: Any,
    ) -> dict[str, FeedResult]:
        """One run in this process, to its end; results by feed."""
        selection = Selection(feeds=feeds or None, stores=stores, days=days, force=force)
        return self.select(selection, settings, catalog, **options)

    def select(
        self,
        selection: Selection,
        settings: Settings | None = None,
        catalog: Catalog | None = None,
        **options: Any,
    ) -> dict[str, FeedResult]:
        """One run of a selection in this process, to its end; results by feed."""

        async def run() -> dict[str, FeedResult]:
            return {
                each.feed: each
                async for each in land(
                    settings or self.settings, self.warehouse, catalog or self.catalog, selection, **options
                )
            }

        return asyncio.run(run())

    def start(self, *feeds: str, stores: tuple[str, ...] = (), subjects: tuple[str, ...] = ()) -> Forked:
        """One run in a process of its own, which prints its results as JSON. subjects: crawled by hand."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        environment |= self.simulator.environment() | {
            "TRADEWIND_HOME": str(self.home),
            "TRADEWIND_WAREHOUSE_URL": self.warehouse.url,
            "TRADEWIND_NOW": self.now.isoformat(),
        }
        self.home.mkdir(parents=True, exist_ok=True)
        output = self.home / f"run-{len(self.started)}.json"
        errors = output.with_suffix(".err")
        process = Forked(run_once, feeds, stores, subjects, environment=environment, output=output, errors=errors)
        self.started.append(process)
        return process

    def stop(self) -> None:
        """End the processes of this world."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait(30)

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.warehouse.url) as conn:
            return conn.execute(statement.encode(), values or None).fetchall()

    def states(self, feed: str) -> dict[str, int]:
        """How many slices of a feed are in each state."""
        return dict(self.query("select state, count(*) from ops.slices where feed = %s group by state", feed))

    def current_rows(self, table: str, feed: str) -> dict[Any, int]:
        """The rows of a raw table that are true now, as text without load and order, and how often each is there."""
        rows = self.query(
            f"select (to_jsonb(r) - 'load_id' - 'row_seq')::text from raw.{table} r "  # noqa: S608
            "where r.load_id in (select load_id from ops.current_loads(%s))",
            feed,
        )
        return collections.Counter(row[0] for row in rows)

    def other_application_asks(self, store_id: str, report_type: str, **body: Any) -> str:
        """Another application of the seller's asks for a report, as it may at any time; the report's id."""
        settings, store = self.settings, self.catalog.stores[store_id]
        token = self.catalog.accounts[store.account_id].refresh_token
        assert token is not None
        assert settings.lwa_client_secret is not None
        answer = httpx.post(
            f"{settings.lwa_endpoint}/auth/o2/token",
            data={
                "grant_type": "refresh_token",
                "refresh_token": token.get_secret_value(),
                "client_id": settings.lwa_client_id or "",
                "client_secret": settings.lwa_client_secret.get_secret_value(),
            },
            trust_env=False,
        )
        made = httpx.post(
            f"{settings.amazon_sp_endpoint}/reports/2021-06-30/reports",
            json={"reportType": report_type, "marketplaceIds": [store.marketplace.marketplace_id], **body},
            headers={"x-amz-access-token": answer.json()["access_token"], "user-agent": "another tool/1.0"},
            trust_env=False,
        )
        assert made.status_code == 202, made.text
        return str(made.json()["reportId"])

    def twice(self) -> list[Any]:
        """What the simulator was asked for more than once."""
        counts = self.simulator.counts()
        return [each for name in _ASKED for each in counts[name] if each["count"] > 1]

    def asked(self) -> int:
        """Reports, queries and crawls asked for so far."""
        counts = self.simulator.counts()
        return sum(each["count"] for name in _ASKED for each in counts[name])


def until(what: Callable[[], Any], told: str) -> Any:
    """Wait until something is the case; AssertionError after a minute."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        answer = what()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"never happened: {told}")


async def _land_once(feeds: tuple[str, ...], stores: tuple[str, ...], subjects: tuple[str, ...]) -> None:
    from pipelines.settings import get_settings

    settings = get_settings()
    assert settings.warehouse_url is not None
    warehouse = Warehouse(settings.warehouse_url.get_secret_value())
    selection = Selection(feeds=feeds or None, stores=stores or None)
    if subjects:
        selection = replace(selection, subjects=subjects, urgency=BY_HAND)
    results = [each async for each in land(settings, warehouse, load_catalog(settings), selection)]
    print(
        json.dumps(
            [
                {
                    "feed": each.feed,
                    "rows": each.rows,
                    "requests": each.requests,
                    "states": collections.Counter(outcome.state for outcome in each.outcomes),
                }
                for each in results
            ]
        )
    )


def run_once(feeds: tuple[str, ...], stores: tuple[str, ...], subjects: tuple[str, ...]) -> None:
    """One run with the settings of the environment; prints its results as JSON."""
    asyncio.run(_land_once(feeds, stores, subjects))
