"""When a report shows what happened on a day: some hours after the day's end, more of it after more midnights.

What reports of one kind show changes only at these moments, so whoever asks at each of them has all there is. The
times are Amazon's own, typed apart from the platform's catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.rng import rng


@dataclass(frozen=True, slots=True)
class Timing:
    """ages: the days after which a report shows more of a day (1: when it ends); latency: how long after midnight."""

    ages: tuple[int, ...]
    latency: timedelta

    def boundary(self, zone: str, day: date, age: int) -> datetime:
        """The instant (UTC) at which what is known of a day at that age appears."""
        return midnight(zone, day + timedelta(days=age)) + self.latency

    def age(self, zone: str, day: date, now: datetime) -> int | None:
        """The age of what a report made at `now` shows of a day; None while it shows nothing."""
        reached = [age for age in self.ages if self.boundary(zone, day, age) <= now]
        return max(reached) if reached else None

    def known_at(self, zone: str, day: date, now: datetime) -> datetime | None:
        """The instant whose knowledge a report made at `now` shows of a day; None while it shows nothing."""
        age = self.age(zone, day, now)
        return None if age is None else self.boundary(zone, day, age)


KEPT_IN_QUEUE = timedelta(days=14)
"""How long a message waits in a queue of SQS at most (its MessageRetentionPeriod)."""
TOLD_AFTER = timedelta(hours=1)
"""How long after a marketplace day has begun it is told what of stock, listings and pages has changed overnight."""
TOLD_BY_ASIN = frozenset({"sakura-jp"})
"""Stores of which it tells units of ASINs, and none of SKUs: their sellers have not subscribed to these."""
FULFILLED_SHIPMENTS = Timing((1, 2), timedelta(hours=3))
CUSTOMER_RETURNS = Timing((1, 2, 7), timedelta(hours=4))
MERCHANT_RETURNS = Timing((1, 3, 7, 14, 30), timedelta(hours=4))
REIMBURSEMENTS = Timing((1, 3), timedelta(hours=4))
# of the day on which a removal was requested; it takes weeks
REMOVALS = Timing((1, 3, 7, 14, 30, 60, 90), timedelta(minutes=30))
# of a whole month: ages are those of its last day
STORAGE_FEES = Timing((1, 9), timedelta(days=7))


def first_age(timing: Timing, share: float, *key: object) -> int:
    """The age of its day at which a row appears first: the second one for that share of the rows."""
    return timing.ages[1] if rng("late", *key).random() < share else timing.ages[0]


def days_asked(zone: str, start: datetime | None, end: datetime | None, now: datetime) -> Iterator[date]:
    """The days of that zone that a request's window touches; none without a beginning."""
    last = min(end or now, now)
    if start is not None and start <= last:
        yield from days_between(local_day(zone, start), local_day(zone, last))


def first_of_month(day: date) -> date:
    """The first day of the month in which a day lies."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after the one that begins on `month`."""
    return (month + timedelta(days=32)).replace(day=1)


def last_of_month(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return next_month(month) - timedelta(days=1)
