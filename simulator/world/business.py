"""One store's days, simulated in order: stock arrives, ads run, orders come, goods leave, day after day.

A day depends on its own chance and on the days before it, never on how far the clock has moved: whoever asks later sees
the same past. Days are made when they are first needed and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from simulator.world.advertising.brand_ads import BrandBook
from simulator.world.advertising.brand_campaigns import make_brand_campaigns
from simulator.world.advertising.sponsored_products import AdsBook, make_campaigns
from simulator.world.catalogue.offers import Offer, offers, price, promotion, season
from simulator.world.incidents import buyers, is_hidden
from simulator.world.marketplaces import local_day, midnight
from simulator.world.model import SimStore
from simulator.world.orders import multi_channel
from simulator.world.orders.order import Line, Order, make_line, make_order, replacement_line
from simulator.world.rng import poisson, rng
from simulator.world.stock.book import SELLABLE, StockBook


class StoreBusiness:
    """The events of one store. `orders_on(day)` and the books hold the days made so far; `until(at)` makes more.

    as_met: with what comes in accounts of users beside the ordinary (see `seeded_world.World`).
    """

    def __init__(self, seed: int, store: SimStore, *, as_met: bool = False) -> None:
        self.seed = seed
        self.store = store
        self.as_met = as_met
        self.offers = offers(seed, store)
        self.stock = StockBook(seed, store, tuple(o for o in self.offers if o.channel == "Amazon"))
        self.ads = AdsBook(seed, store, make_campaigns(seed, store, self.offers))
        self.brand_ads = BrandBook(seed, store, make_brand_campaigns(seed, store, self.offers))
        # what happens on a marketplace day, by that day; days that are not made yet are filled in already
        self.shipped: dict[date, list[Order]] = defaultdict(list)
        # an order, and which of its refunds it is
        self.returned: dict[date, list[tuple[Order, int]]] = defaultdict(list)
        self.refunded_units: dict[date, int] = defaultdict(int)
        self._orders: dict[date, list[Order]] = {}
        self._elsewhere: dict[date, list[Order]] = {}
        self._replacements: dict[date, list[tuple[datetime, Offer, int]]] = defaultdict(list)
        self._next = store.start
        self._zone = store.marketplace.time_zone

    def until(self, at: datetime) -> StoreBusiness:
        """Make every day up to and including the marketplace day of `at`; returns itself."""
        last = local_day(self._zone, at)
        while self._next <= last:
            self._make(self._next)
            self._next += timedelta(days=1)
        return self

    def orders_on(self, day: date) -> list[Order]:
        """The orders of the marketplace placed on that day of it, by time."""
        return self._orders.get(day, [])

    def orders(self, at: datetime) -> Iterator[Order]:
        """All orders of the marketplace placed by that instant, by time."""
        for day_orders in self.until(at)._orders.values():
            yield from day_orders[: bisect_right(day_orders, at, key=lambda o: o.purchased)]

    def every_order(self, at: datetime) -> Iterator[Order]:
        """All orders placed by that instant: those of the marketplace by time, then the multi-channel ones."""
        yield from self.orders(at)
        for day_orders in self._elsewhere.values():
            yield from day_orders[: bisect_right(day_orders, at, key=lambda o: o.purchased)]

    def day_of(self, at: datetime) -> date:
        """The marketplace day of an instant."""
        return local_day(self._zone, at)

    def _make(self, day: date) -> None:
        self.stock.open(day)
        self.ads.open(day)
        self.brand_ads.open(day)
        made: list[Order] = []
        for number, (at, offer, replaced) in enumerate(self._arrivals(day)):
            random = rng(self.seed, self.store.store_id, "order", day, number)
            if replaced:
                lines: tuple[Line, ...] = (
                    (replacement_line(random, offer, replaced),) if self.stock.take(offer, replaced) else ()
                )
            else:
                lines = self._lines(random, offer, day)
            if not lines:
                continue
            order = make_order(random, self.store, at, lines, replacement=bool(replaced))
            made.append(order)
            self._follow(random, order)
            if not self.ads.attribute(random, order, day):
                self.brand_ads.attribute(order, day)
        self._orders[day] = made
        self._elsewhere[day] = list(self._ordered_elsewhere(day)) if self.as_met else []
        self.stock.close(day)

    def _ordered_elsewhere(self, day: date) -> Iterator[Order]:
        wanted = multi_channel.arrivals(self.seed, self.store, self.offers, day)
        for number, (at, offer, units) in enumerate(wanted):
            if self.stock.take(offer, units):
                random = rng(self.seed, self.store.store_id, "order elsewhere", day, number)
                order = multi_channel.make(random, self.store, at, offer, units)
                self._follow(random, order)
                yield order

    def _arrivals(self, day: date) -> list[tuple[datetime, Offer, int]]:
        """(time, what is wanted, units of a replacement or 0), by time."""
        random = rng(self.seed, self.store.store_id, "arrivals", day)
        begin, end = midnight(self._zone, day), midnight(self._zone, day + timedelta(days=1))
        length = int((end - begin).total_seconds())
        wanted: list[tuple[datetime, Offer, int]] = []
        buyable = self._buyable(day)
        for offer in buyable:
            lift = 1.5 if promotion(self.seed, self.store, offer, day) else 1.0
            for _ in range(poisson(random, offer.demand * 0.75 * season(day) * lift * buyers(self.store, day))):
                wanted.append((begin + timedelta(seconds=int(length * random.random() ** 0.85)), offer, 0))
        # on a day when the clocks change someone always orders in the last half hour, and on most other days too;
        # offers that the merchant sends come first, since they are always in stock
        if length != 86400 or random.random() < 0.6:
            always = [offer for offer in buyable if offer.channel == "Merchant"] or buyable
            wanted.append((end - timedelta(seconds=random.randint(1, 1799)), random.choice(always), 0))
        wanted += self._replacements.pop(day, [])
        return sorted(wanted, key=lambda w: (w[0], w[1].sku))

    def _buyable(self, day: date) -> list[Offer]:
        return [offer for offer in self.offers if not is_hidden(self.store, offer.rank, day)]

    def _lines(self, random: Random, offer: Offer, day: date) -> tuple[Line, ...]:
        wanted = [offer]
        chance = random.random()
        if chance < 0.05:  # the same thing twice, on two lines
            wanted.append(offer)
        elif chance < 0.17:
            wanted.append(random.choice([o for o in self._buyable(day) if o.channel == offer.channel]))
        lines = []
        for index, want in enumerate(wanted):
            units = random.choice((1, 1, 1, 1, 1, 1, 2, 2, 3))
            if not self.stock.take(want, units):
                continue
            gift = index > 0 and want is offer and random.random() < 0.3
            unit = price(self.seed, self.store, want, day)
            lines.append(
                make_line(random, self.store, want, units, unit, promotion(self.seed, self.store, want, day), gift)
            )
        return tuple(lines)

    def _follow(self, random: Random, order: Order) -> None:
        """Put what the order's life brings into the days on which it happens."""
        stock = self.stock
        if order.shipped is not None:
            self.shipped[self.day_of(order.shipped)].append(order)
        for index, line in enumerate(order.lines):
            if order.channel != "Amazon":
                continue
            gone = next((s.at for s in order.states if s.cancelled(index)), None)
            if gone is not None:
                stock.cancels[self.day_of(gone)][line.offer.sku] += line.quantity
            elif order.shipped is not None:
                stock.ships[self.day_of(order.shipped)][line.offer.sku] += line.quantity
        for number, refund in enumerate(order.refunds):
            offer = order.lines[refund.line].offer
            self.refunded_units[self.day_of(refund.at)] += refund.quantity
            if refund.returned and order.channel == "Amazon":
                stock.returns[self.day_of(refund.returned)][offer.sku, refund.disposition] += refund.quantity
                self.returned[self.day_of(refund.returned)].append((order, number))
            if refund.disposition not in ("", SELLABLE) and random.random() < 0.5:
                at = refund.at + timedelta(hours=random.randint(1, 20))
                self._replacements[self.day_of(at)].append((at, offer, refund.quantity))
