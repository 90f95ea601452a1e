"""Coverage of feeds: Data Kiosk queries, into which every configured store of the world opts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.known import REPORT_LATENCY, Known
from simulator.world.model import SimAccount, SimStore
from simulator.world.money.economics import sku_days
from simulator.world.sales.traffic import store_day, version


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    business = known.world.business(store)
    for day in known.ended(account, REPORT_LATENCY):
        age = version(store.marketplace.time_zone, day, known.now)
        visited, sold = store_day(business, day, age).asins, sku_days(business, day, age)
        yield "amazon_data_kiosk.sales_and_traffic_by_asin", day, "loaded" if visited else "empty"
        yield "amazon_data_kiosk.economics", day, "loaded" if sold else "empty"
