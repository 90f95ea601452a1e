"""Coverage: what is missing, told honestly."""

from __future__ import annotations

from pipelines.insights.facts import FactBook, Subject
from pipelines.insights.marts import Marts

WINDOW_DAYS = 28  # what the brief compares with

# days that should be here and are not; the running day is not expected yet
GAPS = """
    select c.feed, count(*) as days, max(c.date) as last
    from marts.data_coverage as c
    where c.store_id = %(store_id)s and c.date between %(first)s and %(last)s and c.is_gap
    group by c.feed order by count(*) desc, c.feed
"""


def collect(marts: Marts, book: FactBook) -> None:
    period = book.days(WINDOW_DAYS + 1)
    for row in marts.rows(GAPS, first=period[0], last=period[1]):
        subject = Subject("feed", row["feed"])
        book.add("gap_days", row["days"], "GAPS", subject=subject, period=period)
        book.add("gap_last_day", row["last"], "GAPS", subject=subject, period=period)
