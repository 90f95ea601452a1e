"""The days of a tenant's shops and of the warehouse that they share with what merchants send for Amazon's orders.

Days are made in order and kept, like those of a store. At a day's beginning goods are delivered: as many as open and
coming orders of Amazon need, since Amazon does not ask whether they are there, and some more where little is left.
Orders of a shop are placed only if there is stock for them; every third of the goods is scarce.
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
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.kinds import KINDS, variants
from simulator.world.shops.order import make_line, make_order
from simulator.world.shops.shop import ANNEX, MAIN, ZONE, SimShop, Variant
from simulator.world.shops.warehouse import Kind, Movement, Warehouse


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


class OwnStock:
    """The warehouse of one tenant and the events of its shops; `until(at)` makes the days up to that of `at`.

    sellers: the tenant's configured stores, the first of them the one whose goods the shops have. businesses: by shop.
    """

    def __init__(self, seed: int, shops: Sequence[SimShop], sellers: Sequence[StoreBusiness]) -> None:
        self.seed, self._sellers = seed, tuple(sellers)
        self.tenant_id, self.beside, self.opened = shops[0].tenant_id, shops[0].beside, shops[0].opened
        self.warehouse = Warehouse()
        of_shops = {shop: variants(seed, shop, sellers[0].store) for shop in shops}
        goods = [each.offer for each in of_shops[shops[0]] if each.offer is not None]
        self._ranks = {each.sku: each.rank for each in goods}
        self.central = frozenset(self._ranks)
        self.businesses = {
            shop.shop_id: ShopBusiness(shop, own, self.warehouse, self.central, self.until)
            for shop, own in of_shops.items()
        }
        self._key = shops[0].shop_id
        self._next = self.opened
        # what may be promised, and what may be again from a day on: cancelled goods, and those that came back
        self._free: Counter[str] = Counter()
        self._freed: dict[date, Counter[str]] = defaultdict(Counter)
        self._open()

    def until(self, at: datetime) -> None:
        """Make every day up to and including the warehouse's day of `at`."""
        last = local_day(ZONE, at)
        while self._next <= last:
            self._make(self._next)
            self._next += timedelta(days=1)

    def sent_by_merchant(self, first: datetime, last: datetime) -> list[Sent]:
        """Lines of Amazon's orders placed from `first` until before `last` that take goods of this warehouse."""
        found: list[Sent] = []
        for seller in self._sellers:
            for order in seller.orders(last):
                if order.channel == "Merchant" and first <= order.purchased < last:
                    found += _sent(seller, order, self.central)
        return found

    def _open(self) -> None:
        begin = midnight(ZONE, self.opened)
        before = self.sent_by_merchant(begin - timedelta(days=30), begin)
        waiting = [each for each in before if each.ends > begin]
        owed = Counter(dict.fromkeys(self.central, 0))
        for each in waiting:
            owed[each.sku] += each.units
        for sku in sorted(self.central):
            units = owed[sku] + rng(self.seed, self._key, "opening", sku).randint(2, 60)
            self.warehouse.add(Movement(begin, sku, MAIN, "opening", units))
            self._free[sku] = units - owed[sku]
            if self._ranks[sku] % 5 == 0:
                self.warehouse.add(Movement(begin, sku, ANNEX, "opening", 4 + self._ranks[sku]))
        self._send(waiting)

    def _make(self, day: date) -> None:
        begin, end = (midnight(ZONE, each) for each in (day, day + timedelta(days=1)))
        wanted = self.sent_by_merchant(begin, end)
        needed: Counter[str] = Counter()
        for each in wanted:
            needed[each.sku] += each.units
        self._free.update(self._freed.pop(day, {}))
        for sku in sorted(self.central):
            random = rng(self.seed, self._key, "delivery", sku, day)
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
        arrivals = [each for shop in self.businesses.values() for each in self._arrivals(shop, day, begin, end)]
        for at, business, variant in sorted(arrivals, key=lambda each: (each[0], each[2].variant_id)):
            self._place(business, at, variant)

    def _send(self, lines: Sequence[Sent]) -> None:
        """What leaves for Amazon's buyers; what is cancelled is free again, from the next day on."""
        for each in lines:
            if each.shipped:
                self.warehouse.add(Movement(each.ends, each.sku, MAIN, "sale", -each.units, each.order_id))
            else:
                self._free_again(each.ends, each.sku, each.units)

    def _arrivals(
        self, business: ShopBusiness, day: date, begin: datetime, end: datetime
    ) -> Iterator[tuple[datetime, ShopBusiness, Variant]]:
        shop = business.shop
        random = rng(self.seed, shop.shop_id, "arrivals", day)
        opening = midnight(shop.time_zone, shop.opened)
        for variant in business.variants:
            if not variant.is_for_sale:
                continue
            demand = 0.1 if variant.offer is None else variant.offer.demand * shop.demand * season(day)
            for _ in range(poisson(random, demand)):
                # no earlier than the day's delivery
                second = random.randint(1800, int((end - begin).total_seconds()) - 1)
                if (at := begin + timedelta(seconds=second)) >= opening:
                    yield at, business, variant

    def _place(self, business: ShopBusiness, at: datetime, variant: Variant) -> None:
        shop = business.shop
        name = KINDS[shop.kind].order_name(shop, len(business.orders))
        random = rng(self.seed, shop.shop_id, "order", at, variant.variant_id)
        others = [each for each in business.variants if each.is_for_sale]
        wanted = [variant, random.choice(others)] if random.random() < 0.25 else [variant]
        lines = []
        for number, each in enumerate(wanted):
            units = random.choice((1, 1, 1, 2, 3))
            if each.offer is not None:
                if self._free[each.offer.sku] < units:
                    continue
                self._free[each.offer.sku] -= units
            lines.append(make_line(random, shop, each, units, name, number))
        if not lines:
            return
        order = make_order(random, shop, at, name, tuple(lines))
        business.orders.append(order)
        for line in order.lines:
            offer = line.variant.offer
            if offer is not None and order.shipped is not None:
                self._moved(business, order.shipped, offer.sku, "sale", -line.quantity, name)
            elif offer is not None and order.cancelled is not None:
                self._free_again(order.cancelled, offer.sku, line.quantity)
        for refund in order.refunds:
            offer = order.lines[refund.line].variant.offer
            if refund.restocked and offer is not None:
                self._moved(business, refund.at, offer.sku, "return", refund.quantity, name)
                self._free_again(refund.at, offer.sku, refund.quantity)

    def _moved(self, business: ShopBusiness, at: datetime, sku: str, kind: Kind, units: int, order: str) -> None:
        self.warehouse.add(Movement(at, sku, MAIN, kind, units, order, business.shop.shop_id))

    def _free_again(self, at: datetime, sku: str, units: int) -> None:
        self._freed[local_day(ZONE, at) + timedelta(days=1)][sku] += units


def _sent(seller: StoreBusiness, order: Order, central: frozenset[str]) -> Iterator[Sent]:
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
