"""Alerts of what Amazon tells a queue: the incidents that follow from the world's days, if all of them were told.

A state is known from the first day on which it changed; it lasts until it changes again. Independent of the messages:
what is so is read from stock and pages, not from what was sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulator.seeded_world import World
from simulator.truth.alerts import follow
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, midnight
from simulator.world.money.settlements import paid_for, taken_for
from simulator.world.orders.wishes import asks_to_cancel
from simulator.world.product_pages.own_changes import has_issue, has_other_seller, has_other_title, is_priced_out

TOLD_FOR_DAYS = 3
"""How long one hears of changed content."""
SUMMED_DAYS, LEAST_REFUNDS, MOST_REFUNDED = 7, 5, Decimal("0.15")


def told_alerts(world: World, first: date, last: date, by_asin: Collection[str] = ()) -> list[dict]:
    """One row per incident, of the days `first` to `last` of which Amazon told; one looks on the last one.

    by_asin: stores of which it told the units of ASINs, and not those of SKUs.
    """
    rows = []
    for store in (each for each in world.stores if each.configured):
        business = world.business(store)
        for kind, subject, days in _states(business, first, last, store.store_id in by_asin):
            spans: list[list] = []
            for day, so in days:
                follow(spans, day, so, at_once=True)
            rows += [
                {
                    "store_id": store.store_id,
                    "kind": kind,
                    "subject": subject,
                    "first_seen": begun,
                    "last_seen": seen,
                    "resolved_at": over,
                }
                for begun, seen, over in spans
            ]
    return rows


def _states(
    business: StoreBusiness, first: date, last: date, by_asin: bool
) -> Iterator[tuple[str, str, list[tuple[date, bool]]]]:
    """Kind, subject, and on each day of which anything is known whether it is so."""
    store, seed = business.store, business.seed
    days = days_between(first - timedelta(days=1), last)
    business.until(midnight(store.marketplace.time_zone, last) + timedelta(hours=23))
    yield from _stock(business, days, by_asin)
    pages: dict[str, list[list[tuple[date, bool]]]] = {}
    for offer in business.offers:
        issues, others, dear, titles = (
            {day: holds(seed, store, offer.rank, day) for day in days}
            for holds in (has_issue, has_other_seller, is_priced_out, has_other_title)
        )
        yield "listing_issues", offer.sku, _since_change(days, issues, issues)
        changed = [day for day in days[1:] if titles[day] != titles[day - timedelta(days=1)]]
        since = [
            (day, any(timedelta() <= day - each < timedelta(days=TOLD_FOR_DAYS) for each in changed))
            for day in days[1:]
            if changed and day >= changed[0]
        ]
        pages[offer.asin] = [_since_change(days, others, others), _since_change(days, dear, dear), since]
    for asin, found in pages.items():
        for kind, known_days in zip(
            ("buy_box_elsewhere", "price_not_competitive", "content_changed"), found, strict=True
        ):
            yield kind, asin, known_days
    yield from _wishes(business, first, last)
    yield "refunds_of_sales", store.store_id, list(_refunded(business, first, last))


def _stock(business: StoreBusiness, days: list[date], by_asin: bool) -> Iterator[tuple[str, str, list]]:
    units: dict[str, dict[date, int]] = {}
    together: dict[str, dict[date, int]] = {}
    asins: dict[str, str] = {}
    for day in days:
        for each in business.stock.snapshots.get(day - timedelta(days=1), []):
            sku, asin = each.offer.sku, each.offer.asin
            asins[sku] = asin
            units.setdefault(sku, {})[day] = each.fulfillable
            of_asin = together.setdefault(asin, {})
            of_asin[day] = of_asin.get(day, 0) + each.fulfillable
    for sku, known in units.items():
        nothing = {day: left == 0 for day, left in known.items()}
        if not by_asin:
            yield "out_of_stock_now", sku, _since_change(days, known, nothing)
            continue
        # of the SKU it is known only that it cannot be bought, of the ASIN whether anything is left
        while_others_are = {day: so and together[asins[sku]][day] > 0 for day, so in nothing.items()}
        yield "listing_not_buyable", sku, _since_change(days, nothing, while_others_are)
    if by_asin:
        for asin, known in together.items():
            nothing = {day: left == 0 for day, left in known.items()}
            yield "asin_out_of_stock_now", asin, _since_change(days, known, nothing)


def _wishes(business: StoreBusiness, first: date, last: date) -> Iterator[tuple[str, str, list]]:
    """Orders whose buyers ask to cancel: from that day to before the one on which it is sent or cancelled."""
    for order in business.orders(midnight(business.store.marketplace.time_zone, last + timedelta(days=1))):
        asked = asks_to_cancel(business.seed, order)
        if asked is None:
            continue
        begun, over = business.day_of(asked), business.day_of(order.end.at)
        known = [day for day in days_between(first, last) if day >= min(begun, over)] if over >= first else []
        yield "buyer_asks_to_cancel", order.order_id, [(day, first <= begun <= day < over) for day in known]


def _refunded(business: StoreBusiness, first: date, last: date) -> Iterator[tuple[date, bool]]:
    """Each day on which anything was posted lately, and whether refunds are much of what orders brought in a week."""
    shipped: dict[date, Decimal] = {}
    refunded: dict[date, list[Decimal]] = {}
    for order in business.orders(midnight(business.store.marketplace.time_zone, last + timedelta(days=1))):
        if order.shipped is not None and not order.replacement:
            day = business.day_of(order.shipped)
            shipped[day] = shipped.get(day, Decimal(0)) + paid_for(order)
        for number, refund in enumerate(order.refunds):
            refunded.setdefault(business.day_of(refund.at), []).append(-taken_for(order, number))
    for day in days_between(first, last):
        week = [each for each in days_between(day - timedelta(days=SUMMED_DAYS - 1), day) if each >= first]
        back = [amount for each in week for amount in refunded.get(each, [])]
        if back or any(each in shipped for each in week):
            brought = sum((shipped.get(each, Decimal(0)) for each in week), Decimal(0))
            yield day, len(back) >= LEAST_REFUNDS and sum(back) >= MOST_REFUNDED * brought


def _since_change(days: list[date], state: dict, so: dict[date, bool]) -> list[tuple[date, bool]]:
    """The days from the first on which the state is another one than the day before."""
    changed = [day for day in days[1:] if day in state and state.get(day - timedelta(days=1)) != state[day]]
    return [(day, so[day]) for day in days[1:] if changed and day >= changed[0] and day in so]
