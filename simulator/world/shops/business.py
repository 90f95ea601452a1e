"""One shop: what it offers, its orders, and what it shows of the stock. Its days are made in own_stock.py.

Nobody tells a shop what is sold elsewhere: it shows what was counted last, on Mondays, and its own orders since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from simulator.world.marketplaces import local_day, midnight
from simulator.world.shops.order import ShopLine, ShopOrder
from simulator.world.shops.shop import MAIN, SimShop, Variant
from simulator.world.shops.warehouse import Warehouse

_COUNTED_ON = 0  # Mondays


class ShopBusiness:
    """The events of one shop. make: makes the days of its tenant's shops up to that of an instant."""

    def __init__(
        self,
        shop: SimShop,
        variants: tuple[Variant, ...],
        warehouse: Warehouse,
        central: frozenset[str],
        make: Callable[[datetime], None],
    ) -> None:
        self.shop, self.variants, self.warehouse, self.central = shop, variants, warehouse, central
        self.orders: list[ShopOrder] = []
        self._make = make

    def until(self, at: datetime) -> ShopBusiness:
        """Make every day up to and including that of `at`; returns itself."""
        self._make(at)
        return self

    def orders_by(self, at: datetime) -> Iterator[ShopOrder]:
        """The orders placed by that instant, by time."""
        return (each for each in self.until(at).orders if each.placed <= at)

    def shown(self, variant: Variant, location: str, at: datetime) -> tuple[int, int] | None:
        """What the shop shows of a variant at a location: (on hand, available); None where it keeps none there."""
        business = self.until(at)
        if variant.offer is None:
            return (10, 10) if location == MAIN and variant.sku else None
        sku = variant.offer.sku
        if (sku, location) not in business.warehouse.places():
            return None
        if location != MAIN:
            here = business.warehouse.on_hand(sku, location, at)
            return here, here
        counted = self.counted(at)
        on_hand = business.warehouse.on_hand(sku, location, counted) + sum(
            each.units
            for each in business.warehouse.movements(at)
            if (each.sku, each.location, each.shop) == (sku, location, self.shop.shop_id) and each.at > counted
        )
        return on_hand, on_hand - sum(
            line.quantity for order in self.orders_by(at) if order.is_open(at) for line in _of(order.lines, sku)
        )

    def offered(self, variant: Variant, at: datetime, told: tuple[datetime, int] | None = None) -> int:
        """What a shop without locations still offers: what was counted, less what its buyers have ordered and not been
        sent by then, and have ordered since. What is cancelled or comes back is offered again after the next count.

        told: when the shop was told another quantity, and which: it counts from then on in the place of a count.
        """
        if variant.offer is None:
            return told[1] if told else 10 if variant.is_for_sale else 0
        business, counted, sku = self.until(at), self.counted(at), variant.offer.sku
        since = told[0] if told else counted
        taken = sum(
            line.quantity
            for order in business.orders_by(at)
            if order.placed > since or (told is None and order.is_open(counted))
            for line in _of(order.lines, sku)
        )
        return max(0, (told[1] if told else business.warehouse.on_hand(sku, MAIN, counted)) - taken)

    def counted(self, at: datetime) -> datetime:
        """The last count before `at`: the beginning of a Monday, or of the shop's first day."""
        day = local_day(self.shop.time_zone, at)
        monday = day - timedelta(days=(day.weekday() - _COUNTED_ON) % 7)
        return midnight(self.shop.time_zone, max(monday, self.shop.opened))


def _of(lines: tuple[ShopLine, ...], sku: str) -> Iterator[ShopLine]:
    return (each for each in lines if each.variant.offer is not None and each.variant.offer.sku == sku)
