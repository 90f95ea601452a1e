"""How old the stock is: Amazon counts first in, first out, so what is there is what was received last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from simulator.world.business import StoreBusiness
from simulator.world.rng import rng
from simulator.world.stock.book import SELLABLE
from simulator.world.stock.old_stock import old_stock

Lots = list[tuple[int, int]]
"""(age in days, units), the youngest first."""


def ages(business: StoreBusiness, day: date) -> dict[str, Lots]:
    """The sellable units of each SKU at the end of that day, by age on it.

    The opening stock of the world's first day was received in the weeks before it.
    """
    book, start = business.stock, business.store.start
    result: dict[str, Lots] = {
        old.offer.sku: [((day - received).days, units) for received, units in old.lots]
        for old in old_stock(business.seed, business.store)
    }
    left = {
        row.offer.sku: row.ending
        for row in book.ledger.get(day, ())
        if row.disposition == SELLABLE and row.offer.sku not in result
    }
    result |= {sku: [] for sku in left}
    back = day
    while back >= start and any(left.values()):
        for row in book.ledger.get(back, ()):
            sku = row.offer.sku
            if row.disposition == SELLABLE and row.receipts and left.get(sku):
                units = min(left[sku], row.receipts)
                result[sku].append(((day - back).days, units))
                left[sku] -= units
        back -= timedelta(days=1)
    for sku, units in left.items():
        if units:
            before = rng(business.seed, business.store.store_id, sku, "opening age").randint(4, 70)
            result[sku].append(((day - start).days + before, units))
    return result


def between(lots: Iterable[tuple[int, int]], first: int, last: int | None = None) -> int:
    """The units that are `first` to `last` days old, both inclusive; without `last` all older ones too."""
    return sum(units for age, units in lots if age >= first and (last is None or age <= last))
