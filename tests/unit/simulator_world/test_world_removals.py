"""Removal orders of the world: they are what leaves the ledger, the settlements charge them, the plans await them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from simulator.seeded_world import World
from simulator.world.business import StoreBusiness
from simulator.world.inventory.planning import planning
from simulator.world.inventory.removals import CANCELLED, COMPLETED, IN_PROCESS, pending, removal_orders
from simulator.world.marketplaces import local_day
from simulator.world.money.settlements import settlements
from tests.support.seeds import of_seeds

STORES = ("harbor-us", "harbor-de", "sakura-jp")


@pytest.fixture(params=of_seeds(1, 7, 20261))
def businesses(
    request: pytest.FixtureRequest, world_of: Callable[[int], World], now: datetime
) -> tuple[StoreBusiness, ...]:
    """The configured stores of a world."""
    world = world_of(request.param)
    return tuple(world.business(world.store(name)).until(now) for name in STORES)


def test_every_world_has_removals_of_each_kind_and_in_each_state(businesses, now):
    orders = [order for business in businesses for order in removal_orders(business, now)]
    assert {order.kind for order in orders} == {"Disposal", "Return", "Liquidations"}
    assert {order.status(now) for order in orders} == {COMPLETED, CANCELLED, IN_PROCESS}
    lines = [line for order in orders for line in order.lines]
    assert {line.disposition for line in lines} == {"Sellable", "Unsellable"}
    assert any(0 < line.cancelled < line.requested for line in lines)


def test_what_orders_remove_is_what_leaves_the_ledger(businesses, now):
    for business in businesses:
        zone = business.store.marketplace.time_zone
        left: Counter[tuple[date, str, bool]] = Counter()
        for order in removal_orders(business, now):
            for line in order.lines:
                if units := order.state(line, now).done:
                    left[local_day(zone, order.completes), line.offer.sku, order.is_shipped] += units
            tracked = sum(parcel.units for parcel in order.parcels(now))
            assert tracked == (sum(order.state(each, now).done for each in order.lines) if order.is_shipped else 0)
        booked: Counter[tuple[date, str, bool]] = Counter()
        for day, rows in business.stock.ledger.items():
            for row in rows:
                if day < local_day(zone, now) and (row.disposed or row.vendor_returns):
                    booked[day, row.offer.sku, bool(row.vendor_returns)] -= row.disposed + row.vendor_returns
        assert left == booked


def test_fees_of_removals_are_settled_to_the_cent(businesses, now):
    for business in businesses:
        made = settlements(business, now)
        first, last = made[0].start, made[-1].end
        charged = -sum(
            line.amount
            for settlement in made
            for line in settlement.lines
            if line.amount_description in ("DisposalComplete", "RemovalComplete")
            or (line.amount_type.startswith("FBA Removal Order: ") and line.amount_description == "Base fee")
        )
        stated = sum(
            (
                order.state(line, now).fee or Decimal(0)
                for order in removal_orders(business, now)
                if order.completes is not None and first <= order.completes < last
                for line in order.lines
            ),
            Decimal(0),
        )
        assert charged == stated > 0


def test_a_later_now_changes_no_order_and_the_plans_await_what_is_in_process(businesses, now):
    for business in businesses:
        before = [order.number for order in removal_orders(business, now - timedelta(days=9))]
        assert [order.number for order in removal_orders(business, now)][: len(before)] == before
        day = local_day(business.store.marketplace.time_zone, now)
        awaited = {row["sku"]: row["pending-removal-quantity"] for row in planning(business, day)}
        assert sum(awaited.values()) > 0
        assert sum(awaited.values()) <= sum(pending(business, now).values())
