"""Days, months, periods and moments as text, in the reader's own format."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.insights.locales import locale

if TYPE_CHECKING:
    from babel import Locale


@lru_cache(maxsize=4096)
def day_text(day: date, language: str, *, year: int | None) -> str:
    """A date as text; without its year if that is `year`."""
    from babel.dates import format_date

    words = locale(language)
    return format_date(day, words.SHORT_DATE if day.year == year else words.LONG_DATE, locale=babel_locale(words.BABEL))


def full_day_text(day: date, language: str) -> str:
    """A date as text, with its weekday."""
    from babel.dates import format_date

    words = locale(language)
    return format_date(day, words.FULL_DATE, locale=babel_locale(words.BABEL))


def whole_period_text(period: tuple[date, date], language: str) -> str:
    """The period of a brief as text: a day with its weekday; a whole ISO week with its number; else its first and last
    day with the year."""
    if period[0] == period[1]:
        return full_day_text(period[1], language)
    if is_iso_week(period):
        # the year stands once, where the language has it: before what is counted within it, or behind
        with_year, without = (None, period[0].year), (period[1].year, None)
        years = with_year if language == "zh" else without
        days = [day_text(day, language, year=year) for day, year in zip(period, years, strict=True)]
        number = locale(language).UI["week_number"].format(n=period[0].isocalendar().week)
        return f"{number} · {locale(language).RANGE.format(first=days[0], last=days[1])}"
    first, last = (day_text(day, language, year=None) for day in period)
    return str(locale(language).RANGE.format(first=first, last=last))


def is_iso_week(period: tuple[date, date]) -> bool:
    """Whether it is one Monday to Sunday."""
    return period[0].isoweekday() == 1 and (period[1] - period[0]).days == 6


def moment_text(moment: datetime, language: str, *, zone: str) -> str:
    """A moment as text, to the minute, in a time zone (IANA name)."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date(), language, year=local.year)} {local:%H:%M}"


def period_text(period: tuple[date, date], language: str, *, year: int) -> str:
    """A period as text: one day, or its first and last day."""
    first, last = (day_text(day, language, year=year) for day in period)
    return first if period[0] == period[1] else locale(language).RANGE.format(first=first, last=last)


def when_text(period: tuple[date, date], day: date, language: str, *, begins: bool = False) -> str:
    """A period as an adverb: "on Nov 20", "over the week", "in October", "in the 14 days to Nov 20". day: that of the
    brief, by which the week is the one that ends there. begins: it begins a sentence."""
    words = locale(language)
    length = (period[1] - period[0]).days + 1
    form = "day" if length == 1 else "week" if length == 7 and period[1] == day else "days"
    if is_month(period):
        form = "month"
    month = month_text(period[1], language, year=day.year)
    text = str(words.WHEN[form].format(day=day_text(period[1], language, year=day.year), n=length, month=month))
    return text[0].upper() + text[1:] if begins else text


def is_month(period: tuple[date, date]) -> bool:
    """Whether a period is a whole calendar month."""
    first, last = period
    return first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + timedelta(1)).day == 1


def month_text(day: date, language: str, *, year: int | None) -> str:
    """The month of a day as text; without its year if that is `year`."""
    from babel.dates import format_date

    words = locale(language)
    return format_date(day, words.MONTH if day.year == year else words.LONG_MONTH, locale=babel_locale(words.BABEL))


@cache
def babel_locale(name: str) -> Locale:
    """Babel's locale. It would look for one of that name again for every figure."""
    from babel import Locale

    return Locale.parse(name)
