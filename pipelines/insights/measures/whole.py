"""Profit: for how many units costs are missing, so that a margin without costs is not taken for a good one."""

from __future__ import annotations

from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts

WINDOW_DAYS = 30

INCOMPLETE = """
    select coalesce(sum(units) filter (where not is_complete), 0) as units,
        round(100.0 * sum(units) filter (where not is_complete) / nullif(sum(units), 0), 4) as share
    from marts.profit_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""


def collect(marts: Marts, book: FactBook) -> None:
    """Add the facts on units whose profit is not complete, in the last WINDOW_DAYS days."""
    period = book.days(WINDOW_DAYS)
    for row in marts.rows(INCOMPLETE, first=period[0], last=period[1]):
        if row["units"]:
            book.add("incomplete_units", row["units"], "INCOMPLETE", period=period)
            book.add("incomplete_share", row["share"], "INCOMPLETE", period=period)
