"""Settlements: the amount of the last settlement, in its own currency."""

from __future__ import annotations

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts

# The lines of a settlement add up to the amount that is paid out. A settlement has one currency.
LAST_SETTLEMENT = """
    select settlement_id, currency, sum(amount) as amount, min(posted_date) as first, max(posted_date) as last
    from marts.settlement_lines
    where store_id = %(store_id)s
    group by settlement_id, currency
    having max(posted_date) <= %(day)s
    order by max(posted_date) desc, settlement_id desc limit 1
"""


def collect(marts: Marts, book: FactBook) -> None:
    """Add the facts on the last settlement that ended by the book's day."""
    for row in marts.rows(LAST_SETTLEMENT, day=book.day):
        subject = Subject("settlement", clean(row["settlement_id"]))
        period = (row["first"], row["last"])
        currency = row["currency"] or book.currency
        book.add(
            "settlement_amount", row["amount"], "LAST_SETTLEMENT", subject=subject, period=period, currency=currency
        )
        book.add("settlement_from", row["first"], "LAST_SETTLEMENT", subject=subject, period=period)
        book.add("settlement_to", row["last"], "LAST_SETTLEMENT", subject=subject, period=period)
