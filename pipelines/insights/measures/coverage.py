"""Coverage: the days of data that are missing, by feed."""

from __future__ import annotations

from pipelines.insights.facts import FactBook, Subject
from pipelines.insights.marts import Marts

WINDOW_DAYS = 28  # The number of days before the brief's day that the brief compares with.

# Days that should have data and have none. The running day is not among them.
GAPS = """
    select c.feed, count(*) as days, max(c.date) as last
    from marts.data_coverage as c
    where c.store_id = %(store_id)s and c.date between %(first)s and %(last)s and c.is_gap
        and c.feed like %(feeds)s
    group by c.feed order by count(*) desc, c.feed
"""


def collect(marts: Marts, book: FactBook, *, feeds: str = "") -> None:
    """Add the facts on missing days, by feed. feeds: of feeds whose names begin so."""
    period = book.days(WINDOW_DAYS + 1)
    for row in marts.rows(GAPS, first=period[0], last=period[1], feeds=f"{feeds}%"):
        subject = Subject("feed", row["feed"])
        book.add("gap_days", row["days"], "GAPS", subject=subject, period=period)
        book.add("gap_last_day", row["last"], "GAPS", subject=subject, period=period)
