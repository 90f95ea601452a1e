"""What the goods sold on a day cost, by the method of their store: units are taken from batches one by one.

Units are those of sale lines, by purchase day, free replacements included. What a seller has entered is in
world/money/product_costs.py and world/money/cost_batches.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from simulator.truth.known import Known, rounded
from simulator.world.marketplaces import local_day
from simulator.world.model import SimStore
from simulator.world.money.cost_batches import METHODS, Batch, batches
from simulator.world.money.product_costs import product_costs
from simulator.world.orders.order import views

ZERO = Decimal(0)


@dataclass(slots=True)
class Cost:
    """A SKU's day: units of sale lines, what they cost, of how many nothing is known, and what sending them cost."""

    units: int = 0
    merchant_units: int = 0
    amount: Decimal = ZERO
    unknown: int = 0
    shipping: Decimal = ZERO


class Stock:
    """A SKU's batches that have arrived and are not used up: first in first out, or as one heap at their average."""

    def __init__(self, averaged: bool) -> None:
        self.averaged = averaged
        self.heap: list[list[Fraction]] = []

    def receive(self, arrived: list[Batch]) -> None:
        """Put a day's batches on the heap."""
        new = [[Fraction(batch.units), Fraction(batch.unit_cost)] for batch in arrived]
        if self.averaged:
            heap = self.heap + new
            units = sum((units for units, _ in heap), Fraction(0))
            average = sum((units * cost for units, cost in heap), Fraction(0)) / units
            self.heap = [[units, Fraction(rounded(average, 6))]]
        else:
            self.heap += new

    def take(self, wanted: int) -> tuple[Fraction, int]:
        """(cost of what could be taken, units that could not)."""
        cost, left = Fraction(0), Fraction(wanted)
        for entry in self.heap:
            taken = min(left, entry[0])
            entry[0] -= taken
            left -= taken
            cost += taken * entry[1]
        self.heap = [entry for entry in self.heap if entry[0]]
        return cost, int(left)


def costs(known: Known) -> dict[tuple[str, date, str], Cost]:
    """(store, purchase day, SKU) -> what was sold of it and what that cost; stores of no name have no costs."""
    result: dict[tuple[str, date, str], Cost] = {}
    for account, store, business in known.stores(configured_only=False):
        zone = known.zone(account)
        for order in business.orders(known.now):
            for view in views(order, known.now):
                if view.cancelled or view.price is None:
                    continue
                key = (store.store_id, local_day(zone, order.purchased), view.line.offer.sku)
                entry = result.setdefault(key, Cost())
                entry.units += view.line.quantity
                entry.merchant_units += view.line.quantity if order.channel == "Merchant" else 0
        by_sku: dict[str, dict[date, Cost]] = {}
        for (store_id, day, sku), entry in result.items():
            if store_id == store.store_id:
                by_sku.setdefault(sku, {})[day] = entry
        _price(known, store, by_sku)
    return result


def _price(known: Known, store: SimStore, by_sku: Mapping[str, Mapping[date, Cost]]) -> None:
    periods: dict[str, list[dict]] = {}
    arrivals: dict[tuple[str, date], list[Batch]] = {}
    if store.configured:
        for row in product_costs(known.world.seed, store):
            periods.setdefault(row["sku"], []).append(row)
        for batch in batches(known.world.seed, store, known.now):
            arrivals.setdefault((batch.sku, batch.received_on), []).append(batch)
    for sku, days in by_sku.items():
        stock = Stock(METHODS.get(store.store_id) == "weighted_average")
        for day in sorted({*days, *(at for name, at in arrivals if name == sku)}):
            if (sku, day) in arrivals:
                stock.receive(arrivals[sku, day])
            if day in days:
                _cost(days[day], stock, [row for row in periods.get(sku, ()) if row["valid_from"] <= day])


def _cost(entry: Cost, stock: Stock, periods: list[dict]) -> None:
    cost, left = stock.take(entry.units)
    if periods:
        cost += left * Fraction(periods[-1]["unit_cost_amount"])
        entry.shipping = rounded(entry.merchant_units * Fraction(periods[-1]["shipping_cost_amount"] or 0), 4)
    else:
        entry.unknown = left
    entry.amount = rounded(cost, 4)
