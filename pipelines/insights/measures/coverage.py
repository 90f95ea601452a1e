"""Coverage: what is missing, told honestly."""

from __future__ import annotations

from pipelines.insights.facts import FactBook, Subject
from pipelines.insights.marts import Marts

WINDOW_DAYS = 28  # what the brief compares with

# days that are neither here nor known to be empty; the running day is not expected yet, and of what cannot be fetched
# for the past (most snapshots) nothing is missing before its first day
GAPS = """
    select c.feed, count(*) as days, max(c.date) as last
    from marts.data_coverage as c
    left join (
        select feed, min(date) as first_day from marts.data_coverage
        where store_id = %(store_id)s and state in ('loaded', 'empty') group by feed
    ) as known on c.feed = known.feed
    where c.store_id = %(store_id)s and c.date between %(first)s and %(last)s and c.state not in ('loaded', 'empty')
        and not (c.state = 'unavailable' and c.date < coalesce(known.first_day, 'infinity'::date))
    group by c.feed order by count(*) desc, c.feed
"""


def collect(marts: Marts, book: FactBook) -> None:
    period = book.days(WINDOW_DAYS + 1)
    for row in marts.rows(GAPS, first=period[0], last=period[1]):
        subject = Subject("feed", row["feed"])
        book.add("gap_days", row["days"], "GAPS", subject=subject, period=period)
        book.add("gap_last_day", row["last"], "GAPS", subject=subject, period=period)
