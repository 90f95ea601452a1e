"""Decides whether a document's dates are DD/MM/YYYY or MM/DD/YYYY, and rewrites them in the feed's own format.

It is decided once for the whole document, from all its dates. If they fit both ways, it is decided by days that are
known of the document, and last by the marketplace. Pure functions. Dates in the feed's own format are read in
`moments.py`, and by staging in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.feeds import Section
from pipelines.landing.formats.moments import marketplace_day

_NUMBERS = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NAMED = re.compile(r"(?:(\d{1,2})[- ])?([A-Za-z]{3})[- ](\d{4}|\d{2})")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Order:
    """The order of day and month in dates such as 03/11/2026. certain: False if it is the marketplace's usual one."""

    day_first: bool
    certain: bool = True


def in_feeds_way(
    section: Section,
    values: Mapping[str, Collection[str]],
    *,
    day_first: bool,
    wanted: Collection[date] = (),
    witnesses: Collection[tuple[str, str]] = (),
    today: date | None = None,
) -> tuple[dict[str, Callable[[str], str]], str | None]:
    """How to rewrite the dates of a document in the feed's own format.

    values: header -> its different values. The other arguments are those of `order_of`. Returns a function for each
    header whose values change, and a warning if the order of day and month was guessed.
    """
    order = order_of(
        (each for found in values.values() for each in found),
        day_first=day_first,
        wanted=wanted,
        witnesses=witnesses,
        today=today,
    )
    writers = {header: _writer(section, header, order) for header in values}
    changed = {
        header: write for header, write in writers.items() if any(write(each) != each for each in values[header])
    }
    as_the_api = not changed and not day_first and section.day_formats[0].startswith("%m/%d")
    if order is None or order.certain or as_the_api:
        return changed, None
    example = min(each for found in values.values() for each in found if _numbers(each))
    return changed, (
        f"Nothing in the document tells whether {example} is day or month first: it was read "
        f"{'day' if order.day_first else 'month'} first, as the store's marketplace writes dates. If that is wrong, "
        "import it again with --from and --to, where the feed has days, or write the dates as YYYY-MM-DD."
    )


def _writer(section: Section, header: str, order: Order | None) -> Callable[[str], str]:
    formats = section.day_formats if header == section.day else ("iso", "%d.%m.%Y")

    def write(value: str) -> str:
        text = written(value, formats[0], order)
        # A value in another format that staging reads as the same day stays as it is.
        same = len(value) > 9 and marketplace_day(value, formats, "UTC") == marketplace_day(text, formats, "UTC")
        return value if same else text

    return write


def order_of(
    values: Iterable[str],
    *,
    day_first: bool,
    wanted: Collection[date] = (),
    witnesses: Iterable[tuple[str, str]] = (),
    today: date | None = None,
) -> Order | None:
    """The order of day and month in the values of one document.

    None if no value has such numbers, or the values fit neither order. day_first: the order if nothing shows it.
    wanted: the days that the document should be of. witnesses: values, each with an ISO date-time of the same day.
    today: if given, no date can be later than the day after it.

    >>> order_of(["03/11/2026", "13/11/2026"], day_first=False)
    Order(day_first=True, certain=True)
    >>> order_of(["03/11/2026"], day_first=True)
    Order(day_first=True, certain=False)
    """
    found = {(int(a), int(b), int(c)) for value in values for a, b, c in _numbers(value)}
    if not found:
        return None
    if all(first == second for first, second, _ in found):
        return Order(day_first)
    readings = {first: _days(found, first) for first in (True, False)}
    possible = [first for first, days in readings.items() if days is not None]
    if len(possible) < 2:
        return Order(possible[0]) if possible else None
    for value, moment in witnesses:
        agreeing = [first for first in possible if _day(value, first) == _iso(moment[:10])]
        if len(agreeing) == 1:
            return Order(agreeing[0])
    for is_meant in (
        (lambda day: day in wanted) if wanted else None,
        (lambda day: day <= today + timedelta(days=1)) if today else None,
    ):
        if is_meant is not None:
            fitting = [first for first in possible if all(map(is_meant, readings[first] or ()))]
            if len(fitting) == 1:
                return Order(fitting[0])
    return Order(day_first, certain=False)


def written(value: str, form: str, order: Order | None) -> str:
    """A date in the feed's own format; a value that is no date stays as it is.

    form: 'iso', 'dated', or a strptime format as in `Section.day_formats`. order: of day and month in the document.

    >>> written("5.3.2026", "%m/%d/%Y", None), written("13/03/2026", "iso", Order(day_first=True))
    ('03/05/2026', '2026-03-13')
    >>> written("Oct-26", "%Y-%m", None), written("05-Oct-26", "%d-%b-%Y", None), written("soon", "iso", None)
    ('2026-10', '05-Oct-2026', 'soon')
    """
    text = _MIDNIGHT.sub("", value.strip())
    day = _day(text, order.day_first) if order is not None else None
    if day is None:
        day = _certain(text, months=form == "%Y-%m")
    if day is None:
        return value
    return day.isoformat() if form in ("iso", "dated") else day.strftime(form)


def _certain(text: str, *, months: bool) -> date | None:
    """The day of a text that can be read in one way only; None for any other. months: a month and a year are enough."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(text):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if (found := _NAMED.fullmatch(text)) and found[2].lower() in _MONTHS and (found[1] or months):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return _date(year, _MONTHS.index(found[2].lower()) + 1, int(found[1] or 1))
    return None


def _numbers(value: str) -> list[tuple[str, str, str]]:
    found = _NUMBERS.fullmatch(_MIDNIGHT.sub("", value.strip()))
    return [(found[1], found[2], found[3])] if found else []


def _day(value: str, day_first: bool) -> date | None:
    for first, second, year in _numbers(value):
        day, month = (first, second) if day_first else (second, first)
        return _date(int(year), int(month), int(day))
    return None


def _days(found: Iterable[tuple[int, int, int]], day_first: bool) -> list[date] | None:
    """The days of all these numbers, read in one order; None if one of them is no day."""
    days = [_date(year, *((b, a) if day_first else (a, b))) for a, b, year in found]
    return None if None in days else [each for each in days if each is not None]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
