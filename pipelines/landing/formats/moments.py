"""Reads marketplace days from a document's dates and date-times. What is due on a day is in `planning/slices.py`."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_LONGEST = 64


def marketplace_day(text: str, formats: tuple[str, ...], time_zone: str) -> date | None:
    """The marketplace day in a value; None if it fits none of the formats.

    formats: as in `Section.day_formats`. 'dated' is read as in dbt's macros/notations.sql: midnight UTC means that
    date, whatever the time zone. time_zone: IANA name, for date-times with an offset.

    >>> marketplace_day("2022-04-30T20:00:00+00:00", ("iso",), "Asia/Kolkata")
    datetime.date(2022, 5, 1)
    >>> marketplace_day("2022-05-01T00:00:00+00:00", ("dated",), "America/Los_Angeles")
    datetime.date(2022, 5, 1)
    """
    return _marketplace_day(text, formats, time_zone) if len(text) <= _LONGEST else None


@functools.lru_cache(maxsize=20_000)
def _marketplace_day(text: str, formats: tuple[str, ...], time_zone: str) -> date | None:
    value = text.strip()
    for form in formats:
        try:
            if form not in ("iso", "dated"):
                return datetime.strptime(value, form).date()
            if len(value) <= 10:
                return date.fromisoformat(value) if len(value) == 10 else None
            moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            continue
        if moment.tzinfo is None or (form == "dated" and _is_midnight(moment)):
            return moment.date()
        try:
            return moment.astimezone(ZoneInfo(time_zone)).date()
        except OverflowError:
            continue
    return None


def _is_midnight(moment: datetime) -> bool:
    """Whether a moment with an offset is midnight in UTC, and its offset is zero."""
    return not moment.utcoffset() and moment.time() == time()


def days_of(values: Iterable[str], formats: Sequence[str], time_zone: str) -> set[date]:
    """The marketplace days in many values. Values without a day are left out."""
    forms = tuple(formats)
    found = (marketplace_day(value, forms, time_zone) for value in values)
    return {day for day in found if day is not None}


def day_range_text(days: Iterable[date]) -> str:
    """The first and the last of some days as text for messages: `2026-03-01`, or `2026-03-01 to 2026-03-05`.

    >>> day_range_text([date(2026, 3, 5), date(2026, 3, 1)])
    '2026-03-01 to 2026-03-05'
    """
    ordered = sorted(days)
    if not ordered:
        return "no day"
    return f"{ordered[0]}" if ordered[0] == ordered[-1] else f"{ordered[0]} to {ordered[-1]}"
