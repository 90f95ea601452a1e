"""Settlements: the last one that has ended, its days, and when it was paid out. In its own currency."""

from __future__ import annotations

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts

# Of several that ended on one day (accounts have one for each of their ways to be paid) the largest. Days are those of
# the store's time zone; a settlement ends before the moment of its end.
LAST_SETTLEMENT = """
    select settlement_id, currency, coalesce(total_amount, lines_amount) as amount, deposit_date,
        (started_at at time zone %(zone)s)::date as first,
        ((ended_at - interval '1 second') at time zone %(zone)s)::date as last
    from marts.settlements
    where store_id = %(store_id)s and ((ended_at - interval '1 second') at time zone %(zone)s)::date <= %(day)s
    order by last desc, coalesce(total_amount, lines_amount) desc, settlement_id limit 1
"""
PAID = """
    select settlement_id, currency, coalesce(total_amount, lines_amount) as amount, deposit_date,
        (started_at at time zone %(zone)s)::date as first,
        ((ended_at - interval '1 second') at time zone %(zone)s)::date as last
    from marts.settlements
    where store_id = %(store_id)s and deposit_date between %(first)s and %(last)s
    order by deposit_date, amount desc, settlement_id limit %(limit)s
"""
PAID_LISTED = 4


def paid(marts: Marts, book: FactBook) -> None:
    """Add the facts on the settlements that are paid out in the book's period, by Amazon's day of the deposit."""
    bounds = {"first": book.period[0], "last": book.period[1], "zone": marts.zone, "limit": PAID_LISTED}
    for row in marts.rows(PAID, **bounds):
        subject = Subject("settlement", clean(row["settlement_id"]))
        period = (row["first"] or row["deposit_date"], row["last"] or row["deposit_date"])
        currency = row["currency"] or book.currency
        book.add("paid_amount", row["amount"], "PAID", subject=subject, period=period, currency=currency)
        book.add("paid_from", row["first"], "PAID", subject=subject, period=period)
        book.add("paid_to", row["last"], "PAID", subject=subject, period=period)
        book.add("paid_on", row["deposit_date"], "PAID", subject=subject, period=period)


def collect(marts: Marts, book: FactBook) -> None:
    """Add the facts on the last settlement that ended by the book's day."""
    for row in marts.rows(LAST_SETTLEMENT, day=book.day, zone=marts.zone):
        subject = Subject("settlement", clean(row["settlement_id"]))
        period = (row["first"] or row["last"], row["last"])
        currency = row["currency"] or book.currency
        book.add(
            "settlement_amount", row["amount"], "LAST_SETTLEMENT", subject=subject, period=period, currency=currency
        )
        book.add("settlement_from", row["first"], "LAST_SETTLEMENT", subject=subject, period=period)
        book.add("settlement_to", row["last"], "LAST_SETTLEMENT", subject=subject, period=period)
        book.add("settlement_deposit_on", row["deposit_date"], "LAST_SETTLEMENT", subject=subject, period=period)
