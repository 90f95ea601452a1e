"""Inventory reports on bad days, from request to raw: parts of planning reports, shifted and broken restock reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.landing.run.results import FeedResult
from tests.support.running import LandingWorld

PLANNING, RESTOCK = "amazon_sp.inventory_planning", "amazon_sp.restock_recommendations"
STRANDED = "amazon_sp.stranded_inventory"
JP = ("sakura-jp",)
SOON = timedelta(minutes=31)


def state(result: FeedResult) -> str:
    (only,) = {each.state for each in result.outcomes}
    return only


def rows(world: LandingWorld, feed: str) -> int:
    return world.query(f"select count(*) from raw.{feed.replace('.', '__')}")[0][0]  # noqa: S608


def strike(world: LandingWorld, fault: dict[str, object], report_type: str) -> None:
    world.simulator.set_faults([{**fault, "match": {"report_type": report_type}}])


@pytest.mark.thorough
def test_parts_of_a_planning_report_are_kept_aside_until_a_whole_one_comes(landing):
    world: LandingWorld = landing(products=30)
    assert state(world.land(PLANNING, stores=JP)[PLANNING]) == "loaded"
    whole = rows(world, PLANNING)
    strike(world, {"do": "sample_rows", "times": 2}, "GET_FBA_INVENTORY_PLANNING_DATA")
    world.move(timedelta(hours=20))
    seen = []
    for _ in range(3):
        result = world.land(PLANNING, stores=JP)[PLANNING]
        seen.append((state(result), result.requests))
        world.move(SOON)
    assert seen == [("quarantined", 1), ("quarantined", 1), ("loaded", 1)]
    assert rows(world, PLANNING) >= 2 * whole - 3
    assert world.query("select count(*) from ops.loads where feed = %s", PLANNING) == [(2,)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fault",
    [
        {"do": "shifted_rows"},
        pytest.param({"do": "split_rows", "column": "Product Name", "rows": 3}, marks=pytest.mark.thorough),
    ],
)
def test_a_restock_report_out_of_shape_fails_with_its_lines_and_the_next_one_lands(landing, fault):
    world: LandingWorld = landing(products=30)
    strike(world, {**fault, "times": 1}, "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT")
    bad = world.land(RESTOCK, stores=JP)[RESTOCK]
    assert state(bad) == "failed"
    assert all("may be shifted too" in (each.reason or "") for each in bad.outcomes)
    rejected = world.query("select file_line, reason from ops.rejected_rows order by 1")
    assert len(rejected) >= 6
    assert all("out of place" in why or "fewer" in why or "broke the line" in why for _, why in rejected)
    assert world.query("select count(*) from ops.loads where feed = %s", RESTOCK) == [(0,)]
    world.move(SOON)
    assert state(world.land(RESTOCK, stores=JP)[RESTOCK]) == "loaded"
    assert rows(world, RESTOCK) == 30


@pytest.mark.thorough
def test_a_cancelled_report_of_stranded_stock_means_that_none_is_stranded(landing):
    world: LandingWorld = landing()
    strike(world, {"do": "cancelled", "times": 1}, "GET_STRANDED_INVENTORY_UI_DATA")
    assert state(world.land(STRANDED, stores=JP)[STRANDED]) == "empty"
    world.move(SOON)
    assert world.land(STRANDED, stores=JP)[STRANDED].requests == 0, "it was asked for again on the same day"
    world.move(timedelta(hours=20))
    assert state(world.land(STRANDED, stores=JP)[STRANDED]) == "loaded"
    states = world.query("select state from ops.slices where feed = %s and state in ('empty', 'loaded')", STRANDED)
    assert sorted(states) == [("empty",), ("loaded",)]
