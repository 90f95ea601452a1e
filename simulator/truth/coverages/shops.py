"""Coverage of the feeds of shops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import Known
from simulator.world.marketplaces import days_between, local_day
from simulator.world.shops.shop import SimShop

SNAPSHOTS = ("shopify.products", "shopify.inventory_levels")


def states(known: Known, shop: SimShop) -> Iterator[tuple[str, date, str]]:
    """(feed, day of the shop, state) of each day that an up-to-date run has."""
    runs = known.days_of_runs(shop.time_zone)
    today = local_day(shop.time_zone, known.now)
    for feed in SNAPSHOTS:
        for day in days_between(shop.opened, today):
            yield feed, day, of_moments(day, runs)
    # A day has orders that were last changed on it when it was asked for, and keeps them when they change again.
    changed: set[date] = set()
    for run in known.runs():
        business = known.world.shop_business(shop).until(run.now)
        changed |= {local_day(shop.time_zone, each.updated(run.now)) for each in business.orders_by(run.now)}
    for day in days_between(shop.opened, today):
        yield "shopify.orders", day, "loaded" if day in changed else "empty"
