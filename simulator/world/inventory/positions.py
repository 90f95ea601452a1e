"""What all SKUs of a store have at Amazon on a day: listed ones and old stock, with the reasons why units are reserved.

Inventory reports of a day show the stock at the end of the day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import local_day
from simulator.world.rng import rng
from simulator.world.stock.book import Snapshot
from simulator.world.stock.old_stock import OldStock, old_stock


@dataclass(frozen=True, slots=True)
class Reserved:
    """Reserved units by reason; together they are the snapshot's."""

    orders: int
    transfers: int
    processing: int


@dataclass(frozen=True, slots=True)
class Position:
    """A SKU in the inventory reports of a day. old: where it is no longer listed."""

    stock: Snapshot
    reserved: Reserved
    old: OldStock | None = None

    @property
    def inbound(self) -> int:
        """On its way to Amazon, units."""
        return self.stock.working + self.stock.shipped + self.stock.receiving

    @property
    def there(self) -> int:
        """In the warehouses, units."""
        return self.stock.fulfillable + self.stock.reserved + self.stock.unsellable


def snapshot(business: StoreBusiness, at: datetime) -> list[Snapshot]:
    """The stock that any inventory report of that marketplace day shows: the day before, at its end."""
    day = local_day(business.store.marketplace.time_zone, at)
    return business.until(at).stock.snapshots.get(day - timedelta(days=1), [])


def positions(business: StoreBusiness, day: date) -> list[Position]:
    """All FBA SKUs as the reports of that marketplace day show them, old stock last."""
    result = [
        Position(entry, _reasons(business, entry, day))
        for entry in business.stock.snapshots.get(day - timedelta(days=1), [])
    ]
    return result + [
        Position(Snapshot(old.offer, old.units, 0, 0, 0, 0, 0), Reserved(0, 0, 0), old)
        for old in old_stock(business.seed, business.store)
    ]


def positions_at(business: StoreBusiness, at: datetime) -> list[Position]:
    """The same of the marketplace day of an instant."""
    return positions(business.until(at), local_day(business.store.marketplace.time_zone, at))


def _reasons(business: StoreBusiness, entry: Snapshot, day: date) -> Reserved:
    random = rng(business.seed, business.store.store_id, entry.offer.sku, "reserved", day)
    transfers = sum(random.random() < 0.15 for _ in range(entry.reserved))
    processing = sum(random.random() < 0.1 for _ in range(entry.reserved - transfers))
    return Reserved(entry.reserved - transfers - processing, transfers, processing)
