"""Alerts of what Amazon tells a queue: on which days what was so, as far as messages had come by then.

What is so is read from stock, pages and orders, not from what was sent. A state is known from the first day on which it
changed; it lasts until it changes again. A message waits in the queue for two weeks, and is read when Tradewind runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.truth.known import Known
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.money.settlements import paid_for, taken_for
from simulator.world.orders.wishes import asked_for, asks_to_cancel
from simulator.world.product_pages.own_changes import has_issue, has_other_seller, has_other_title, is_priced_out
from simulator.world.publishing import KEPT_IN_QUEUE, TOLD_AFTER, TOLD_BY_ASIN

KINDS = frozenset({
    *("out_of_stock_now", "asin_out_of_stock_now", "listing_not_buyable", "listing_issues", "buy_box_elsewhere"),
    *("price_not_competitive", "content_changed", "buyer_asks_to_cancel", "refunds_of_sales"),
})  # fmt: skip
"""The kinds that only messages tell of."""

Row = tuple[str, str, str, date, bool]
Event = tuple[date, bool]
"""A day, and what is so from it on."""

TOLD_FOR_DAYS, FORGOTTEN_DAYS, HELD_FOR_DAYS = 3, 30, 30
"""How long one hears of changed content; how long after that, or of an order, anything is read of it; and how long a
price counts as not competitive, of which Amazon never says that it is over."""
SUMMED_DAYS, LEAST_REFUNDS, MOST_REFUNDED = 7, 5, Decimal("0.15")
_OLDEST_ORDER = timedelta(days=40)


def told(known: Known) -> Iterator[Row]:
    """Of each store, kind and subject: the days of which anything is known, and whether it was so."""
    runs = [run.now for run in known.runs()]
    for _, store, business in known.stores(configured_only=True):
        days = days_between(business.day_of(runs[0] - KEPT_IN_QUEUE), local_day(store.marketplace.time_zone, known.now))
        place = _Told(business, days, runs)
        for kind, subject, rows in place.all(by_asin=store.store_id in TOLD_BY_ASIN):
            for day, so in rows:
                yield store.store_id, kind, subject, day, so


class _Told:
    """A store, the days of which it can have been told anything, and when somebody read the queue."""

    def __init__(self, business: StoreBusiness, days: list[date], runs: list[datetime]) -> None:
        self._business = business
        self._days = days
        self._runs = runs
        zone = business.store.marketplace.time_zone
        self._nights = [day for day in days if self._came(midnight(zone, day) + TOLD_AFTER)]

    def all(self, *, by_asin: bool) -> Iterator[tuple[str, str, Iterable[Event]]]:
        """Kind, subject, and the days with whether it was so. by_asin: one is told no units of SKUs."""
        yield from self._stock(by_asin)
        yield from self._pages()
        yield from self._wishes()
        yield "refunds_of_sales", self._business.store.store_id, self._refunded()

    def _came(self, at: datetime) -> bool:
        """Whether a message of that instant was read."""
        return any(run - KEPT_IN_QUEUE < at <= run for run in self._runs)

    def _from(self, events: list[Event], last: date | None = None) -> Iterator[Event]:
        """Each day since the first event, as the newest one says it; until `last`."""
        for day in self._days:
            before = [so for at, so in events if at <= day]
            if before and (last is None or day <= last):
                yield day, before[-1]

    # --- stock ---------------------------------------------------------------------------------------------------

    def _units(self) -> tuple[dict[str, dict[date, int]], dict[str, str]]:
        """SKU -> its units at the end of each day; SKU -> ASIN."""
        units: dict[str, dict[date, int]] = {}
        asins: dict[str, str] = {}
        for day, found in self._business.stock.snapshots.items():
            for each in found:
                asins[each.offer.sku] = each.offer.asin
                units.setdefault(each.offer.sku, {})[day] = each.fulfillable
        return units, asins

    def _overnight(self, units: dict[date, int]) -> Iterator[tuple[date, int | None, int]]:
        """The nights of which one was told: the day, units a day before, and units then."""
        for day in self._nights:
            if (now := units.get(day - timedelta(days=1))) is not None:
                yield day, units.get(day - timedelta(days=2)), now

    def _stock(self, by_asin: bool) -> Iterator[tuple[str, str, Iterable[Event]]]:
        units, asins = self._units()
        if not by_asin:
            for sku, known in units.items():
                changed = [(day, now == 0) for day, before, now in self._overnight(known) if now != before]
                yield "out_of_stock_now", sku, self._from(changed)
            return
        together: dict[str, dict[date, int]] = {}
        for sku, known in units.items():
            of_asin = together.setdefault(asins[sku], {})
            for day, left in known.items():
                of_asin[day] = of_asin.get(day, 0) + left
        for asin, known in together.items():
            changed = [(day, now == 0) for day, before, now in self._overnight(known) if now != before]
            yield "asin_out_of_stock_now", asin, self._from(changed)
        for sku, known in units.items():
            shut = [
                (day, now == 0)
                for day, before, now in self._overnight(known)
                if before is None or (before > 0) != (now > 0)
            ]
            of_page = together[asins[sku]]  # the SKU cannot be bought, though others of its page can
            yield (
                "listing_not_buyable",
                sku,
                ((day, so and of_page.get(day - timedelta(days=1), 0) > 0) for day, so in self._from(shut)),
            )

    # --- pages ---------------------------------------------------------------------------------------------------

    def _pages(self) -> Iterator[tuple[str, str, Iterable[Event]]]:
        store, seed = self._business.store, self._business.seed
        seen: set[str] = set()

        def changed(holds: Callable[..., bool], rank: int) -> list[Event]:
            found = [
                (day, holds(seed, store, rank, day), holds(seed, store, rank, day - timedelta(days=1)))
                for day in self._nights
            ]
            return [(day, now) for day, now, before in found if now != before]

        for offer in self._business.offers:
            yield "listing_issues", offer.sku, self._from(changed(has_issue, offer.rank))
            if offer.asin in seen:  # a second SKU of a page
                continue
            seen.add(offer.asin)
            yield "buy_box_elsewhere", offer.asin, self._from(changed(has_other_seller, offer.rank))
            yield "price_not_competitive", offer.asin, self._dear(changed(is_priced_out, offer.rank))
            titles = [day for day, _ in changed(has_other_title, offer.rank)]
            yield "content_changed", offer.asin, self._content(titles)

    def _dear(self, changed: list[Event]) -> Iterator[Event]:
        """From the first day on which it was said to be so."""
        begun = [day for day, so in changed if so]
        for day, so in self._from([event for event in changed if begun and event[0] >= begun[0]]):
            since = max(each for each in begun if each <= day)
            yield day, so and day - since < timedelta(days=HELD_FOR_DAYS)

    def _content(self, changed: list[date]) -> Iterator[Event]:
        for day in self._days:
            ages = [(day - each).days for each in changed if each <= day]
            if ages and min(ages) < TOLD_FOR_DAYS + FORGOTTEN_DAYS:
                yield day, min(ages) < TOLD_FOR_DAYS

    # --- orders and money ----------------------------------------------------------------------------------------

    def _wishes(self) -> Iterator[tuple[str, str, Iterable[Event]]]:
        """Orders that merchants send: on while the buyer has asked to cancel, until they are sent or cancelled."""
        seed, day_of = self._business.seed, self._business.day_of
        for order in self._business.orders(self._runs[-1]):
            if order.channel != "Merchant":
                continue
            told = [(state.at, asked_for(seed, order, state) and state is not order.end) for state in order.states]
            asked = asks_to_cancel(seed, order)
            if asked is None:  # of other orders it is never so
                continue
            said = sorted((at, so) for at, so in [*told, (asked, True)] if self._came(at))
            events = [(day_of(at), so) for at, so in said]
            if events:
                yield "buyer_asks_to_cancel", order.order_id, self._order_days(events)

    def _order_days(self, events: list[Event]) -> Iterator[Event]:
        for day, so in self._from(events):
            newest = max(at for at, _ in events if at <= day)
            if day - newest < timedelta(days=FORGOTTEN_DAYS):
                yield day, so

    def _refunded(self) -> Iterator[Event]:
        """Each day on which anything was posted lately, and whether refunds are much of what orders brought in a
        week."""
        day_of = self._business.day_of
        shipped: dict[date, Decimal] = {}
        refunded: dict[date, list[Decimal]] = {}
        for order in self._business.orders(self._runs[-1]):
            if order.shipped is not None and not order.replacement and self._came(order.shipped):
                day = day_of(order.shipped)
                shipped[day] = shipped.get(day, Decimal(0)) + paid_for(order)
            for number, refund in enumerate(order.refunds):
                if self._came(refund.at) and day_of(refund.at) - day_of(order.purchased) <= _OLDEST_ORDER:
                    refunded.setdefault(day_of(refund.at), []).append(-taken_for(order, number))
        for day in self._days:
            week = days_between(day - timedelta(days=SUMMED_DAYS - 1), day)
            back = [amount for each in week for amount in refunded.get(each, [])]
            if back or any(each in shipped for each in week):
                brought = sum((shipped.get(each, Decimal(0)) for each in week), Decimal(0))
                yield day, len(back) >= LEAST_REFUNDS and sum(back) >= MOST_REFUNDED * brought
