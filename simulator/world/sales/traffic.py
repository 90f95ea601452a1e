"""Sales and traffic of one store's day as Amazon reports them, in the version of a given age.

Sales come from the orders placed on that day that were not cancelled when the version was made; sessions are chance
around them: the first versions miss some, and some visits of products nobody bought turn out to be robots'.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.world.business import StoreBusiness
from simulator.world.incidents import is_unreported
from simulator.world.marketplaces import PUBLISHED_AFTER, midnight
from simulator.world.rng import rng

AGES = (1, 2, 3, 7, 14)


@dataclass(slots=True)
class AsinDay:
    """One child ASIN's day. money in the store's currency."""

    asin: str
    parent_asin: str
    skus: tuple[str, ...]
    units: int = 0
    order_items: int = 0
    sales: Decimal = Decimal(0)
    browser_sessions: int = 0
    app_sessions: int = 0
    browser_views: int = 0
    app_views: int = 0
    buy_box: Decimal = Decimal(0)

    @property
    def sessions(self) -> int:
        """All sessions."""
        return self.browser_sessions + self.app_sessions

    @property
    def views(self) -> int:
        """All page views."""
        return self.browser_views + self.app_views


@dataclass(frozen=True, slots=True)
class StoreDay:
    """The store's day: its ASINs and what only the store's row has."""

    day: date
    asins: tuple[AsinDay, ...]
    refunded: int
    shipped_sales: Decimal
    shipped_units: int
    shipped_orders: int
    offers: int


def version(time_zone: str, day: date, at: datetime) -> int:
    """The age whose version of that day is the last one shown at `at`; 0 when there is none yet."""
    made = at - PUBLISHED_AFTER
    return max((age for age in AGES if midnight(time_zone, day + timedelta(days=age)) <= made), default=0)


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal:
    """Hundred times part by whole, two decimals; 0 when there is no whole."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01")) if whole else Decimal("0.00")


def store_day(business: StoreBusiness, day: date, age: int) -> StoreDay:
    """The day as the version of that age has it (age >= 1)."""
    zone = business.store.marketplace.time_zone
    made = midnight(zone, day + timedelta(days=age))
    business.until(midnight(zone, day))
    asins: dict[str, AsinDay] = {}
    for offer in business.offers:
        entry = asins.setdefault(offer.asin, AsinDay(offer.asin, offer.parent_asin, ()))
        entry.skus = (*entry.skus, offer.sku)
    for order in business.orders_on(day):
        state = order.state(made)
        for index, line in enumerate(order.lines):
            if order.replacement or state.cancelled(index) or is_unreported(business.store, line.offer.rank, day):
                continue
            entry = asins[line.offer.asin]
            entry.units += line.quantity
            entry.order_items += 1
            entry.sales += state.prices[index]
    kept = tuple(entry for entry in asins.values() if _visits(business, entry, day, age))
    return StoreDay(day, kept, *_shipped_and_refunded(business, day), offers=len(business.offers))


def _visits(business: StoreBusiness, entry: AsinDay, day: date, age: int) -> bool:
    """Fill in sessions and views; False when the ASIN has no row in this version."""
    random = rng(business.seed, business.store.store_id, "traffic", entry.asin, day)
    robots = random.random() < 0.3
    base = random.randint(0, 14)
    # visits are drawn for the order lines that were placed, so a cancellation does not take visits away
    placed = sum(
        1 for o in business.orders_on(day) for line in o.lines if line.offer.asin == entry.asin and not o.replacement
    )
    final = base + sum(random.randint(4, 14) for _ in range(placed))
    seen = {1: 82, 2: 96, 3: 100, 7: 100 - random.randint(0, 2), 14: 100}[age]
    sessions = max(final * seen // 100, entry.order_items)
    if not placed and base <= 4 and robots:
        sessions = base if age < 3 else 0
    entry.app_sessions = sessions * random.randint(35, 60) // 100
    entry.browser_sessions = sessions - entry.app_sessions
    entry.browser_views = entry.browser_sessions + entry.browser_sessions * random.randint(5, 60) // 100
    entry.app_views = entry.app_sessions + entry.app_sessions * random.randint(5, 60) // 100
    entry.buy_box = Decimal(random.choice((10000, 10000, 9850, 9524, 8333, 6667))) / 100
    return bool(entry.sessions or entry.units)


def _shipped_and_refunded(business: StoreBusiness, day: date) -> tuple[int, Decimal, int, int]:
    """(units refunded, sales, units and orders shipped) on that day, which must have been made."""
    sales, units, orders = Decimal(0), 0, 0
    for order in business.shipped.get(day, ()):
        if order.replacement or order.multi_channel:
            continue
        kept = [i for i in range(len(order.lines)) if not order.end.cancelled(i)]
        sales += sum((order.end.prices[i] for i in kept), Decimal(0))
        units += sum(order.lines[i].quantity for i in kept)
        orders += 1
    return business.refunded_units.get(day, 0), sales, units, orders
