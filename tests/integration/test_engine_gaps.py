"""What the ledger has lost is found by the next run and brought in again, and told until then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pipelines.landing.planning.selection import Selection
from pipelines.landing.views import status
from pipelines.landing.views.forecast import plan
from tests.support.running import LandingWorld

TRAFFIC = "amazon_sp.sales_and_traffic"
LEDGER = "amazon_sp.ledger_summary"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
ACCOUNT = "A4SAKURAFE3JP@fe"
JP = ("sakura-jp",)
ROW = "select day from ops.slices where feed = %s and scope_id = %s and state in ('loaded', 'empty') order by day"


def missing(world: LandingWorld) -> dict[tuple[str, str], int]:
    with world.warehouse.connect() as conn:
        rows = status.status(conn, world.catalog, world.now)
        ours = [row for row in rows if row.of in ("sakura-jp", ACCOUNT) and row.feed in (TRAFFIC, LEDGER, MYI)]
        return {(row.of, row.feed): row.missing for row in ours if row.missing}


def change(world: LandingWorld, statement: str, *values: object) -> None:
    with world.warehouse.connect() as conn:
        conn.execute(statement.encode(), values)


def test_lost_slices_and_broken_loads_are_repaired_by_the_next_run(landing):
    world: LandingWorld = landing(days=12)
    world.land(TRAFFIC, LEDGER, MYI, stores=JP)
    before = {feed: world.current_rows(table, feed) for table, feed in _TABLES.items()}
    days = [day for (day,) in world.query(ROW, TRAFFIC, "sakura-jp")]
    lost, unpointed, pruned = days[3], days[5], days[7]
    change(world, "delete from ops.slices where feed = %s and scope_id = 'sakura-jp' and day = %s", TRAFFIC, lost)
    change(
        world,
        "update ops.slices set current_load_id = null where feed = %s and scope_id = 'sakura-jp' and day = %s",
        *(TRAFFIC, unpointed),
    )
    change(
        world,
        "update ops.loads set pruned_at = now() where load_id = (select current_load_id from ops.slices "
        "where feed = %s and scope_id = 'sakura-jp' and day = %s)",
        *(TRAFFIC, pruned),
    )
    change(world, "delete from ops.slices where feed = %s and scope_id = %s", LEDGER, ACCOUNT)
    today = "2026-11-22"
    change(world, "delete from ops.slices where feed = %s and day = %s", MYI, today)
    change(world, "update ops.slices set current_load_id = null where feed = %s and state = 'loaded'", MYI)
    assert missing(world)["sakura-jp", TRAFFIC] == 3
    assert missing(world)[ACCOUNT, LEDGER] == 12

    asked = world.asked()
    planned = plan(world.settings, world.warehouse, world.catalog, Selection(feeds=(TRAFFIC, LEDGER, MYI), stores=JP))
    assert [(each.first, each.reason) for each in planned if each.feed == TRAFFIC] == [
        (pruned, "its load is gone"),
        (unpointed, "its load is gone"),
        (lost, "never asked"),
    ]
    assert world.land(TRAFFIC, LEDGER, MYI, stores=JP)[TRAFFIC].requests == 3
    # the ledger's days in one request; of today's inventory the report that brought it is still there
    assert world.asked() - asked == 4
    assert missing(world) == {}
    assert world.query("select count(*) from ops.slices where state = 'loaded' and current_load_id is null") == [(0,)]
    assert {feed: world.current_rows(table, feed) for table, feed in _TABLES.items()} == before


@pytest.mark.thorough
def test_what_was_lost_and_is_too_old_by_now_is_said_to_be_unavailable(landing):
    world: LandingWorld = landing(days=12)
    world.land(LEDGER, stores=JP)
    first = world.query("select first_day from ops.expected where feed = %s", LEDGER)[0][0]
    change(world, "delete from ops.slices where feed = %s and day < %s", LEDGER, first + timedelta(days=2))
    change(world, "update ops.expected set first_day = %s where feed = %s", date(2024, 11, 19), LEDGER)
    world.land(LEDGER, stores=JP)
    # the ledger is asked for as far back as its history and the store's reach
    states = world.query("select state, count(*), min(day), max(day) from ops.slices group by 1 order by 1")
    assert ("unavailable", (first - date(2024, 11, 19)).days, date(2024, 11, 19), first - timedelta(days=1)) in states
    assert (ACCOUNT, LEDGER) not in missing(world)


_TABLES = {"amazon_sp__sales_and_traffic__by_date": TRAFFIC, "amazon_sp__ledger_summary": LEDGER}
