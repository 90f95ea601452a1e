"""A shop's days, and those of the warehouse that it shares with what merchants send for Amazon's orders.

Days are made in order and kept, like those of a store. At a day's beginning goods are delivered: as many as open and
coming orders of Amazon need, since Amazon does not ask whether they are there, and some more where little is left.
Orders of the shop are placed only if there is stock for them; every third of the goods is scarce.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import season
from simulator.world.marketplaces import local_day, midnight
from simulator.world.orders.order import Order
from simulator.world.rng import poisson, rng
from simulator.world.shops.order import ShopLine, ShopOrder, make_line, make_order
from simulator.world.shops.shop import ANNEX, MAIN, SimShop, Variant, variants
from simulator.world.shops.warehouse import Movement, Warehouse

FIRST_NUMBER = 1001
_COUNTED_ON = 0  # Mondays


@dataclass(frozen=True, slots=True)
class Sent:
    """A line of Amazon that the merchant sends. ends: when it leaves, or the line is cancelled (then not shipped)."""

    store_id: str
    order_id: str
    sku: str
    units: int
    placed: datetime
    ends: datetime
    shipped: bool


class ShopBusiness:
    """The events of one shop and of its tenant's warehouse; `until(at)` makes the days up to that of `at`.

    sellers: the tenant's configured stores, the first of them the one whose goods the shop has.
    """

    def __init__(self, seed: int, shop: SimShop, sellers: Sequence[StoreBusiness]) -> None:
        self.seed, self.shop, self._sellers = seed, shop, tuple(sellers)
        self.variants: tuple[Variant, ...] = variants(seed, shop, sellers[0].store)
        self.central = {each.offer.sku for each in self.variants if each.offer is not None}
        self.warehouse = Warehouse()
        self.orders: list[ShopOrder] = []
        self._next = shop.opened
        # what may be promised, and what may be again from a day on: cancelled goods, and those that came back
        self._free: Counter[str] = Counter()
        self._freed: dict[date, Counter[str]] = defaultdict(Counter)
        self._ranks = {each.offer.sku: each.offer.rank for each in self.variants if each.offer is not None}
        self._open()

    def until(self, at: datetime) -> ShopBusiness:
        """Make every day up to and including the shop's day of `at`; returns itself."""
        last = local_day(self.shop.time_zone, at)
        while self._next <= last:
            self._make(self._next)
            self._next += timedelta(days=1)
        return self

    def orders_by(self, at: datetime) -> Iterator[ShopOrder]:
        """The orders placed by that instant, by time."""
        return (each for each in self.until(at).orders if each.placed <= at)

    def sent_by_merchant(self, first: datetime, last: datetime) -> list[Sent]:
        """Lines of Amazon's orders placed from `first` until before `last` that take goods of this warehouse."""
        found: list[Sent] = []
        for seller in self._sellers:
            for order in seller.orders(last):
                if order.channel == "Merchant" and first <= order.purchased < last:
                    found += _sent(seller, order, self.central)
        return found

    def shown(self, variant: Variant, location: str, at: datetime) -> tuple[int, int] | None:
        """What the shop shows of a variant at a location: (on hand, available); None where it keeps none there.

        Nobody tells the shop what is sold elsewhere: its figure is that of the last count, on Mondays, and of its own
        orders since.
        """
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
            if (each.sku, each.location) == (sku, location) and each.at > counted and each.reference.startswith("#")
        )
        return on_hand, on_hand - sum(
            line.quantity for order in self.orders_by(at) if order.is_open(at) for line in _of(order.lines, sku)
        )

    def counted(self, at: datetime) -> datetime:
        """The last count before `at`: the beginning of a Monday, or of the shop's first day."""
        day = local_day(self.shop.time_zone, at)
        monday = day - timedelta(days=(day.weekday() - _COUNTED_ON) % 7)
        return midnight(self.shop.time_zone, max(monday, self.shop.opened))

    def _open(self) -> None:
        begin = midnight(self.shop.time_zone, self.shop.opened)
        before = self.sent_by_merchant(begin - timedelta(days=30), begin)
        waiting = [each for each in before if each.ends > begin]
        owed = Counter(dict.fromkeys(self.central, 0))
        for each in waiting:
            owed[each.sku] += each.units
        for sku in sorted(self.central):
            units = owed[sku] + rng(self.seed, self.shop.shop_id, "opening", sku).randint(2, 60)
            self.warehouse.add(Movement(begin, sku, MAIN, "opening", units))
            self._free[sku] = units - owed[sku]
            if self._ranks[sku] % 5 == 0:
                self.warehouse.add(Movement(begin, sku, ANNEX, "opening", 4 + self._ranks[sku]))
        self._send(waiting)

    def _make(self, day: date) -> None:
        begin, end = (midnight(self.shop.time_zone, each) for each in (day, day + timedelta(days=1)))
        wanted = self.sent_by_merchant(begin, end)
        needed: Counter[str] = Counter()
        for each in wanted:
            needed[each.sku] += each.units
        self._free.update(self._freed.pop(day, {}))
        for sku in sorted(self.central):
            random = rng(self.seed, self.shop.shop_id, "delivery", sku, day)
            scarce = self._ranks[sku] % 3 == 0
            left = self._free[sku] - needed[sku]
            if left < (0 if scarce else 5):
                units = random.randint(1, 4) if scarce else random.randint(20, 60)
                units += max(0, -left)
                at = begin + timedelta(seconds=random.randint(0, 1200))
                self.warehouse.add(Movement(at, sku, MAIN, "receipt", units))
                self._free[sku] += units
        self._free.subtract(needed)
        self._send(wanted)
        for at, variant in self._arrivals(day, begin, end):
            self._place(at, variant)

    def _send(self, lines: Sequence[Sent]) -> None:
        """What leaves for Amazon's buyers; what is cancelled is free again, from the next day on."""
        for each in lines:
            if each.shipped:
                self.warehouse.add(Movement(each.ends, each.sku, MAIN, "sale", -each.units, each.order_id))
            else:
                self._free_again(each.ends, each.sku, each.units)

    def _arrivals(self, day: date, begin: datetime, end: datetime) -> list[tuple[datetime, Variant]]:
        random = rng(self.seed, self.shop.shop_id, "arrivals", day)
        found = []
        for variant in self.variants:
            demand = 0.1 if variant.offer is None else variant.offer.demand * 0.2 * season(day)
            for _ in range(poisson(random, demand)):
                # no earlier than the day's delivery
                second = random.randint(1800, int((end - begin).total_seconds()) - 1)
                found.append((begin + timedelta(seconds=second), variant))
        return sorted(found, key=lambda each: (each[0], each[1].variant_id))

    def _place(self, at: datetime, variant: Variant) -> None:
        name = f"#{FIRST_NUMBER + len(self.orders)}"
        random = rng(self.seed, self.shop.shop_id, "order", at, variant.variant_id)
        wanted = [variant, random.choice(self.variants)] if random.random() < 0.25 else [variant]
        lines = []
        for number, each in enumerate(wanted):
            units = random.choice((1, 1, 1, 2, 3))
            if each.offer is not None:
                if self._free[each.offer.sku] < units:
                    continue
                self._free[each.offer.sku] -= units
            lines.append(make_line(random, self.shop, each, units, name, number))
        if not lines:
            return
        order = make_order(random, self.shop, at, name, tuple(lines))
        self.orders.append(order)
        for line in order.lines:
            offer = line.variant.offer
            if offer is not None and order.shipped is not None:
                self.warehouse.add(Movement(order.shipped, offer.sku, MAIN, "sale", -line.quantity, name))
            elif offer is not None and order.cancelled is not None:
                self._free_again(order.cancelled, offer.sku, line.quantity)
        for refund in order.refunds:
            offer = order.lines[refund.line].variant.offer
            if refund.restocked and offer is not None:
                self.warehouse.add(Movement(refund.at, offer.sku, MAIN, "return", refund.quantity, name))
                self._free_again(refund.at, offer.sku, refund.quantity)

    def _free_again(self, at: datetime, sku: str, units: int) -> None:
        self._freed[local_day(self.shop.time_zone, at) + timedelta(days=1)][sku] += units


def _of(lines: Sequence[ShopLine], sku: str) -> Iterator[ShopLine]:
    return (each for each in lines if each.variant.offer is not None and each.variant.offer.sku == sku)


def _sent(seller: StoreBusiness, order: Order, central: set[str]) -> Iterator[Sent]:
    """An order's lines that take goods, each until it is cancelled, by itself or with its order, or leaves."""
    for index, line in enumerate(order.lines):
        gone = next((state.at for state in order.states if state.cancelled(index)), None)
        ends = gone or order.shipped
        if line.offer.sku in central and ends is not None:
            yield Sent(
                seller.store.store_id,
                order.order_id,
                line.offer.sku,
                line.quantity,
                order.purchased,
                ends,
                gone is None,
            )
