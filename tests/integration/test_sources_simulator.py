"""The three sources against the simulator's APIs: asked, found, polled and fetched, with faults in between."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import SourceError
from pipelines.feeds import FEEDS, Feed
from pipelines.landing.planning.slices import data_range
from pipelines.settings import Settings
from pipelines.sources import make_source
from pipelines.sources.base import Download, DuplicateReport, RemoteReport, Source, UncertainRequest
from pipelines.stores import Catalog, Scope, load_catalog
from pipelines.warehouse.connection import Warehouse
from tests.support.simulator import Simulator

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = date(2026, 3, 8)
ORDERS = FEEDS["amazon_sp.all_orders_by_order_date"]
TRAFFIC = FEEDS["amazon_sp.sales_and_traffic"]
MYI = FEEDS["amazon_sp.fba_myi_unsuppressed_inventory"]
SETTLEMENTS = FEEDS["amazon_sp.settlements_v2"]
CAMPAIGNS = FEEDS["amazon_ads.sp_campaigns"]
PRODUCTS = FEEDS["apify.products"]

Test = Callable[[Source, Catalog, Simulator], Awaitable[Any]]


@pytest.fixture
def play(simulator: Callable[..., Simulator], warehouse: Warehouse, tmp_path: Path) -> Callable[..., Any]:
    """A function that runs a test with a source and the simulator; `faults` are its rules."""

    def start(name: str, test: Test, faults: list[dict[str, Any]] | None = None) -> Any:
        sim = simulator(seed=7, now=NOW.isoformat(), days=30, time_scale=200)
        if faults:
            sim.set_faults(faults)
        settings: Settings = sim.settings(tmp_path / "home", warehouse.url, fixed_now=NOW)

        async def run() -> Any:
            async with (
                asyncio.timeout(120),
                warehouse.async_pool(3) as pool,
                make_source(name, settings, pool) as source,
            ):
                return await test(source, load_catalog(settings), sim)

        return asyncio.run(run())

    return start


def scope_of(catalog: Catalog, feed: Any, scope_id: str = "") -> Scope:
    scopes = catalog.scopes(feed)
    return next((each for each in scopes if each.scope_id.startswith(scope_id)), scopes[0])


def instants(feed: Feed, scope: Scope, first: date, last: date) -> dict[str, datetime]:
    """The window of these marketplace days, as the planner makes it."""
    start, end = data_range(first, last, scope.time_zone, NOW, whole_dates=feed.whole_dates)
    return {"start": start, "end": end}


async def finished(source: Source, feed: Any, scope: Scope, remote_id: str) -> RemoteReport:
    while True:
        report = (await source.poll(feed, scope, [remote_id]))[remote_id]
        if report.state != "running":
            return report
        await asyncio.sleep(0.1)


def plain(download: Download) -> bytes:
    content = download.path.read_bytes()
    return gzip.decompress(content) if download.gzip else content


def test_sp_reports_are_made_and_fetched(play: Callable[..., Any]) -> None:
    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        account = scope_of(catalog, ORDERS)
        store = scope_of(catalog, TRAFFIC, "harbor-de")
        reports = await asyncio.gather(
            source.request(ORDERS, account, None, **instants(ORDERS, account, DAY - timedelta(days=5), DAY)),
            source.request(TRAFFIC, store, None, **instants(TRAFFIC, store, DAY, DAY)),
        )
        orders, traffic = await asyncio.gather(
            finished(source, ORDERS, account, reports[0].remote_id),
            finished(source, TRAFFIC, store, reports[1].remote_id),
        )
        assert (orders.state, traffic.state) == ("done", "done")
        assert traffic.window_start == instants(TRAFFIC, store, DAY, DAY)["start"]
        async with source.fetch(ORDERS, account, orders) as download:
            assert plain(download).startswith(b"amazon-order-id\t")
            assert download.content_type.startswith("text/plain")
        async with source.fetch(TRAFFIC, store, traffic) as download:
            document = json.loads(plain(download))
            assert [each["date"] for each in document["salesAndTrafficByDate"]] == [DAY.isoformat()]
        found = await source.find_existing([ORDERS, TRAFFIC], account, NOW - timedelta(minutes=5))
        assert orders.remote_id in {each.remote_id for each in found}

    play("amazon_sp", test)


def test_sp_reports_that_exist_are_found(play: Callable[..., Any]) -> None:
    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        scope = scope_of(catalog, MYI)
        found = await source.find_existing([MYI, SETTLEMENTS], scope, NOW - timedelta(days=20))
        types = {each.report_type for each in found}
        assert MYI.report_type in types
        assert [each.created_at for each in found] == sorted(each.created_at for each in found)
        snapshots = [each for each in found if each.report_type == MYI.report_type]
        assert len(snapshots) >= 15
        async with source.fetch(MYI, scope, snapshots[-1]) as download:
            assert plain(download).startswith(b"sku\t")
        assert {entry["operation"] for entry in sim.log()} >= {"getReports", "getReportDocument"}

    play("amazon_sp", test)


def test_sp_survives_faults_and_asks_once(play: Callable[..., Any]) -> None:
    faults = [
        {"match": {"operation": "getReport"}, "nth": [1], "do": "status_html", "status": 503},
        {"match": {"operation": "getReport"}, "nth": [2], "do": "expired_token"},
        {"match": {"operation": "createReport"}, "nth": [1], "do": "throttle"},
        {"match": {"operation": "getReportDocument"}, "nth": [1], "do": "expired_url"},
        {"match": {"operation": "download"}, "nth": [2], "do": "cut"},
    ]

    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        store = scope_of(catalog, TRAFFIC, "harbor-de")
        report = await source.request(TRAFFIC, store, None, **instants(TRAFFIC, store, DAY, DAY))
        done = await finished(source, TRAFFIC, store, report.remote_id)
        async with source.fetch(TRAFFIC, store, done) as download:
            assert json.loads(plain(download))["salesAndTrafficByDate"]
        assert [each["count"] for each in sim.counts()["createReport"]] == [1]

    play("amazon_sp", test, faults)


def test_sp_request_whose_answer_is_lost_is_found_again(play: Callable[..., Any]) -> None:
    faults = [{"match": {"operation": "createReport"}, "nth": [1], "do": "cut", "when": "after"}]

    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        store = scope_of(catalog, TRAFFIC, "harbor-de")
        window = instants(TRAFFIC, store, DAY, DAY)
        with pytest.raises(UncertainRequest):
            await source.request(TRAFFIC, store, None, **window)
        found = await source.find_existing([TRAFFIC], store, NOW - timedelta(minutes=1))
        assert [(each.window_start, each.window_end) for each in found] == [(window["start"], window["end"])]
        assert found[0].marketplace_ids == (store.stores[0].marketplace.marketplace_id,)
        assert [each["count"] for each in sim.counts()["createReport"]] == [1]

    play("amazon_sp", test, faults)


def test_sp_never_overdraws(play: Callable[..., Any]) -> None:
    """Twenty reports at once of one account: a burst of fifteen, then the rate that Amazon tells; no 429."""

    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        store = scope_of(catalog, TRAFFIC, "harbor-us")
        days = [DAY - timedelta(days=n) for n in range(20)]
        await asyncio.gather(
            *(source.request(TRAFFIC, store, None, **instants(TRAFFIC, store, day, day)) for day in days)
        )
        created = [each for each in sim.log() if each["operation"] == "createReport"]
        assert len(created) == 20
        assert {each["status"] for each in created} == {202}

    play("amazon_sp", test)


def test_sp_account_without_authorisation_is_refused(play: Callable[..., Any]) -> None:
    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        with pytest.raises(SourceError, match="authorise") as caught:
            await source.request(MYI, scope_of(catalog, MYI), None)
        assert caught.value.refused

    play("amazon_sp", test, [{"do": "token_revoked"}])


def test_ads_reports_are_made_and_duplicates_are_known(play: Callable[..., Any]) -> None:
    faults = [{"match": {"operation": "download", "api": "ads"}, "nth": [1], "do": "cut"}]

    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        scope = scope_of(catalog, CAMPAIGNS, "harbor-us")
        window = (DAY - timedelta(days=6), DAY)
        report = await source.request(CAMPAIGNS, scope, window)
        try:
            again = await source.request(CAMPAIGNS, scope, window)
        except DuplicateReport as duplicate:
            again = duplicate.report
        assert again.remote_id == report.remote_id
        done = await finished(source, CAMPAIGNS, scope, report.remote_id)
        async with source.fetch(CAMPAIGNS, scope, done) as download:
            assert download.gzip
            rows = json.loads(plain(download))
        assert {row["date"] for row in rows} <= {(window[0] + timedelta(days=n)).isoformat() for n in range(7)}
        assert set(rows[0]) == set(CAMPAIGNS.sections[0].known)

    play("amazon_ads", test, faults)


def test_apify_runs_are_started_found_and_read(play: Callable[..., Any]) -> None:
    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        scope = scope_of(catalog, PRODUCTS)
        past = await source.find_existing([PRODUCTS], scope, NOW - timedelta(days=5))
        assert past
        assert {each.state for each in past} == {"done"}
        run = await source.request(PRODUCTS, scope, None)
        assert run.details["same_input"]
        mine = await source.find_existing([PRODUCTS], scope, NOW - timedelta(minutes=5))
        assert [each.remote_id for each in mine] == [run.remote_id]
        assert mine[0].details["same_input"]
        done = await finished(source, PRODUCTS, scope, run.remote_id)
        async with source.fetch(PRODUCTS, scope, done) as download:
            items = json.loads(download.path.read_bytes())
        assert len(items) == len(run.details["input"]["categoryOrProductUrls"])

    play("apify", test)


def test_apify_run_whose_start_was_lost_is_found_again(play: Callable[..., Any]) -> None:
    faults = [{"match": {"operation": "startRun"}, "nth": [1], "do": "status_json", "status": 502, "when": "after"}]

    async def test(source: Source, catalog: Catalog, sim: Simulator) -> None:
        scope = scope_of(catalog, PRODUCTS)
        with pytest.raises(UncertainRequest):
            await source.request(PRODUCTS, scope, None)
        found = await source.find_existing([PRODUCTS], scope, NOW - timedelta(minutes=1))
        assert [each.details["same_input"] for each in found] == [True]
        assert [each["count"] for each in sim.counts()["apify_start"]] == [1]

    play("apify", test, faults)
