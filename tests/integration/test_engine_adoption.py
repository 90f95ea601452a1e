"""What a source has already is used where it can be true, and left alone where it cannot."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml

from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices
from pipelines.landing.planning.adoption import adopts_windows
from tests.support.running import LandingWorld

ORDERS = "amazon_sp.all_orders_by_order_date"
ORDERS_TYPE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
LEDGER = "amazon_sp.ledger_summary"
LISTINGS = "amazon_sp.merchant_listings"
JP = ("sakura-jp",)
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 21)


def window(world: LandingWorld, first: date = FIRST, last: date = LAST) -> dict[str, str]:
    """dataStartTime and dataEndTime of marketplace days in Tokyo."""
    start, end = slices.data_range(first, last, "Asia/Tokyo", world.now + timedelta(days=9))
    return {"dataStartTime": start.isoformat(), "dataEndTime": end.isoformat()}


def test_orders_that_another_application_has_just_asked_for_are_not_asked_for_again(landing):
    world = landing()
    theirs = world.other_application_asks("sakura-jp", ORDERS_TYPE, **window(world))
    result = world.land(ORDERS, stores=JP)[ORDERS]
    assert {each.state for each in result.outcomes} == {"loaded"}
    assert result.requests == 0
    assert world.asked() == 1
    assert world.query("select origin, remote_id from ops.requests") == [("adopted", theirs)]
    assert world.land(ORDERS, stores=JP)[ORDERS].outcomes == []


@pytest.mark.thorough
def test_one_that_lacks_a_day_is_not_adopted(landing):
    world = landing()
    world.other_application_asks("sakura-jp", ORDERS_TYPE, **window(world, FIRST + timedelta(days=1)))
    assert world.land(ORDERS, stores=JP)[ORDERS].requests == 1


@pytest.mark.thorough
def test_force_asks_for_its_own(landing):
    world = landing()
    world.other_application_asks("sakura-jp", ORDERS_TYPE, **window(world))
    assert world.land(ORDERS, stores=JP, force=True)[ORDERS].requests == 1


@pytest.mark.thorough
def test_a_type_with_options_is_asked_for_whatever_others_have(landing):
    world = landing()
    options = {"reportOptions": {"aggregateByLocation": "FC", "aggregatedByTimePeriod": "MONTHLY"}}
    world.other_application_asks("sakura-jp", "GET_LEDGER_SUMMARY_VIEW_DATA", **window(world), **options)
    assert world.land(LEDGER, stores=JP)[LEDGER].requests == 1


@pytest.mark.thorough
def test_a_store_without_a_first_day_takes_all_snapshots_that_are_kept(landing):
    world = landing(days=20)
    path = world.simulator.config / "stores.yaml"
    content = yaml.safe_load(path.read_text())
    del content["tenants"]["sakura"]["accounts"][0]["stores"]["sakura-jp"]["history_from"]
    path.write_text(yaml.safe_dump(content))
    assert world.catalog.stores["sakura-jp"].history_from is None
    world.land(LISTINGS, stores=JP)
    days = [day for (day,) in world.query("select distinct day from ops.slices where state = 'loaded' order by 1")]
    assert len(days) > 10
    # days between the first that is there and today of which there is none are told by the next run
    world.land(LISTINGS, stores=JP)
    known = [day for (day,) in world.query("select distinct day from ops.slices order by 1")]
    assert known == list(slices.day_range(days[0], days[-1]))


@pytest.mark.thorough
def test_one_look_at_an_account_serves_all_its_feeds(landing):
    world = landing()
    world.land(stores=JP)
    looks = [each["detail"] for each in world.simulator.log() if each["operation"] == "getReports"]
    asked = [str(each["reportTypes"]).split(",") for each in looks if "createdSince" in each]
    types = [each for look in asked for each in look]
    assert len(types) == len(set(types)), "a type was looked for twice"
    assert all(len(look) == 10 for look in asked[:-1]), "Amazon takes ten types in a call"
    usable = {
        feed.report_type
        for feed in FEEDS.values()
        if feed.source == "amazon_sp" and feed.is_asked_for and (feed.shape != "windowed" or adopts_windows(feed))
    }
    assert set(types) == usable - without_windows(world)


def without_windows(world: LandingWorld) -> set[str]:
    """Types of feeds of periods of which none has ended in this world: there is nothing to look for."""
    planned = {name for (name,) in world.query("select distinct feed from ops.slices")}
    return {feed.report_type for feed in FEEDS.values() if feed.shape == "windowed" and feed.name not in planned}


@pytest.mark.thorough
def test_an_adopted_snapshot_whose_document_was_bad_once_is_fetched_again_on_a_later_day(landing):
    world = landing(days=4)
    world.simulator.set_faults([{"do": "html_error_page", "match": {"operation": "download"}}])
    first = world.land(LISTINGS, stores=JP)[LISTINGS]
    assert {each.state for each in first.outcomes} == {"failed"}
    past = world.query("select slice_key from ops.slices where state = 'failed' and day < '2026-11-22' order by 1")
    assert past
    world.simulator.set_faults([])
    world.move(timedelta(days=1))
    world.land(LISTINGS, stores=JP)
    assert world.query("select count(*) from ops.slices where state = 'failed'") == [(0,)]
    landed = world.query("select slice_key from ops.slices where state = 'loaded' and day < '2026-11-22' order by 1")
    assert landed == past
    assert world.simulator.counts()["createReport"] == []


def test_a_request_that_was_cut_off_and_could_not_be_looked_for_is_counted_in_the_ledger(landing):
    world = landing()
    world.simulator.set_faults(
        [
            {"do": "cut", "when": "after", "times": 1, "match": {"operation": "createReport"}},
            {"do": "status_json", "status": 403, "match": {"operation": "getReports"}},
        ]
    )
    result = world.land(LEDGER, stores=JP)[LEDGER]
    assert {each.state for each in result.outcomes} == {"refused"}
    assert world.query("select details -> 'unanswered' from ops.requests") == [(1,)]
