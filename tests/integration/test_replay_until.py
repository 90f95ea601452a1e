"""Replay up to a moment: an empty warehouse becomes what it was then, by the documents that had come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from pipelines.errors import ConfigError
from pipelines.landing.upkeep.replay import replay
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.replaying import known, lose_everything

# windows that overlap, deliveries of orders, snapshots, sections, listed reports, and slices without data
FEEDS = ("amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update", "amazon_sp.merchant_listings")
FEEDS += ("amazon_sp.sales_and_traffic", "amazon_sp.settlements_v2", "amazon_sp.customer_returns")


def without_times(told: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is known, without when the ledger last wrote a slice."""
    slices = [{**json.loads(row), "updated_at": None} for row in told["ops.slices"]]
    return {**told, "ops.slices": sorted(json.dumps(row, sort_keys=True) for row in slices)}


@pytest.mark.thorough
def test_the_warehouse_of_a_moment_comes_back_and_then_that_of_today(landing) -> None:
    world = landing(products=3, days=4)
    world.land(*FEEDS)
    then = known(world.warehouse.url)
    ((moment,),) = world.query("select clock_timestamp()")
    world.move(timedelta(days=1))
    world.land(*FEEDS)
    today, calls = known(world.warehouse.url), len(world.simulator.log())
    assert len(today["ops.loads"]) > len(then["ops.loads"]) > 10
    assert {json.loads(row)["state"] for row in then["ops.slices"]} >= {"loaded", "empty"}

    with pytest.raises(ConfigError, match=r"has learned more since .*a replay takes nothing away.*--as-of 2"):
        replay(world.settings, world.warehouse, until=moment)
    assert known(world.warehouse.url) == today, "nothing was changed"

    lose_everything(world.warehouse.url)
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)
    replay(world.settings, world.warehouse, until=moment)
    back = known(world.warehouse.url)
    for table, rows in then.items():
        assert back[table] == rows, table

    replay(world.settings, world.warehouse)
    forward = without_times(known(world.warehouse.url))
    for table, rows in without_times(today).items():
        assert forward[table] == rows, table
    assert len(world.simulator.log()) == calls, "nobody is called"
    assert sum(result.requests for result in world.land(*FEEDS).values()) == 0, "nothing is asked for again"
