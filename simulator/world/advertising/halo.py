"""What else was bought after clicks on Sponsored Products ads: products of the brand that the ad did not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from simulator.world.advertising.sponsored_products import WINDOWS, Cell
from simulator.world.catalogue.offers import Offer
from simulator.world.marketplaces import midnight
from simulator.world.model import SimStore
from simulator.world.orders.order import Order


@dataclass(slots=True)
class Halo:
    """Purchases of one product, by window, that followed clicks on an ad which showed another one."""

    cell: Cell
    offer: Offer
    purchases: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    units: dict[int, int] = field(default_factory=lambda: dict.fromkeys(WINDOWS, 0))
    sales: dict[int, Decimal] = field(default_factory=lambda: dict.fromkeys(WINDOWS, Decimal(0)))

    def add(self, windows: Iterable[int], purchases: int, units: int, sales: Decimal) -> None:
        """Count purchases in these windows."""
        for window in windows:
            self.purchases[window] += purchases
            self.units[window] += units
            self.sales[window] += sales


def halos(store: SimStore, cells: Iterable[Cell], age: int) -> dict[object, Halo]:
    """What was bought besides, by ad group, target, ad and product, as that version of a day has it."""
    found: dict[object, Halo] = {}
    for cell in cells:
        if cell.vanish_age and age >= cell.vanish_age:
            continue
        for order, lag in cell.orders:
            for offer, units, sales in _besides(store, cell, order, age):
                key = (cell.ad_group.ad_group_id, cell.target.target_id, cell.ad.ad_id, offer.asin)
                windows = [window for window in WINDOWS if lag < window]
                found.setdefault(key, Halo(cell, offer)).add(windows, 1, units, sales)
    return found


def _besides(store: SimStore, cell: Cell, order: Order, age: int) -> Iterator[tuple[Offer, int, Decimal]]:
    """Each product of an order that the cell's ad did not show, with units and sales; none that is cancelled."""
    made = midnight(store.marketplace.time_zone, cell.day + timedelta(days=age))
    if order.purchased >= made:
        return
    state = order.state(made)
    products: dict[str, list[int]] = {}
    for index, line in enumerate(order.lines):
        if line.offer.sku != cell.ad.offer.sku and not state.cancelled(index):
            products.setdefault(line.offer.asin, []).append(index)
    for lines in products.values():
        yield (
            order.lines[lines[0]].offer,
            sum(order.lines[index].quantity for index in lines),
            sum((state.prices[index] for index in lines), Decimal(0)),
        )
