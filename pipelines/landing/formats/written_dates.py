"""How the dates of a document are meant that may be DD/MM/YYYY or MM/DD/YYYY, and what they are in the feed's own way.

Decided for the document as a whole, from all its dates; where none of them tells, by days that are known of it, and
last by the marketplace. Pure functions. Dates that the API writes itself are read in `moments.py`, and by staging in
SQL.
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
    """How dates of two numbers and a year are meant. told: whether the document tells, or what is known of it."""

    day_first: bool
    told: bool = True


def in_feeds_way(
    section: Section,
    values: Mapping[str, Collection[str]],
    *,
    day_first: bool,
    wanted: Collection[date] = (),
    witnesses: Collection[tuple[str, str]] = (),
    today: date | None = None,
) -> tuple[dict[str, Callable[[str], str]], str | None]:
    """For each header whose dates are not written in the feed's way: what a value is there. And a warning of a guess.

    values: different ones by header. The rest: see `order_of`.
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
    if order is None or order.told or as_the_api:
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
        # what staging reads as that day stays as it came
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
    """How these values of one document are meant; None if none of them could be meant in two ways, or in neither.

    day_first: how they are where nothing tells. wanted: days that the document is of. witnesses: values, each with an
    ISO date-time of the same day. today: days after tomorrow cannot be meant.

    >>> order_of(["03/11/2026", "13/11/2026"], day_first=False)
    Order(day_first=True, told=True)
    >>> order_of(["03/11/2026"], day_first=True)
    Order(day_first=True, told=False)
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
        told = [first for first in possible if _day(value, first) == _iso(moment[:10])]
        if len(told) == 1:
            return Order(told[0])
    for is_meant in (
        (lambda day: day in wanted) if wanted else None,
        (lambda day: day <= today + timedelta(days=1)) if today else None,
    ):
        if is_meant is not None:
            fitting = [first for first in possible if all(map(is_meant, readings[first] or ()))]
            if len(fitting) == 1:
                return Order(fitting[0])
    return Order(day_first, told=False)


def written(value: str, form: str, order: Order | None) -> str:
    """A value in the feed's own way of writing; as it is where it is no date, or is written so.

    form: 'iso', or a strptime format as in `Section.day_formats`.

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
    """The day of a text that can be meant in one way only."""
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
    """The days of all of these, read one way; None if one of them is none."""
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
