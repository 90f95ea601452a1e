"""A run is killed (SIGKILL) at each point where it could lose or double something; the next run brings the same rows.

The simulator keeps an answer back, or a lock of the test's keeps the warehouse busy, so that the run stands exactly
there when it is killed. Nothing may be asked for twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from pipelines.feeds import Feed
from pipelines.landing.planning.selection import Selection
from pipelines.landing.views.overdue import overdue
from pipelines.orchestration.automation import SLOTS, last_night
from tests.support.forked import Forked
from tests.support.running import LandingWorld, until

LEDGER = "amazon_sp.ledger_summary"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
ADS = "amazon_ads.sp_campaigns"
CRAWL = "apify.products"
SETTLEMENTS = "amazon_sp.settlements_v2"
TABLES = {
    LEDGER: "amazon_sp__ledger_summary",
    MYI: "amazon_sp__fba_myi_unsuppressed_inventory",
    ADS: "amazon_ads__sp_campaigns",
    CRAWL: "apify__products",
}
# whose today has no snapshot yet of the seller's own tool (it makes one at 01:30)
EARLY = "2026-11-21T16:00:00+00:00"


def kill(process: Forked) -> None:
    process.kill()
    process.wait(30)


def finished_without_asking_again(world: LandingWorld, feed: str, asked: int) -> None:
    """Another run finishes what was left, and asks for nothing that was asked for."""
    world.simulator.set_faults([])
    world.simulator.release()
    outcomes = world.land(feed, stores=("sakura-jp",))[feed].outcomes
    assert {each.state for each in outcomes} <= {"loaded", "empty"}
    assert world.twice() == []
    assert world.asked() == asked, "something was asked for again"
    settled = "select count(*) from ops.slices where feed = %s and state not in ('loaded', 'empty', 'unavailable')"
    assert world.query(settled, feed) == [(0,)]
    assert world.query("select count(*) from ops.slices where claimed_by is not null") == [(0,)]
    assert world.land(feed, stores=("sakura-jp",))[feed].outcomes == []


def same_rows_as_an_undisturbed_run(
    world: LandingWorld, feed: str, asked: int, new_database: Callable[[], Any]
) -> None:
    """Finish with another run; then compare with a run that nobody disturbed, in a warehouse of its own."""
    finished_without_asking_again(world, feed, asked)
    undisturbed = LandingWorld(world.simulator, new_database(), world.home, world.now)
    undisturbed.land(feed, stores=("sakura-jp",))
    assert undisturbed.query("select count(*) from ops.slices") == world.query("select count(*) from ops.slices")
    rows = world.current_rows(TABLES[feed], feed)
    if feed == CRAWL:
        # another run of the crawler finds another moment of the pages
        assert sum(rows.values()) == sum(undisturbed.current_rows(TABLES[feed], feed).values())
    else:
        assert rows == undisturbed.current_rows(TABLES[feed], feed)


@pytest.fixture
def new_database(postgres):
    from pipelines.warehouse.connection import Warehouse

    made = []

    def make() -> Warehouse:
        made.append(postgres.create())
        return Warehouse(made[-1])

    yield make
    for url in made:
        postgres.drop(url)


@pytest.mark.parametrize(
    ("feed", "operation", "when"),
    [
        (LEDGER, "sp.createReport", "before"),
        (ADS, "ads.createReport", "after"),
        *(
            pytest.param(*each, marks=pytest.mark.thorough)
            for each in (
                (LEDGER, "sp.createReport", "after"),
                (MYI, "sp.createReport", "before"),
                (MYI, "sp.createReport", "after"),
                (ADS, "ads.createReport", "before"),
                (CRAWL, "apify.startRun", "before"),
                (CRAWL, "apify.startRun", "after"),
            )
        ),
    ],
)
def test_killed_before_the_answer_came(landing, new_database, feed, operation, when):
    api, name = operation.split(".")
    # an Ads report is found again while it is being made
    slow = {"time_scale": 25} if feed == ADS else {}
    world = landing(**({"now": EARLY} if feed == MYI else {}), **slow)
    if feed == MYI:
        world.now = world.now.fromisoformat(EARLY)
    world.simulator.set_faults([{"do": "hold", "when": when, "match": {"api": api, "operation": name}}])
    process = world.start(feed, stores=("sakura-jp",))
    until(world.simulator.held, "the request is held")
    assert world.states(feed).get("requesting", 0) > 0, "the intent was not written down before the request was sent"
    kill(process)
    if when == "before":
        # the request takes effect although nobody waits for it any more
        world.simulator.release()
        until(lambda: world.asked() == 1, "the request takes effect")
    same_rows_as_an_undisturbed_run(world, feed, 1, new_database)


@pytest.mark.parametrize(
    ("feed", "poll"),
    [
        (LEDGER, 1),
        *(
            pytest.param(*each, marks=pytest.mark.thorough)
            for each in ((ADS, 1), (CRAWL, 1), (LEDGER, 2), (ADS, 2), (CRAWL, 2))
        ),
    ],
)
def test_killed_before_the_first_poll_and_while_polling(landing, new_database, feed, poll):
    # slow enough that the first poll finds it unfinished
    world = landing(time_scale=8 if poll == 2 else 60)
    operation = "getRun" if feed == CRAWL else "getReport"
    world.simulator.set_faults([{"do": "hold", "nth": poll, "match": {"operation": operation}}])
    process = world.start(feed, stores=("sakura-jp",))
    until(world.simulator.held, f"poll {poll} is held")
    assert world.query("select state from ops.requests where feed = %s and origin = 'api'", feed) == [("requested",)]
    kill(process)
    if poll == 1:
        same_rows_as_an_undisturbed_run(world, feed, 1, new_database)
    else:
        finished_without_asking_again(world, feed, 1)


@pytest.mark.parametrize(
    "feed", [pytest.param(LEDGER, marks=pytest.mark.thorough), ADS, pytest.param(CRAWL, marks=pytest.mark.thorough)]
)
def test_killed_while_downloading(landing, new_database, feed):
    world = landing()
    operation = "getItems" if feed == CRAWL else "download"
    world.simulator.set_faults([{"do": "hold", "when": "after", "match": {"operation": operation}}])
    process = world.start(feed, stores=("sakura-jp",))
    until(lambda: world.query("select 1 from ops.requests where state = 'ready' and origin = 'api'"), "it is ready")
    until(world.simulator.held, "the download is held")
    kill(process)
    same_rows_as_an_undisturbed_run(world, feed, 1, new_database)


def blocked(world: LandingWorld) -> list[Any]:
    """Statements of a landing that wait for a lock."""
    return world.query(
        "select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
        "and application_name like 'tradewind%%'"
    )


def test_killed_during_copy(landing, new_database):
    world = landing()
    world.land(LEDGER, stores=("harbor-us",))
    with psycopg.connect(world.warehouse.url) as lock:
        lock.execute("lock table raw.amazon_sp__ledger_summary in access exclusive mode")
        process = world.start(LEDGER, stores=("sakura-jp",))
        # others wait for a moment, of a lease or a budget: it is the copy that waits here
        until(lambda: any("amazon_sp__ledger_summary" in query for (query,) in blocked(world)), "the copy waits")
        kill(process)
        assert set(world.states(LEDGER)) == {"ready", "loaded"}
    until(lambda: not blocked(world), "the killed run's session ends")
    world.simulator.set_faults([])
    world.land(LEDGER, stores=("sakura-jp",))
    assert world.twice() == []
    assert world.asked() == 2
    assert world.query("select count(*) from ops.loads where feed = %s", LEDGER) == [(2,)]
    undisturbed = LandingWorld(world.simulator, new_database(), world.home, world.now)
    undisturbed.land(LEDGER, stores=("sakura-jp", "harbor-us"))
    assert world.current_rows(TABLES[LEDGER], LEDGER) == undisturbed.current_rows(TABLES[LEDGER], LEDGER)


def behind(world: LandingWorld, feed: str) -> list[str]:
    """The scopes for which the whole of a feed is overdue."""

    def night(of: Feed, zone: str) -> datetime:
        return last_night(next(slot for slot in SLOTS if of.name in slot.feeds), zone, world.now)

    with world.warehouse.connect() as conn:
        found = overdue(conn, world.settings, world.catalog, world.now, night, ())
    return sorted(each.scope.scope_id for each in found if each.feed == feed and not each.again)


@pytest.mark.thorough
def test_killed_before_all_of_the_past_was_adopted(landing, new_database):
    world = landing()
    world.simulator.set_faults([{"do": "hold", "when": "before", "match": {"operation": "download"}}])
    process = world.start(MYI, stores=("sakura-jp",))
    until(world.simulator.held, "the first download is held")
    kill(process)
    (scope,) = {row[0] for row in world.query("select scope_id from ops.slices where feed = %s", MYI)}
    assert scope in behind(world, MYI), "days that the run had not come to have no slice: nothing else tells of them"
    same_rows_as_an_undisturbed_run(world, MYI, world.asked(), new_database)
    assert scope not in behind(world, MYI)


@pytest.mark.thorough
def test_a_list_is_read_again_after_a_night_in_which_nothing_ran(landing):
    world = landing()
    world.land(SETTLEMENTS, stores=("sakura-jp",))
    (scope,) = {row[0] for row in world.query("select scope_id from ops.looks where feed = %s", SETTLEMENTS)}
    assert scope not in behind(world, SETTLEMENTS)
    world.move(timedelta(days=1))
    assert scope in behind(world, SETTLEMENTS)
    world.select(Selection(feeds=(SETTLEMENTS,), stores=("sakura-jp",), again=True))
    assert scope in behind(world, SETTLEMENTS), "a run that only tries again does not look for what is new"
    world.land(SETTLEMENTS, stores=("sakura-jp",))
    assert scope not in behind(world, SETTLEMENTS)


@pytest.mark.thorough
def test_killed_before_days_were_asked_for_that_are_to_be_read_again(landing):
    world = landing()
    world.land(LEDGER, stores=("sakura-jp",))
    (scope,) = {row[0] for row in world.query("select scope_id from ops.slices where feed = %s", LEDGER)}
    assert scope not in behind(world, LEDGER)
    world.move(timedelta(days=1))
    world.simulator.set_faults([{"do": "hold", "when": "before", "match": {"operation": "sp.createReport"}}])
    process = world.start(LEDGER, stores=("sakura-jp",))
    until(world.simulator.held, "the request of a report is held")
    kill(process)
    assert scope in behind(world, LEDGER), "days that are to be read again are loaded: nothing else tells of them"
    world.simulator.set_faults([])
    world.simulator.release()
    world.land(LEDGER, stores=("sakura-jp",))
    assert scope not in behind(world, LEDGER)


def test_killed_between_copy_and_commit(landing, new_database):
    world = landing()
    world.simulator.set_faults([{"do": "hold", "when": "before", "match": {"operation": "download"}}])
    process = world.start(LEDGER, stores=("sakura-jp",))
    until(world.simulator.held, "the download is held")
    with psycopg.connect(world.warehouse.url) as lock:
        lock.execute("select 1 from ops.slices where feed = %s for update", (LEDGER,))
        world.simulator.set_faults([])
        world.simulator.release()
        until(lambda: blocked(world), "the slices are waited for")
        # the rows are copied, in a transaction that nobody else sees
        assert any("ops.slices" in query for (query,) in blocked(world))
        assert world.query("select count(*) from ops.loads") == [(0,)]
        kill(process)
    until(lambda: not blocked(world), "the killed run's session ends")
    assert world.query("select count(*) from ops.loads") == [(0,)], "a killed load was committed"
    same_rows_as_an_undisturbed_run(world, LEDGER, 1, new_database)


def test_a_killed_run_frees_its_leases_at_once_and_a_living_one_keeps_them(landing):
    world = landing()
    world.simulator.set_faults([{"do": "hold", "match": {"operation": "getReport"}}])
    process = world.start(LEDGER, stores=("sakura-jp",))
    until(world.simulator.held, "a poll is held")
    beside = world.land(LEDGER, stores=("sakura-jp",))[LEDGER]
    assert beside.outcomes == [] or {each.reason for each in beside.outcomes} == {"Another run is working on it."}
    assert beside.requests == 0
    kill(process)
    world.simulator.set_faults([])
    world.simulator.release()
    after = world.land(LEDGER, stores=("sakura-jp",))[LEDGER]
    assert {each.state for each in after.outcomes} == {"loaded"}
    assert after.requests == 0


@pytest.mark.thorough
def test_a_report_left_for_days_is_taken_and_what_fell_due_since_is_asked_for(landing):
    world = landing()
    world.simulator.set_faults([{"do": "hold", "match": {"operation": "getReport"}}])
    process = world.start(LEDGER, stores=("sakura-jp",))
    until(world.simulator.held, "a poll is held")
    kill(process)
    world.simulator.set_faults([])
    world.simulator.release()
    world.move(timedelta(days=2))
    result = world.land(LEDGER, stores=("sakura-jp",))[LEDGER]
    assert {each.state for each in result.outcomes} == {"loaded"}
    assert world.land(LEDGER, stores=("sakura-jp",))[LEDGER].outcomes == []
    assert world.states(LEDGER) == {"loaded": 8}
    assert world.twice() == []
