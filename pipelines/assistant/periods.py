"""Periods as sellers name them (`last week`, `2026-11`, `yesterday`), and the days that they stand for. Pure.

Days are marketplace days, both ends inclusive. A period that has not ended is cut at the last day that has, because a
day that is still going on looks like a fall.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.assistant.refusals import Refusal

KNOWN = (
    "`yesterday`, `last 7 days` (any number), `last week`, `this week`, `last month`, `this month`, `this year`, "
    "a day `2026-11-05`, a month `2026-11`, a week `2026-W45`, or `2026-11-01..2026-11-15`"
)
DEFAULT = "last 7 days"
_MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both inclusive. named: as it was asked for."""

    first: date
    last: date
    named: str = ""

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Whether it is a whole calendar month."""
        return self.first.day == 1 and self.last == self.first.replace(
            day=calendar.monthrange(self.first.year, self.first.month)[1]
        )

    def before(self) -> Period:
        """What it is compared with by default: the month before a whole month, else as many days before it."""
        last = self.first - timedelta(days=1)
        first = last.replace(day=1) if self.is_month else last - timedelta(days=self.days - 1)
        return Period(first, last, "the period before")

    def year_ago(self) -> Period:
        """The same month a year earlier of a whole month, else 364 days earlier, so that weekdays are the same."""
        if self.is_month:
            return parse(f"{self.first.year - 1}-{self.first.month:02}", today=self.first)
        back = timedelta(days=364)
        return Period(self.first - back, self.last - back, "a year earlier")

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def parse(text: str | None, *, today: date) -> Period:
    """The days of a period. today: the marketplace day that is going on, which is part of none.

    Raises Refusal where nobody can know which days are meant, and for days that have not ended.

    >>> str(parse("last week", today=date(2026, 11, 30)))
    '2026-11-23 to 2026-11-29'
    """
    named = " ".join((text or DEFAULT).lower().replace("_", " ").split())
    found = _words(named, today) or _written(named)
    if found is None:
        raise Refusal(f"The period {text!r} is not understood. Write {KNOWN}.")
    first, last = found
    yesterday = today - timedelta(days=1)
    if first > last:
        raise Refusal(f"The period {text!r} ends before it begins.")
    if first > yesterday:
        raise Refusal(f"The period {text!r} has no day that has ended: the last whole day is {yesterday}.")
    if (last - first).days >= _MOST_DAYS:
        raise Refusal(f"The period {text!r} has more than ten years. Ask for a shorter one.")
    return Period(first, min(last, yesterday), named)


def pair_of(now: Period, compared_with: str, *, today: date) -> tuple[Period, Period]:
    """A period and the one that it is compared with: `previous`, `year_ago`, or a period of its own.

    Raises Refusal where the two have days in common.
    """
    named = compared_with.strip().lower().replace(" ", "_")
    if named in ("previous", "before", "previous_period", "the_period_before"):
        before = now.before()
    elif named in ("year_ago", "last_year", "a_year_ago"):
        before = now.year_ago()
    else:
        before = parse(compared_with, today=today)
    if before.first <= now.last and now.first <= before.last:
        raise Refusal(f"{before} and {now} have days in common, so that neither is before the other.")
    return now, before


def _words(named: str, today: date) -> tuple[date, date] | None:
    yesterday = today - timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    if back := re.fullmatch(r"(?:the )?(?:last|past) (\d{1,4}) days?", named):
        return yesterday - timedelta(days=max(int(back[1]), 1) - 1), yesterday
    words = {
        "yesterday": (yesterday, yesterday),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "this week": (monday, monday + timedelta(days=6)),
        "last month": ((month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)),
        "this month": (month, month + timedelta(days=30)),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "this year": (date(today.year, 1, 1), date(today.year, 12, 31)),
    }
    return words.get(named)


def _written(named: str) -> tuple[date, date] | None:
    first, separator, last = named.partition("..")
    if separator:
        begin, end = _written(first.strip()), _written(last.strip())
        return (begin[0], end[1]) if begin and end else None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", named):
            return (date.fromisoformat(named),) * 2
        if week := re.fullmatch(r"(\d{4})-w(\d\d?)", named):
            monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return monday, monday + timedelta(days=6)
        if month := re.fullmatch(r"(\d{4})-(\d\d)", named):
            year, number = int(month[1]), int(month[2])
            return date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
        if re.fullmatch(r"\d{4}", named):
            return date(int(named), 1, 1), date(int(named), 12, 31)
    except (ValueError, calendar.IllegalMonthError):
        return None
    return None
