"""The calendar of slices: days, weeks (Sunday to Saturday), months and quarters. A period is named by its first day.

Only date arithmetic lives here. Time zones, and what is due, are in `slices.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipelines.feeds.feed import Period

LONGEST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92}
"""The largest number of days that a period can have."""


def first_of(period: Period, day: date) -> date:
    """The first day of the period in which a day lies.

    >>> first_of("week", date(2026, 11, 25)), first_of("quarter", date(2026, 11, 25))
    (datetime.date(2026, 11, 22), datetime.date(2026, 10, 1))
    """
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.isoweekday() % 7)
    return day.replace(day=1) if period == "month" else date(day.year, day.month - (day.month - 1) % 3, 1)


def following(period: Period, first: date) -> date:
    """The first day of the next period. first: the first day of a period."""
    if period in ("day", "week"):
        return first + timedelta(days=LONGEST_DAYS[period])
    return first_of(period, first + timedelta(days=LONGEST_DAYS[period]))


def last_of(period: Period, first: date) -> date:
    """The last day of the period that begins on `first`."""
    return following(period, first) - timedelta(days=1)


def first_from(period: Period, day: date) -> date:
    """The first day of the first period that begins on a day or after it."""
    first = first_of(period, day)
    return first if first == day else following(period, first)


def number(period: Period, first: date) -> int:
    """A number for each period, so that adjacent periods differ by one. first: the first day of a period."""
    if period == "day":
        return first.toordinal()
    if period == "week":
        return first.toordinal() // 7
    months = first.year * 12 + first.month - 1
    return months if period == "month" else months // 3


def periods_between(period: Period, first: date, last: date) -> Iterator[date]:
    """The first days of the periods that begin from `first` to `last`, both inclusive."""
    each = first_from(period, first)
    while each <= last:
        yield each
        each = following(period, each)
