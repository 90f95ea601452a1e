"""Which reports that exist already are used, and which are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from pydantic import SecretStr

from pipelines.feeds import FEEDS
from pipelines.landing.planning import adoption, slices
from pipelines.landing.planning.slices import DueSlice, Window
from pipelines.marketplaces import MARKETPLACES
from pipelines.sources.base import RemoteReport
from pipelines.stores import Account, Scope, Store

ORDERS = FEEDS["amazon_sp.all_orders_by_order_date"]
LEDGER = FEEDS["amazon_sp.ledger_summary"]
LISTINGS = FEEDS["amazon_sp.merchant_listings"]
MYI = FEEDS["amazon_sp.fba_myi_unsuppressed_inventory"]
CRAWL = FEEDS["apify.products"]
DE, FR = MARKETPLACES["DE"], MARKETPLACES["FR"]
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 10), date(2026, 3, 18)


def store(marketplace=DE) -> Store:
    return Store(f"shop-{marketplace.country.lower()}", "t", "S@eu", "S", "eu", marketplace, has_api=True)


ACCOUNT = Account("S@eu", "S", "eu", "t", SecretStr("token"), None, (store(),))
OF_ACCOUNT = Scope("S@eu", (store(),), "Europe/Paris", ACCOUNT)
OF_STORE = Scope("shop-de", (store(),), "Europe/Paris", ACCOUNT)
WINDOW = Window(FIRST, LAST, tuple(DueSlice(day, "never asked") for day in slices.day_range(FIRST, LAST)))


def report(feed, created: datetime = NOW - timedelta(hours=1), **values) -> RemoteReport:
    start, end = slices.data_range(FIRST, LAST, "Europe/Paris", NOW)
    given = {
        "remote_id": "1",
        "state": "done",
        "created_at": created,
        "document_id": "d",
        "window_start": start,
        "window_end": end,
        "marketplace_ids": (DE.marketplace_id,),
        "report_type": feed.report_type,
    }
    return RemoteReport(**(given | values))


def test_a_report_that_covers_the_window_and_is_young_enough_is_adopted():
    found = report(ORDERS)
    assert adoption.for_window([found], ORDERS, OF_ACCOUNT, WINDOW, NOW) is found
    wider = replace(found, window_start=found.window_start - timedelta(days=3))
    assert adoption.for_window([wider], ORDERS, OF_ACCOUNT, WINDOW, NOW) is wider


def test_one_made_before_the_window_closed_plus_latency_is_not():
    closed = slices.local_midnight(LAST + timedelta(days=1), "Europe/Paris")
    early = report(ORDERS, closed + ORDERS.latency - timedelta(seconds=1))
    assert adoption.for_window([early], ORDERS, OF_ACCOUNT, WINDOW, NOW) is None
    just = report(ORDERS, closed + ORDERS.latency)
    assert adoption.for_window([just], ORDERS, OF_ACCOUNT, WINDOW, NOW) is just


def test_one_that_misses_a_day_or_a_marketplace_or_failed_is_not():
    good = report(ORDERS)
    for bad in (
        replace(good, window_end=good.window_end - timedelta(days=1)),
        replace(good, window_start=good.window_start + timedelta(hours=1)),
        replace(good, marketplace_ids=(FR.marketplace_id,)),
        replace(good, state="cancelled"),
        replace(good, report_type="GET_OTHER"),
        replace(good, window_start=None),
    ):
        assert adoption.for_window([bad], ORDERS, OF_ACCOUNT, WINDOW, NOW) is None, bad


def test_a_type_with_options_is_never_adopted_from_others():
    assert adoption.for_window([report(LEDGER)], LEDGER, OF_ACCOUNT, WINDOW, NOW) is None


def test_the_running_day_is_never_adopted():
    window = Window(FIRST, date(2026, 3, 20), (*WINDOW.due, DueSlice(date(2026, 3, 20), "running day")))
    found = report(ORDERS, window_end=NOW + timedelta(days=1))
    assert adoption.for_window([found], ORDERS, OF_ACCOUNT, window, NOW) is None


def test_a_lost_request_is_found_by_type_window_and_marketplace_since_the_intent():
    window = slices.data_range(FIRST, LAST, "Europe/Paris", NOW)
    ours = report(LEDGER, NOW)
    find = adoption.lost_request
    assert find([ours], LEDGER, OF_ACCOUNT, NOW, window) is ours
    assert find([report(LEDGER, NOW - timedelta(minutes=6))], LEDGER, OF_ACCOUNT, NOW, window) is None
    assert find([ours], LEDGER, OF_ACCOUNT, NOW, window, taken={"1"}) is None
    assert find([ours], LEDGER, OF_ACCOUNT, NOW, (window[0], window[1] - timedelta(days=1))) is None
    assert find([replace(ours, marketplace_ids=(FR.marketplace_id,))], LEDGER, OF_ACCOUNT, NOW, window) is None
    snapshot = report(MYI, NOW, window_start=None, window_end=None)
    assert find([snapshot], MYI, OF_ACCOUNT, NOW, None) is snapshot


def test_a_lost_crawl_is_found_by_its_input():
    run = report(CRAWL, NOW, marketplace_ids=(), details={"same_input": False})
    scope = Scope(DE.marketplace_id, (store(),), "Europe/Paris")
    assert adoption.lost_request([run], CRAWL, scope, NOW, None) is None
    ours = replace(run, details={"same_input": True})
    assert adoption.lost_request([run, ours], CRAWL, scope, NOW, None) is ours


def test_the_last_finished_snapshot_of_each_past_day_is_adopted():
    days = {date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 19)}
    first = report(LISTINGS, datetime(2026, 3, 17, 1, tzinfo=UTC), remote_id="a")
    last = report(LISTINGS, datetime(2026, 3, 17, 22, 59, tzinfo=UTC), remote_id="b")
    next_day = report(LISTINGS, datetime(2026, 3, 17, 23, 1, tzinfo=UTC), remote_id="c", state="fatal")
    found = adoption.snapshots_by_day([next_day, last, first], LISTINGS, OF_STORE, days)
    assert found == {date(2026, 3, 17): last}


def test_todays_snapshot_is_adopted_done_before_running_and_never_one_of_yesterday():
    done = report(MYI, datetime(2026, 3, 20, 1, tzinfo=UTC), remote_id="done")
    running = report(MYI, datetime(2026, 3, 20, 11, tzinfo=UTC), remote_id="running", state="running")
    before = report(MYI, datetime(2026, 3, 19, 22, 59, tzinfo=UTC), remote_id="before")
    assert adoption.of_today([before, done, running], MYI, OF_ACCOUNT, NOW) is done
    assert adoption.of_today([before, running], MYI, OF_ACCOUNT, NOW) is running
    assert adoption.of_today([before], MYI, OF_ACCOUNT, NOW) is None
    assert adoption.of_today([done], MYI, OF_ACCOUNT, NOW, exclude={"done"}) is None


def test_a_listing_of_several_marketplaces_is_no_stores_own_but_may_be_an_accounts():
    both = (DE.marketplace_id, FR.marketplace_id)
    assert not adoption.is_for(report(LISTINGS, marketplace_ids=both), LISTINGS, OF_STORE)
    assert adoption.is_for(report(LEDGER, marketplace_ids=both), LEDGER, OF_ACCOUNT)


def test_a_query_is_adopted_for_exactly_its_own_days():
    """Its rows may sum up all of its days, so that one of more days says nothing of each."""
    kiosk = FEEDS["amazon_data_kiosk.economics"]
    found = report(kiosk)
    assert adoption.for_window([found], kiosk, OF_STORE, WINDOW, NOW) is found
    for longer in (
        replace(found, window_start=found.window_start - timedelta(days=1)),
        replace(found, window_end=found.window_end + timedelta(days=1)),
    ):
        assert adoption.for_window([longer], kiosk, OF_STORE, WINDOW, NOW) is None
