"""A backfill of thirty days by hand, in a browser, with the processes of docker-compose.yml and a Postgres of its own.

The pictures of the documentation are made by this test: `SCREENSHOTS_TO=docs/images .venv/bin/pytest tests/browser`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect

from pipelines.warehouse import embedded
from tests.support.compose import Stack, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

ASSET = ["amazon_sp", "all_orders_by_order_date"]
DAYS = """query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    partitionKeys partitionStats { numMaterialized numFailed }
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } }"""
BACKFILLS = """{ partitionBackfillsOrError { ... on PartitionBackfills { results { id status
    runs { status startTime endTime tags { key value } } } } } }"""
BUILDS = """{ runsOrError(filter: {pipelineName: "build_marts"}) { ... on Runs { results {
    status startTime endTime } } } }"""
GROUPS = ("amazon_sp", "intermediate", "sales", "inventory", "insights")
LINEAGE = 'key:"amazon_sp/all_orders_by_order_date"+ and +key:"insights/briefs"'
# a node of the graph has a green border when its state is known and good
IS_GREEN = """name => [...document.querySelectorAll("div")].filter(node => node.innerText === name).some(node => {
    const [red, green] = getComputedStyle(node).borderTopColor.match(/[0-9]+/g).map(Number);
    return green > red + 60; })"""


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


@pytest.mark.thorough
def test_thirty_days_are_backfilled_by_hand(stack: Stack, page: Page, pictures: Path):
    days = asset(stack)["partitionKeys"][-31:-1]  # up to yesterday
    backfill = backfilled(stack, page, days)
    assert backfill["status"] == "COMPLETED_SUCCESS", stack.logs()
    (run,) = backfill["runs"]
    tags = {tag["key"]: tag["value"] for tag in run["tags"]}
    assert tags["dagster/asset_partition_range_start"] == days[0]
    assert tags["dagster/asset_partition_range_end"] == days[-1]
    here = asset(stack)
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


@pytest.mark.thorough
def test_the_marts_and_the_briefs_follow(stack: Stack, page: Page, pictures: Path):
    backfilled(stack, page, asset(stack)["partitionKeys"][-31:-1])
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
    page.set_viewport_size({"width": 1440, "height": 900})
    if not (found := finished_backfill(stack)):
        page.goto(f"{stack.url}/assets/{'/'.join(ASSET)}")
        page.get_by_role("button", name="Materialize").first.click()
        dialog = page.get_by_role("dialog")
        chosen = dialog.locator("input[type=text]").first
        chosen.fill(f"[{days[0]}...{days[-1]}]")
        chosen.press("Enter")
        expect(dialog.get_by_text(f"{len(days)} partitions", exact=True)).to_be_visible()
        dialog.get_by_role("button", name="Launch backfill").click()
        found = wait_for(lambda: finished_backfill(stack), 600)
    return found


def asset(stack: Stack) -> Any:
    return stack.query(DAYS, key={"path": ASSET})["assetNodeOrError"]


def finished_backfill(stack: Stack) -> Any:
    """The backfill when it has ended."""
    found = stack.query(BACKFILLS)["partitionBackfillsOrError"]["results"]
    return found[0] if found and found[0]["status"] != "REQUESTED" else None


def finished_build(stack: Stack, after: float) -> Any:
    """A build that was started by the sensor after that moment (seconds since 1970), when it has ended."""
    for run in stack.query(BUILDS)["runsOrError"]["results"]:
        if run["endTime"] and run["startTime"] > after:
            return run
    return None
