"""Dagster's UI in a browser, with the processes of docker-compose.yml and a Postgres of its own.

A backfill by hand and what follows it, and what a person does when something fails or takes too long. The pictures of
the documentation are made here: `SCREENSHOTS_TO=docs/images .venv/bin/pytest -m thorough tests/browser`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect

from pipelines.warehouse import embedded
from simulator.world.world_file import WorldFile
from tests.support.compose import Stack, wait_for
from tests.support.dagster_ui import (
    backfill_menu,
    backfills,
    coverage_checks,
    execute_again,
    finished_again,
    finished_backfill,
    launch_backfill,
    open_check,
    painted,
    partitions,
    terminate,
)
from tests.support.truth import records

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.timeout(1800)]

ASSET = ["amazon_sp", "all_orders_by_order_date"]
BUILDS = """{ runsOrError(filter: {pipelineName: "build_marts"}) { ... on Runs { results {
    status startTime endTime } } } }"""
GROUPS = ("amazon_sp", "intermediate", "sales", "inventory", "insights")
LINEAGE = 'key:"amazon_sp/all_orders_by_order_date"+ and +key:"insights/briefs"'
# a node of the graph has a green border when its state is known and good
IS_GREEN = """name => [...document.querySelectorAll("div")].filter(node => node.innerText === name).some(node => {
    const [red, green] = getComputedStyle(node).borderTopColor.match(/[0-9]+/g).map(Number);
    return green > red + 60; })"""

TRAFFIC = ["amazon_sp", "sales_and_traffic__by_date"]
REPORT = {"operation": "createReport", "report_type": "GET_SALES_AND_TRAFFIC_REPORT"}
US = "A2HARBORNA1US"
STORES = 3  # those of the world with an API
# what the warehouse has of days that were landed once: each day of a store in one load, and no lease is left
LEDGER = """select count(*), count(distinct (scope_id, day)), bool_and(state = 'loaded'), count(claimed_by),
    count(distinct current_load_id) from ops.slices where feed = 'amazon_sp.sales_and_traffic' and day = any(%s)"""
ROWS_OF_DAYS = """select s.scope_id, s.day, (r.item -> 'salesByDate' ->> 'unitsOrdered')::int,
    (r.item -> 'trafficByDate' ->> 'sessions')::int
    from raw.amazon_sp__sales_and_traffic__by_date as r inner join ops.loads using (load_id)
    inner join ops.slices as s on s.feed = 'amazon_sp.sales_and_traffic' and r.item ->> 'date' = s.day::text
    and ops.loads.scope_id = s.scope_id where s.day = any(%s)"""
ROWS_OF_PRODUCTS = """select s.scope_id, s.day, r.item ->> 'childAsin',
    (r.item -> 'salesByAsin' ->> 'unitsOrdered')::int
    from raw.amazon_sp__sales_and_traffic__by_asin as r inner join ops.slices as s on s.current_load_id = r.load_id
    where s.feed = 'amazon_sp.sales_and_traffic' and s.day = any(%s)"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything that `docker compose --profile simulator up` starts; its sensors wait until they are turned on."""
    folder = tmp_path_factory.mktemp("compose")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("TRADEWIND_", "DAGSTER_"))]:
            patch.delenv(name)
        warehouse = embedded.start(folder / "server", {"fsync": "off"})
        dagster = urlsplit(warehouse)._replace(scheme="postgresql+psycopg2", path="/dagster")
        running = Stack(folder, warehouse, urlunsplit(dagster))
        try:
            running.up(sensors=False)
            yield running
        finally:
            running.down()
            embedded.stop(folder / "server")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures of the UI are written to."""
    wanted = os.environ.get("SCREENSHOTS_TO")
    return Path(__file__).parents[2] / wanted if wanted else tmp_path


def test_thirty_days_are_backfilled_by_hand(stack: Stack, page: Page, pictures: Path):
    days = partitions(stack, ASSET)["partitionKeys"][-31:-1]  # up to yesterday
    backfill = backfilled(stack, page, days)
    assert backfill["status"] == "COMPLETED_SUCCESS", stack.logs()
    (run,) = backfill["runs"]
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert tags["dagster/asset_partition_range_start"] == days[0]
    assert tags["dagster/asset_partition_range_end"] == days[-1]
    here = partitions(stack, ASSET)
    assert here["partitionStats"] == {"numMaterialized": 30, "numFailed": 0}
    green = {"startKey": days[0], "endKey": days[-1], "status": "MATERIALIZED"}
    assert here["assetPartitionStatuses"]["ranges"] == [green]

    page.goto(f"{stack.url}/assets/{'/'.join(ASSET)}?view=partitions")
    expect(page.get_by_text("Materialized (30)")).to_be_visible()
    expect(page.get_by_text("Failed (0)")).to_be_visible()
    page.get_by_text(days[-1], exact=True).first.click()
    expect(page.get_by_text("slices_of_run", exact=True)).to_be_visible()
    page.screenshot(path=pictures / "dagster-backfill.png")

    assert stack.unhealthy() == {}


def test_a_failed_day_is_told_in_a_table_and_comes_when_the_run_is_executed_again_from_its_failure(
    stack: Stack, page: Page
):
    days = partitions(stack, TRAFFIC)["partitionKeys"][-6:-2]
    stack.simulator("faults", {"rules": [{"do": "fatal", "nth": 2, "match": {**REPORT, "seller": US}}]})
    launch_backfill(stack, page, TRAFFIC, days)
    (failed,) = wait_for(lambda: finished_backfill(stack, TRAFFIC), 600)["runs"]
    stack.simulator("faults", {"rules": []})
    assert failed["status"] == "FAILURE", stack.logs()
    states = painted(stack, TRAFFIC, days)
    (bad,) = [day for day in days if states.get(day) != "MATERIALIZED"]

    execute = open_check(stack, page, TRAFFIC)
    expect(page.get_by_text(f"harbor-us: {bad}: failed: ").first).to_be_visible()
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="reason", exact=True)).last
    for name in ("store", "days", "number", "state"):
        expect(table.get_by_role("columnheader", name=name, exact=True)).to_be_visible()
    for name in ("harbor-us", bad, "failed"):
        expect(table.get_by_role("cell", name=name, exact=True)).to_be_visible()

    before, runs = asked(stack), {each["runId"] for each in coverage_checks(stack, TRAFFIC)}
    execute.click()
    (alone,) = wait_for(lambda: evaluated(stack, runs), 300)
    assert not alone["evaluation"]["success"]
    assert asked(stack) == before, "a check that is executed alone lands nothing"

    execute_again(stack, page, failed["id"], "From failure")
    again = wait_for(lambda: finished_again(stack, failed["id"]), 600)
    assert again["status"] == "SUCCESS", stack.logs()
    assert asked(stack) == before + 1, "the day that had failed is asked for, at once, and no other is"
    assert painted(stack, TRAFFIC, days) == dict.fromkeys(days, "MATERIALIZED")
    assert coverage_checks(stack, TRAFFIC)[0]["evaluation"]["success"]
    assert_landed_once(stack, days)


def test_a_cancelled_backfill_goes_on_where_it_stopped_when_it_is_executed_again_from_its_failure(
    stack: Stack, page: Page
):
    days, before = partitions(stack, TRAFFIC)["partitionKeys"][-17:-7], asked(stack)
    launch_backfill_until_held(stack, page, days, nth=12)
    (cancelled, *_) = backfills(stack, TRAFFIC)
    backfill_menu(stack, page, cancelled["id"], "Cancel backfill")
    page.get_by_role("dialog").get_by_role("button", name="Cancel backfill").click()
    ended = wait_for(lambda: finished_backfill(stack, TRAFFIC), 300)
    assert (ended["id"], ended["status"]) == (cancelled["id"], "CANCELED"), stack.logs()
    assert [each["status"] for each in ended["runs"]] == ["CANCELED"]
    release(stack)
    assert 0 < asked(stack) - before < STORES * len(days), "half-way"

    backfill_menu(stack, page, cancelled["id"], "Re-execute from failure")
    done = wait_for(lambda: finished_backfill(stack, TRAFFIC, after=cancelled["id"]), 600)
    assert done["status"] == "COMPLETED_SUCCESS", stack.logs()
    assert asked(stack) - before == STORES * len(days), "asked for twice, or not at all"
    assert painted(stack, TRAFFIC, days) == dict.fromkeys(days, "MATERIALIZED")
    assert_landed_once(stack, days)


def test_a_cancelled_run_goes_on_where_it_stopped_when_it_is_executed_again(stack: Stack, page: Page):
    days, before = partitions(stack, TRAFFIC)["partitionKeys"][-25:-18], asked(stack)
    launch_backfill_until_held(stack, page, days, nth=9)
    (backfill, *_) = backfills(stack, TRAFFIC)
    (run,) = backfill["runs"]
    terminate(stack, page, run["id"])
    ended = wait_for(lambda: finished_backfill(stack, TRAFFIC), 300)
    assert ended["id"] == backfill["id"] and [each["status"] for each in ended["runs"]] == ["CANCELED"], stack.logs()
    release(stack)
    assert 0 < asked(stack) - before < STORES * len(days), "half-way"

    execute_again(stack, page, run["id"])
    again = wait_for(lambda: finished_again(stack, run["id"]), 600)
    assert again["status"] == "SUCCESS", stack.logs()
    assert asked(stack) - before == STORES * len(days), "asked for twice, or not at all"
    assert painted(stack, TRAFFIC, days) == dict.fromkeys(days, "MATERIALIZED")
    assert_landed_once(stack, days)


def test_the_marts_and_the_briefs_follow(stack: Stack, page: Page, pictures: Path):
    backfilled(stack, page, partitions(stack, ASSET)["partitionKeys"][-31:-1])
    since = time.time()
    stack.start_sensors()
    assert wait_for(lambda: finished_build(stack, since), 600)["status"] == "SUCCESS", stack.logs()
    with psycopg.connect(stack.warehouse_url) as conn:
        briefs = conn.execute("select distinct store_id, language from insights.briefs where grounded").fetchall()
    assert {(store, language) for store in ("harbor-us", "harbor-de", "sakura-jp") for language in ("en", "zh")} <= set(
        briefs
    )

    page.set_viewport_size({"width": 1900, "height": 700})
    unfolded = ",".join(f"global@global:{group}" for group in GROUPS)
    page.goto(f"{stack.url}/asset-groups~{quote(LINEAGE, safe='')}?expanded={quote(unfolded, safe='')}")
    # long names are shortened in the middle
    for name in (r"all_or.*date", r"stg_amaz.*date", "order_items", "sales_daily", "demand_forecasts"):
        expect(page.get_by_text(re.compile(f"^{name}$")).first).to_be_visible()
    page.wait_for_function(IS_GREEN, arg="demand_forecasts")
    page.screenshot(path=pictures / "dagster-lineage.png")


def backfilled(stack: Stack, page: Page, days: list[str]) -> Any:
    """The backfill of these days, when it has ended; started by hand, if none was."""
    if not (found := finished_backfill(stack, ASSET)):
        launch_backfill(stack, page, ASSET, days)
        found = wait_for(lambda: finished_backfill(stack, ASSET), 600)
    return found


def launch_backfill_until_held(stack: Stack, page: Page, days: Sequence[str], nth: int) -> None:
    """Launch one of traffic; Amazon answers to no request for a report from the n-th on, so that it stays under way."""
    held = list(range(nth, 1000))
    stack.simulator("faults", {"rules": [{"do": "hold", "nth": held, "match": REPORT}]})
    launch_backfill(stack, page, TRAFFIC, days)
    wait_for(lambda: stack.simulator("held"), 300)


def release(stack: Stack) -> None:
    """What was kept back is forgotten, as if it had never come; from now on everything is answered."""
    stack.simulator("faults", {"rules": []})
    stack.simulator("release", {"drop": True})


def asked(stack: Stack) -> int:
    """How many reports of traffic Amazon was asked for so far."""
    counts = stack.simulator("counts")["createReport"]
    return sum(each["count"] for each in counts if each["report_type"] == REPORT["report_type"])


def evaluated(stack: Stack, known: set[str]) -> list[Any]:
    """What the check of traffic has said in runs that are not known."""
    found = coverage_checks(stack, TRAFFIC)
    return [each for each in found if each["runId"] not in known and each["evaluation"]]


def assert_landed_once(stack: Stack, days: Sequence[str]) -> None:
    """Each of these days is loaded for each store, once, and its rows are those of the world."""
    with psycopg.connect(stack.warehouse_url) as conn:
        ledger = conn.execute(LEDGER, (list(days),)).fetchone()
        of_days = conn.execute(ROWS_OF_DAYS, (list(days),)).fetchall()
        of_products = conn.execute(ROWS_OF_PRODUCTS, (list(days),)).fetchall()
    slices = STORES * len(days)
    assert ledger == (slices, slices, True, 0, slices)
    assert sorted(of_days) == true_rows(stack, "by_date", days, "units_ordered", "sessions")
    assert sorted(of_products) == true_rows(stack, "by_asin", days, "child_asin", "units_ordered")


def true_rows(stack: Stack, section: str, days: Sequence[str], *columns: str) -> list[tuple[Any, ...]]:
    """What the world knows of these days of traffic."""
    state = stack.home / "demo" / "simulator"
    world = WorldFile.read(state)
    assert world is not None
    rows = records(f"stg_amazon_sp__sales_and_traffic__{section}", seed=world.seed, state=state)
    wanted = {date.fromisoformat(day) for day in days}
    return sorted(
        (row["store_id"], row["date"], *(row[name] for name in columns)) for row in rows if row["date"] in wanted
    )


def finished_build(stack: Stack, after: float) -> Any:
    """A build that was started by the sensor after that moment (seconds since 1970), when it has ended."""
    for run in stack.query(BUILDS)["runsOrError"]["results"]:
        if run["endTime"] and run["startTime"] > after:
            return run
    return None
