"""Coverage: the days of data that are missing, by feed, as `tradewind status` calls them."""

from __future__ import annotations

from datetime import date

from pipelines.insights.facts import Fact, FactBook, Subject
from pipelines.insights.marts import Marts
from pipelines.landing.views.missing import GONE_STATE

WINDOW_DAYS = 28  # The number of days before the brief's day that the brief compares with.

# Days that should have data and have none. The running day is not among them.
GAPS = """
    select c.feed, c.state = %(gone)s as is_gone, count(*) as days, max(c.date) as last
    from marts.data_coverage as c
    where c.store_id = %(store_id)s and c.date between %(first)s and %(last)s and c.is_gap
        and c.feed like %(feeds)s
    group by c.feed, c.state = %(gone)s order by count(*) desc, c.feed
"""


def collect(marts: Marts, book: FactBook, *, feeds: str = "", period: tuple[date, date] | None = None) -> None:
    """Add the facts on missing days, by feed: those that are not fetched, and those that cannot be had any more. What
    these are called is in `landing/views/missing.py`. feeds: of feeds whose names begin so.
    period: default the days that the daily brief compares."""
    period = period or book.days(WINDOW_DAYS + 1)
    for row in marts.rows(GAPS, first=period[0], last=period[1], feeds=f"{feeds}%", gone=GONE_STATE):
        subject = Subject("feed", row["feed"])
        days, last = ("unavailable_days", "unavailable_last_day") if row["is_gone"] else ("gap_days", "gap_last_day")
        book.add(days, row["days"], "GAPS", subject=subject, period=period)
        book.add(last, row["last"], "GAPS", subject=subject, period=period)


def late(book: FactBook) -> list[Fact]:
    """The feeds whose data ends before the brief's day, but for those whose last days are told as not fetched."""
    gaps = {fact.subject.key: fact.value for fact in book.all("gap_last_day")}
    return [
        fact
        for fact in book.all("data_until")
        if fact.subject.key not in gaps or gaps[fact.subject.key] < fact.value  # type: ignore[operator]
    ]
