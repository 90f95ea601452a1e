"""The facts of the month in money, from the measures of one store and one whole calendar month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import coverage, month, month_skus

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store's month. Returns the rows of the charts. Raises WarehouseError if the marts are not
    built."""
    month_skus.left_out(marts, book)
    rows = month.collect(marts, book)
    profit = book.get("month_profit")
    if profit is not None:
        month_skus.losing(marts, book, profit.open_days)
    month_skus.settlements(marts, book)
    coverage.collect(marts, book, period=book.period)
    return {"profit": rows}
