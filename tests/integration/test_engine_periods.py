"""Weeks and months, and requests that name the store's own ASINs: asked for once, each part as what it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.planning import periods
from pipelines.landing.planning.ledger_state import LISTINGS
from pipelines.landing.planning.selection import Selection
from pipelines.landing.views.forecast import plan
from tests.support.running import LandingWorld

QUERIES = "amazon_sp.search_query_performance"
BASKETS = "amazon_sp.market_basket"
FEES = "amazon_sp.storage_fees"
JP = ("sakura-jp",)


def parts(world: LandingWorld) -> dict[str, str]:
    """ASINs of each part of the search queries, by slice key."""
    rows = world.query("select slice_key, options ->> 'asin' from ops.slices where feed = %s order by 1", QUERIES)
    return dict(rows)


def rows_of_parts(world: LandingWorld) -> dict[str, set[str]]:
    """The ASINs of the rows that each part points at."""
    rows = world.query(
        "select s.slice_key, array_agg(distinct r.item ->> 'asin') from ops.slices s "
        "join raw.amazon_sp__search_query_performance r on r.load_id = s.current_load_id "
        "where s.feed = %s group by 1",
        QUERIES,
    )
    return {key: set(asins) for key, asins in rows}


@pytest.mark.thorough
def test_weeks_and_parts_land_once_after_the_listings(landing):
    world: LandingWorld = landing(days=22, products=40)
    waiting = world.land(QUERIES, stores=JP)[QUERIES]
    assert waiting.requests == 0
    assert {each.state for each in waiting.outcomes} == {"due"}
    assert "amazon_sp.merchant_listings has to land first" in str(waiting.outcomes[0].reason)
    weeks = {each.day for each in waiting.outcomes}
    assert parts(world) == dict.fromkeys(map(date.isoformat, weeks))

    results = world.land(LISTINGS, QUERIES, BASKETS, stores=JP)
    bad = [each for result in results.values() for each in result.outcomes if each.state not in ("loaded", "empty")]
    assert not [each for each in bad if each.feed != LISTINGS]
    asins = world.query("select distinct asin1 from raw.amazon_sp__merchant_listings where asin1 <> '' order by 1")
    known = parts(world)
    for week in weeks:
        texts = [text for key, text in sorted(known.items()) if key.startswith(week.isoformat())]
        assert len(texts) > 1
        assert all(len(text) <= FEEDS[QUERIES].asins_characters for text in texts)
        assert [(asin,) for text in texts for asin in text.split()] == asins, "each once, sorted"
    assert results[QUERIES].requests == len(known)
    assert all(asins <= set(known[key].split()) for key, asins in rows_of_parts(world).items())
    # adjacent weeks in one request
    spans = world.query("select window_start, window_end from ops.requests where feed = %s", BASKETS)
    assert spans == [(min(weeks), periods.last_of("week", max(weeks)))]
    assert world.twice() == []
    again = world.land(QUERIES, BASKETS, stores=JP)
    assert not any(result.requests or result.outcomes for result in again.values())
    assert plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(QUERIES, BASKETS), stores=JP)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fault", [{"do": "cut"}, pytest.param({"do": "status_html", "status": 502}, marks=pytest.mark.thorough)]
)
def test_an_answer_that_is_lost_is_found_for_the_part_that_it_is_of(landing, fault):
    world: LandingWorld = landing(days=14, products=40)
    world.land(LISTINGS, stores=JP)
    match = {"operation": "createReport", "report_type": FEEDS[QUERIES].report_type}
    world.simulator.set_faults([{**fault, "nth": 2, "match": match}])
    result = world.land(QUERIES, stores=JP)[QUERIES]
    assert len(result.outcomes) > 2
    assert {each.state for each in result.outcomes} <= {"loaded", "empty"}, [each.reason for each in result.outcomes]
    assert world.twice() == []
    known = parts(world)
    assert all(asins <= set(known[key].split()) for key, asins in rows_of_parts(world).items())


@pytest.mark.thorough
def test_a_week_is_restated_with_the_next_one_in_one_request(landing):
    world: LandingWorld = landing(days=14)
    world.land(BASKETS, stores=JP)
    assert world.query("select slice_key from ops.slices where feed = %s", BASKETS) == [("2026-11-08",)]
    world.move(timedelta(days=3))
    (planned,) = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(BASKETS,), stores=JP))
    assert planned.reason == "age 8 reached, never asked"
    assert (planned.first, planned.last, planned.slices) == (date(2026, 11, 8), date(2026, 11, 21), 2)
    result = world.land(BASKETS, stores=JP)[BASKETS]
    assert result.requests == 1
    assert sorted(each.slice_key for each in result.outcomes) == ["2026-11-08", "2026-11-15"]
    assert {each.state for each in result.outcomes} == {"loaded"}
    loads = world.query("select count(distinct current_load_id) from ops.slices where feed = %s", BASKETS)
    assert loads == [(1,)], "both weeks point at the document that has them"


@pytest.mark.thorough
def test_a_month_is_a_slice(landing):
    world: LandingWorld = landing(days=60)
    result = world.land(FEES, stores=JP)[FEES]
    assert [(each.slice_key, each.state) for each in result.outcomes] == [("2026-10-01", "loaded")]
    windows = world.query("select distinct window_start, window_end from ops.requests where feed = %s", FEES)
    assert windows == [(date(2026, 10, 1), date(2026, 10, 31))]
    assert world.query("select period, first_day, last_day from ops.expected where feed = %s", FEES) == [
        ("month", date(2026, 10, 1), date(2026, 10, 1))
    ]
