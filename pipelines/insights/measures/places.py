"""Where own products stand in the unpaid results of watched keywords: now, a week and four weeks before, and which
first pages they came to or left. Competitors beside them are in `rivals.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts

LISTED = 12
WEEK, MONTH = 7, 28
TOLERANCE = 6  # A search that was read at most so many days before a day stands for it.

# Every search of a keyword that was read, with the best unpaid place of an own product in it, if one was shown.
OWN_PLACES = """
    select keyword, date,
        min(organic_position) filter (where is_own) as place,
        coalesce(min(page) filter (where is_own and organic_position is not null) = 1, false) as is_first_page
    from marts.keyword_rank_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
    group by keyword, date
    order by keyword, date
"""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search of a day showed. place: the best unpaid one of our products; None: none was shown. is_first_page:
    whether it is on the first page."""

    date: date
    place: int | None
    is_first_page: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Where we stand for a keyword. now: the newest search of the week. week_ago, month_ago: the newest searches at
    least so many days before it, None where none near enough was read. entered, left: the day of the week of the search
    that showed us on the first page first, or no more."""

    keyword: str
    now: Search
    week_ago: Search | None
    month_ago: Search | None
    entered: date | None
    left: date | None

    @property
    def moved(self) -> int:
        """By how many places we moved in the week, or else in four weeks; 0 where that is not known."""
        before = next((each.place for each in (self.week_ago, self.month_ago) if each and each.place), None)
        return abs(before - self.now.place) if before and self.now.place else 0


def collect(marts: Marts, book: FactBook) -> None:
    """Add the places of the searches that were read in the book's seven days: of what left or came to a first page
    first, then of what moved most."""
    first, last = book.days(WEEK)
    rows = marts.rows(OWN_PLACES, first=last - timedelta(days=MONTH + 2 * TOLERANCE), last=last)
    for each in ordered(histories(rows, first, last))[:LISTED]:
        _add(book, each)


def histories(rows: Iterable[Mapping[str, Any]], first: date, last: date) -> list[Places]:
    """Pure: of each keyword that was searched from `first` to `last`, where we stood. rows: those of OWN_PLACES."""
    searches: dict[str, list[Search]] = {}
    for row in rows:
        searches.setdefault(row["keyword"], []).append(Search(row["date"], row["place"], row["is_first_page"]))
    found = []
    for keyword, every in searches.items():
        every.sort(key=lambda each: each.date)
        now = every[-1]
        if first <= now.date <= last:
            turns = [
                after
                for before, after in pairwise(every)
                if before.is_first_page != after.is_first_page and after.date >= first
            ]
            turned = turns[-1].date if turns else None
            week, month = (_as_of(every, now.date - timedelta(days=days)) for days in (WEEK, MONTH))
            entered, left = (turned, None) if now.is_first_page else (None, turned)
            found.append(Places(keyword, now, week, month, entered, left))
    return found


def ordered(places: Iterable[Places]) -> list[Places]:
    """Pure: what left a first page, then what came to one, then what moved most. What was never shown is left out."""
    told = [
        each for each in places if any(search and search.place for search in (each.now, each.week_ago, each.month_ago))
    ]
    return sorted(told, key=lambda each: (each.left is None, each.entered is None, -each.moved, each.keyword))


def _as_of(searches: Sequence[Search], day: date) -> Search | None:
    """The newest search that was read on a day, or on one of the few before it."""
    near = [each for each in searches if day - timedelta(days=TOLERANCE) <= each.date <= day]
    return near[-1] if near else None


def _add(book: FactBook, places: Places) -> None:
    subject = Subject("search_term", clean(places.keyword))
    for name, search in (
        ("keyword_place", places.now),
        ("keyword_place_week_ago", places.week_ago),
        ("keyword_place_month_ago", places.month_ago),
    ):
        if search is not None:
            period = (search.date, search.date)
            book.add(name, search.place, "OWN_PLACES", subject=subject, period=period)
    for name, day in (("first_page_entered_on", places.entered), ("first_page_left_on", places.left)):
        if day is not None:
            book.add(name, day, "OWN_PLACES", subject=subject, period=(day, day))
