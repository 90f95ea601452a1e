"""Coverage of the feeds of shops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import Known
from simulator.truth.staging import KINDS_OF_SHOPS
from simulator.world.marketplaces import days_between, local_day
from simulator.world.shops.shop import SimShop


def states(known: Known, shop: SimShop) -> Iterator[tuple[str, date, str]]:
    """(feed, day of the shop, state) of each day that an up-to-date run has."""
    runs = known.days_of_runs(shop.time_zone)
    today = local_day(shop.time_zone, known.now)
    truth = KINDS_OF_SHOPS[shop.kind].TRUTH
    for feed in truth.snapshots:
        for day in days_between(shop.opened, today):
            yield feed, day, of_moments(day, runs)
    # A day has orders that were last changed on it when it was asked for, and keeps them when they change again.
    changed: set[date] = set()
    for run in known.runs():
        business = known.world.shop_business(shop).until(run.now)
        changed |= {local_day(shop.time_zone, each.updated(run.now)) for each in business.orders_by(run.now)}
    for day in days_between(shop.opened, today):
        yield truth.orders, day, "loaded" if day in changed else "empty"
