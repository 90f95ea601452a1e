"""The engine against the simulated marketplaces: everything lands, nothing is asked for twice, only what is due."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta

import pytest

from pipelines.errors import ConfigError
from pipelines.feeds import FEEDS
from pipelines.landing.planning import slices
from pipelines.landing.planning.selection import Selection
from pipelines.landing.run.engine import land
from pipelines.landing.views import history, status
from pipelines.landing.views.forecast import plan, plan_and_budgets
from tests.support.running import LandingWorld, until

API_FEEDS = {feed.name for feed in FEEDS.values() if feed.is_asked_for}
TRAFFIC = "amazon_sp.sales_and_traffic"
LEDGER = "amazon_sp.ledger_summary"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
ADS = "amazon_ads.sp_campaigns"
ACCOUNT = "A4SAKURAFE3JP@fe"


def test_the_first_run_lands_every_feed_and_the_second_asks_and_loads_nothing(landing):
    world: LandingWorld = landing()
    first = world.land()
    assert set(first) == API_FEEDS
    bad = [each for result in first.values() for each in result.outcomes if each.state not in ("loaded", "empty")]
    assert bad == []
    # a week may not have ended yet, and of some things there are none in six days
    landed = [each for each in first.values() if any(outcome.state == "loaded" for outcome in each.outcomes)]
    assert len(landed) > len(API_FEEDS) / 2
    assert all(result.rows > 0 for result in landed)
    assert set(dict(world.query("select state, count(*) from ops.requests group by state"))) <= {"done", "cancelled"}
    assert world.query("select count(*) from ops.slices where claimed_by is not null") == [(0,)]

    asked, loads = world.asked(), world.query("select count(*), max(load_id) from ops.loads")
    second = world.land()
    assert set(second) == API_FEEDS
    assert not any(result.outcomes or result.rows or result.requests for result in second.values())
    assert world.asked() == asked
    assert world.query("select count(*), max(load_id) from ops.loads") == loads
    assert world.twice() == []


def test_three_days_later_only_what_is_due_is_asked_for(landing):
    world = landing()
    world.land(TRAFFIC, LEDGER)
    world.move(timedelta(days=3))
    planned = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC, LEDGER)))
    before = world.asked()
    results = world.land(TRAFFIC, LEDGER)
    assert world.asked() - before == len(planned) == sum(result.requests for result in results.values())
    days = {each.day for each in results[TRAFFIC].outcomes if each.scope_id == "sakura-jp"}
    today = date(2026, 11, 25)
    # three new days; of the old ones those that have meanwhile reached the age of 3 or 7
    assert {(today - day).days for day in days} == {1, 2, 3, 4, 5, 7, 8, 9}
    assert {each.scope_id for each in results[LEDGER].outcomes} == set(world.catalog.accounts) - {"A5BHARATIN4IN@eu"}
    assert world.asked() == before + len(planned)


@pytest.mark.thorough
def test_force_asks_for_everything_selected_again_and_copies_no_row_twice(landing):
    world = landing()
    world.land(LEDGER)
    loads = world.query("select count(*) from ops.loads")
    result = world.land(LEDGER, stores=("sakura-jp",), force=True)[LEDGER]
    assert result.requests == 1
    assert {each.state for each in result.outcomes} == {"loaded"}
    assert {each.scope_id for each in result.outcomes} == {"A4SAKURAFE3JP@fe"}
    assert world.query("select count(*) from ops.loads") == loads, "the same bytes were copied again"


def test_a_selection_of_days_touches_no_other(landing):
    world = landing()
    days = (date(2026, 11, 18), date(2026, 11, 19))
    result = world.land(TRAFFIC, days=days, stores=("sakura-jp",))[TRAFFIC]
    assert sorted(each.day for each in result.outcomes) == list(days)
    assert world.query("select count(*) from ops.slices") == [(2,)]


@pytest.mark.thorough
def test_two_processes_on_one_backlog_ask_for_nothing_twice(landing):
    world = landing(days=12)
    processes = [world.start() for _ in range(2)]
    told = [process.printed(180) for process in processes]
    assert [process.poll() for process in processes] == [0, 0], told
    assert world.twice() == []
    # what one had found taken is finished by the other
    assert world.land()[TRAFFIC].requests == 0
    assert world.states(TRAFFIC) == {"loaded": 36}
    assert world.query("select count(*) from ops.slices where state not in ('loaded', 'empty', 'unavailable')") == [
        (0,)
    ]
    # a shop's queries only read: they are not among what must not be asked for twice
    of_shops = ("shopify.", "ebay.", "woocommerce.")
    shares = [
        sum(each["requests"] for each in json.loads(out) if not each["feed"].startswith(of_shops)) for out in told
    ]
    assert sum(shares) == world.asked()


@pytest.mark.thorough
def test_snapshots_that_exist_are_adopted_and_days_without_are_unavailable(landing):
    world = landing(days=20)
    results = world.land(MYI, "amazon_sp.merchant_listings", "apify.products")
    assert results[MYI].requests == 0, "the seller's own tool has made one today"
    assert world.simulator.counts()["createReport"] == []
    origins = dict(world.query("select origin, count(*) from ops.requests where feed = %s group by 1", MYI))
    assert set(origins) == {"adopted"}
    missing = world.query("select slice_key, reason from ops.slices where feed = %s and state = 'unavailable'", MYI)
    assert missing
    assert all(len(key) == 10 and "No report was made on that day" in reason for key, reason in missing)
    days = world.query("select scope_id, count(distinct day) from ops.slices where feed = %s group by 1", MYI)
    assert {count for _, count in days} == {21}, "twenty days of history and today"
    # three marketplaces were crawled today: their earlier runs belong to the days before
    assert results["apify.products"].requests == 3


@pytest.mark.thorough
def test_settlements_are_taken_from_the_list_once(landing):
    world = landing(days=40)
    first = world.land("amazon_sp.settlements_v2")["amazon_sp.settlements_v2"]
    assert first.requests == 0
    assert {each.state for each in first.outcomes} == {"loaded"}
    assert world.land("amazon_sp.settlements_v2")["amazon_sp.settlements_v2"].outcomes == []


def test_the_plan_tells_reasons_costs_and_times_and_asks_nobody(landing):
    world = landing()
    planned = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC, LEDGER, ADS)))
    assert world.simulator.log() == []
    assert [each.feed for each in planned].count(TRAFFIC) == 18
    assert [each.feed for each in planned].count(LEDGER) == 3
    assert {each.reason for each in planned if each.feed == TRAFFIC} == {"never asked"}
    assert planned[0].last == date(2026, 11, 21), "the newest day first"
    # 15 reports at once, then one a minute: 7 of each account fit
    assert all(each.waits == 0 == each.done for each in planned)
    assert {each.operations for each in planned if each.feed != ADS} == {("createReport", "getReportDocument")}
    more = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC, LEDGER, ADS), force=True))
    assert len(more) == len(planned)


def test_the_plan_counts_the_budget(landing):
    world = landing(days=30)
    planned = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC,), stores=("sakura-jp",)))
    assert len(planned) == 30
    assert [each.waits == 0 for each in planned] == [True] * 15 + [False] * 15
    assert planned[-1].waits == pytest.approx(15 / 0.0167)
    assert planned[-1].earliest_text == "in 15 min"
    assert planned[-1].window_text == "2026-10-23"
    _, budgets = plan_and_budgets(
        world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC,), stores=("sakura-jp",))
    )
    assert [(each.account, each.operation, each.tokens, each.left) for each in budgets] == [
        (ACCOUNT, "createReport", 30, 15),
        (ACCOUNT, "getReportDocument", 30, 15),
    ]
    assert {each.waits for each in budgets} == {planned[-1].waits}


def test_status_and_explain_say_what_is_here_and_why(landing):
    world = landing()
    with world.warehouse.connect() as conn:
        before = {(row.of, row.feed): row for row in status.status(conn, world.catalog, world.now)}
    assert before["sakura-jp", TRAFFIC].missing == 6
    world.land(TRAFFIC, LEDGER)
    with world.warehouse.connect() as conn:
        rows = {(row.of, row.feed): row for row in status.status(conn, world.catalog, world.now)}
        one = rows["sakura-jp", TRAFFIC]
        assert (one.days_here, one.first, one.last, one.missing, one.gaps) == (
            6,
            date(2026, 11, 16),
            date(2026, 11, 21),
            0,
            (),
        )
        lines = list(history.explain(conn, history.parse(f"{LEDGER}/sakura-jp/2026-11-20"), world.catalog, world.now))
        assert lines[0] == f"{LEDGER} of A4SAKURAFE3JP@fe, 2026-11-20: loaded"
        told = "\n".join(lines)
        assert "because: never asked (6 days)" in told
        assert "sha256" in told
        ages = [slices.boundary(FEEDS[LEDGER], date(2026, 11, 20), age, "Asia/Tokyo") for age in (1, 2, 3, 7, 14)]
        assert f"  next: at {min(each for each in ages if each > world.now):%Y-%m-%d %H:%M:%S} UTC, at the age" in told
        for name in (f"sakura-jp {LEDGER} 2026-11-20", f"{LEDGER}:{ACCOUNT}:2026-11-20"):
            assert lines == list(history.explain(conn, history.parse(name), world.catalog, world.now))
        for day, reason in (
            ("2020-01-01", "it lies outside of the history, which is asked for from 2026-11-16 on"),
            ("2026-11-22", "it is not due yet; it will be at 2026-11-22 16:00:00 UTC"),
        ):
            (line,) = history.explain(conn, history.parse(f"{TRAFFIC}/sakura-jp/{day}"), world.catalog, world.now)
            assert line == f"The ledger has no slice {TRAFFIC}:sakura-jp:{day}: {reason}."
        for wrong, told in (
            ("nonsense", "names no slice"),
            ("no.feed/sakura-jp/2026-11-20", "There is no feed 'no.feed'"),
            (f"{TRAFFIC}/sakura-jp/yesterday", "'yesterday' is no day"),
            (f"{TRAFFIC}:sakura-us:2026-11-20", "There is no store 'sakura-us'"),
        ):
            with pytest.raises(ConfigError, match=told):
                list(history.explain(conn, history.parse(wrong), world.catalog, world.now))


@pytest.mark.thorough
def test_progress_is_told_and_ten_connections_suffice(landing):
    world = landing()
    events, most = [], 0

    def tell(event):
        nonlocal most
        events.append(event)
        count = world.query("select count(*) from pg_stat_activity where application_name like 'tradewind%'")[0][0]
        most = max(most, count)

    world.land(progress=tell)
    assert most <= 10
    last = {event.feed: event for event in events}
    assert set(last) == API_FEEDS
    assert all(event.phase == "done" and event.done == event.total for event in last.values())


def test_a_run_that_is_interrupted_leaves_what_the_next_one_finishes(landing):
    world = landing()
    world.simulator.set_faults([{"do": "hold", "match": {"operation": "getReport"}}])

    async def interrupted() -> None:
        selection = Selection(feeds=(LEDGER,))

        async def run() -> None:
            async for _ in land(world.settings, world.warehouse, world.catalog, selection):
                pass

        task = asyncio.create_task(run())
        await asyncio.to_thread(until, world.simulator.held, "a poll is held")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(interrupted())
    assert set(world.states(LEDGER)) == {"requested"}
    assert world.query("select count(*) from ops.slices where claimed_by is not null") == [(0,)]
    world.simulator.set_faults([])
    world.simulator.release()
    assert {each.state for each in world.land(LEDGER)[LEDGER].outcomes} == {"loaded"}
    assert world.twice() == []
    assert len(world.simulator.counts()["createReport"]) == 3


def test_feeds_are_yielded_as_they_are_finished_not_when_all_are(landing):
    world = landing()
    world.simulator.set_faults(
        [{"do": "hold", "match": {"operation": "download", "report_type": "GET_LEDGER_SUMMARY_VIEW_DATA"}}]
    )

    async def run() -> list[str]:
        order = []
        async for result in land(world.settings, world.warehouse, world.catalog, Selection(feeds=(LEDGER, ADS))):
            order.append(result.feed)
            if result.feed == ADS:
                world.simulator.set_faults([])
                world.simulator.release()
        return order

    assert asyncio.run(run()) == [ADS, LEDGER]
