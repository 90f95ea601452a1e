"""Data Kiosk from the query to the rows: pages, lost answers, and what is there already."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.running import LandingWorld

TRAFFIC = "amazon_data_kiosk.sales_and_traffic_by_asin"
ECONOMICS = "amazon_data_kiosk.economics"
DATASET = "analytics_economics_2024_03_15.economics"
JP = ("sakura-jp",)


def outcomes(world: LandingWorld, *feeds: str) -> Counter[str]:
    results = world.land(*feeds, stores=JP)
    return Counter(each.state for result in results.values() for each in result.outcomes)


def test_queries_land_page_by_page_and_nothing_is_asked_twice(landing):
    world: LandingWorld = landing()
    world.simulator.set_faults([{"match": {"report_type": DATASET}, "do": "paged", "rows": 20}])
    assert outcomes(world, TRAFFIC, ECONOMICS) == {"loaded": 12}
    ((rows, days),) = world.query(
        "select count(*), count(distinct item ->> 'startDate') from raw.amazon_data_kiosk__economics"
    )
    queries = world.simulator.counts()["createQuery"]
    pages = [each for each in queries if "economics" in each["query"]]
    assert (days, len(queries) - len(pages)) == (6, 6)
    assert len(pages) == -(-rows // 20) > 2
    assert len({each["paginationToken"] for each in pages}) == len(pages)
    assert world.query("select count(*) from ops.requests where feed = %s", ECONOMICS) == [(1,)]
    assert world.twice() == []
    before = world.asked()
    assert outcomes(world, TRAFFIC, ECONOMICS) == {}
    assert world.asked() == before


@pytest.mark.thorough
def test_a_query_whose_answer_was_lost_is_found_by_its_text(landing):
    world: LandingWorld = landing()
    rule = {"match": {"operation": "kiosk.createQuery", "report_type": DATASET}, "do": "cut", "nth": 1}
    world.simulator.set_faults([rule])
    assert outcomes(world, ECONOMICS) == {"loaded": 6}
    assert [each["count"] for each in world.simulator.counts()["createQuery"]] == [1]


@pytest.mark.thorough
def test_queries_of_another_installation_are_used(landing):
    world: LandingWorld = landing()
    assert outcomes(world, TRAFFIC) == {"loaded": 6}
    asked = world.asked()
    with world.warehouse.connect() as conn:
        conn.execute("truncate ops.slices, ops.requests, ops.loads, ops.slice_history, ops.changes cascade")
    assert outcomes(world, TRAFFIC) == {"loaded": 6}
    assert world.asked() == asked
    assert world.query("select distinct origin from ops.requests") == [("adopted",)]


def test_what_amazon_cannot_answer_is_told(landing):
    world: LandingWorld = landing()
    reason = {"match": {"report_type": DATASET}, "do": "fatal", "reason": "too much is asked for", "times": 1}
    world.simulator.set_faults([reason])
    (result,) = world.land(ECONOMICS, stores=JP).values()
    assert {each.state for each in result.outcomes} == {"failed"}
    assert all("too much is asked for" in (each.reason or "") for each in result.outcomes)
