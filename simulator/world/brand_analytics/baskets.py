"""What is bought together, and who buys again: facts of Brand Analytics that follow from a store's orders alone.

A customer is known by the orders: each order is one of a small circle's. The periods are in periods.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from simulator.world.brand_analytics.searches import kept_lines
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, midnight
from simulator.world.orders.order import Order
from simulator.world.rng import number

CUSTOMERS = 150
MOST_PARTNERS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products of one basket. share: of the baskets of several products with `asin` that also held the other."""

    asin: str
    other: str
    rank: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Repeat:
    """A product's period. repeat_customers: had bought it before, or did so twice; repeat_revenue: what they paid."""

    asin: str
    orders: int
    customers: int
    repeat_customers: int
    revenue: Decimal
    repeat_revenue: Decimal


def share(part: Fraction | Decimal | int, whole: Decimal | int = 1) -> Decimal:
    """Part by whole as Brand Analytics writes it, four decimals; 0 when there is no whole."""
    if not whole:
        return Decimal("0.0000")
    exact = Fraction(part) / Fraction(whole) * 10_000
    return Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator)).scaleb(-4)


@lru_cache(maxsize=128)
def pairs(business: StoreBusiness, first: date, last: date, age: int) -> tuple[Pair, ...]:
    """What was bought together from first to last, as the version of that age has it."""
    baskets: dict[str, set[str]] = defaultdict(set)
    for day in _days(business, first, last):
        for order, _, line in kept_lines(business, day, last + timedelta(days=age)):
            baskets[order.order_id].add(line.offer.asin)
    together: Counter[tuple[str, str]] = Counter()
    several: Counter[str] = Counter()
    for asins in baskets.values():
        if len(asins) > 1:
            several.update(asins)
            together.update((one, other) for one in asins for other in asins if one != other)
    result = []
    for asin in sorted(several):
        partners = sorted(
            ((other, count) for (one, other), count in together.items() if one == asin),
            key=lambda each: (-each[1], each[0]),
        )
        result += [
            Pair(asin, other, rank, Fraction(count, several[asin]))
            for rank, (other, count) in enumerate(partners[:MOST_PARTNERS], 1)
        ]
    return tuple(result)


@lru_cache(maxsize=128)
def repeats(business: StoreBusiness, first: date, last: date, age: int) -> tuple[Repeat, ...]:
    """Who bought again from first to last, as the version of that age has it, by ASIN."""
    known_at = last + timedelta(days=age)
    # (ASIN, customer) -> orders
    earlier: dict[tuple[str, int], set[str]] = defaultdict(set)
    now: dict[tuple[str, int], set[str]] = defaultdict(set)
    paid: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for day in _days(business, business.store.start, last):
        into = now if day >= first else earlier
        for order, index, line in kept_lines(business, day, known_at):
            key = line.offer.asin, customer(business, order)
            into[key].add(order.order_id)
            if day >= first:
                made = midnight(business.store.marketplace.time_zone, known_at)
                paid[key] += order.state(made).prices[index]
    by_asin: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key in now:
        by_asin[key[0]].append(key)
    result = []
    for asin, keys in sorted(by_asin.items()):
        again = [key for key in keys if key in earlier or len(now[key]) > 1]
        result.append(
            Repeat(
                asin=asin,
                orders=sum(len(now[key]) for key in keys),
                customers=len(keys),
                repeat_customers=len(again),
                revenue=sum((paid[key] for key in keys), Decimal(0)),
                repeat_revenue=sum((paid[key] for key in again), Decimal(0)),
            )
        )
    return tuple(result)


def customer(business: StoreBusiness, order: Order) -> int:
    """Who placed an order."""
    return number(business.seed, business.store.store_id, "customer", order.order_id) % CUSTOMERS


def _days(business: StoreBusiness, first: date, last: date) -> Iterator[date]:
    business.until(midnight(business.store.marketplace.time_zone, last))
    yield from days_between(first, last)
