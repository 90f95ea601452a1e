"""Which days of a store fell beyond what chance explains, by the rule that docs/alerts.md writes down.

A day is compared with the same weekdays of the eight weeks before it, of which at least six must be known. Their usual
value is the median. How far they spread is 1.4826 times the median distance from it (1.2533 times the average one where
that is 0), and at least what chance alone makes of so many orders or visits: the usual value by the root of the usual
number. A day has fallen when it lies 3.5 of these below the usual value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from simulator.truth.known import REPORT_LATENCY, Known
from simulator.truth.sales import sales_store_daily
from simulator.world.business import StoreBusiness
from simulator.world.marketplaces import days_between, local_day
from simulator.world.model import SimStore
from simulator.world.sales.traffic import AGES, store_day, version

Row = tuple[str, str, str, date, bool]
FINAL = max(AGES)
WEEKS, ENOUGH = 8, 6
FALLEN = Decimal("-3.5")
DAYS = 28
"""Days of visits that are looked back: the last two of these four weeks are final."""


def has_fallen(value: Decimal, before: Iterable[tuple[Decimal, Decimal]]) -> bool | None:
    """Whether a day's value fell; None where that cannot be said. before: (value, how many events) of earlier days."""
    known = list(before)
    if len(known) < ENOUGH:
        return None
    usual, number = _middle(each for each, _ in known), _middle(each for _, each in known)
    apart = [abs(each - usual) for each, _ in known]
    spread = Decimal("1.4826") * _middle(apart)
    if not spread:
        spread = Decimal("1.2533") * sum(apart) / len(apart)
    if number > 0:
        spread = max(spread, usual / number.sqrt())
    return round((value - usual) / spread, 2) <= FALLEN if spread else None


def _middle(values: Iterable[Decimal]) -> Decimal:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _weekdays(day: date) -> list[date]:
    return [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)]


def of_sales(known: Known) -> Iterator[Row]:
    """Units ordered, those that wait for their price among them, on each ended day since the first sale."""
    units: dict[str, dict[date, Decimal]] = {}
    for row in sales_store_daily(known):
        units.setdefault(row["store_id"], {})[row["date"]] = Decimal(row["units"] + row["pending_units"])
    for _, store, _ in known.stores(configured_only=True):
        sold = units.get(store.store_id)
        if not sold:
            continue
        yesterday = local_day(store.marketplace.time_zone, known.now) - timedelta(days=1)
        days = {day: sold.get(day, Decimal(0)) for day in days_between(min(sold), yesterday)}
        for day, value in days.items():
            so = has_fallen(value, [(days[each], days[each]) for each in _weekdays(day) if each in days])
            if so is not None:
                yield store.store_id, "sales_fallen", store.store_id, day, so


@dataclass(frozen=True, slots=True)
class Visited:
    """A day's visits and the units ordered on it, as they were known at some age of the day."""

    sessions: Decimal
    units: Decimal

    @property
    def rate(self) -> Decimal:
        """Units of 100 visits."""
        return 100 * self.units / self.sessions


def of_visits(known: Known) -> Iterator[Row]:
    """Visits, and units of them: a day that Amazon still changes against days as they were known at its age."""
    for account, store, business in known.stores(configured_only=True):
        days = known.ended(account, REPORT_LATENCY)
        versions = _Versions(known, store, business, days)
        for day in days[-DAYS:]:
            today, before = versions.current(day), list(versions.alike(day))
            if today is None:
                continue
            fell = has_fallen(today.sessions, [(each.sessions, each.sessions) for each in before])
            if fell is not None:
                yield store.store_id, "sessions_fallen", store.store_id, day, fell
            visited = [each for each in before if each.sessions]
            fell = has_fallen(today.rate, [(each.rate, each.units) for each in visited]) if today.sessions else None
            if fell is not None:
                yield store.store_id, "conversion_fallen", store.store_id, day, fell


class _Versions:
    """What was read of a store's days, each time at which Tradewind ran."""

    def __init__(self, known: Known, store: SimStore, business: StoreBusiness, days: Iterable[date]) -> None:
        self._business = business
        zone, runs = store.marketplace.time_zone, [run.now for run in known.runs()]
        self._age = {day: version(zone, day, known.now) for day in days}
        self._read: Mapping[date, set[int]] = {day: {version(zone, day, at) for at in runs} for day in self._age}
        self._shown: dict[tuple[date, int], Visited | None] = {}

    def current(self, day: date) -> Visited | None:
        return self._at(day, self._age[day])

    def alike(self, day: date) -> Iterator[Visited]:
        """The same weekdays before that it may be compared with."""
        for each in _weekdays(day):
            if self._age[day] in self._read.get(each, ()):
                found = self._at(each, self._age[day])
                if found is not None:
                    yield found

    def _at(self, day: date, age: int) -> Visited | None:
        if not age:
            return None
        if (day, age) not in self._shown:
            asins = store_day(self._business, day, age).asins
            sessions, units = sum(each.sessions for each in asins), sum(each.units for each in asins)
            self._shown[day, age] = Visited(Decimal(sessions), Decimal(units)) if asins else None
        return self._shown[day, age]
