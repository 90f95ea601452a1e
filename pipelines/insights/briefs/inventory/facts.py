"""The facts of the inventory brief, as of the last snapshot of one store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.forecast.outlook import Plan
from pipelines.insights.marts import Marts
from pipelines.insights.measures import clearing, coverage, reorder, stakes, stock
from pipelines.insights.measures.cover import covers

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About

RISKS_LISTED = 20


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store's stock. What is ordered is ordered on the day after the book's, on which the brief is
    read. Returns the rows of the charts. Raises WarehouseError if the marts are not built."""
    today = book.day + timedelta(days=1)
    known = covers(marts, today, Plan.of(about.stores[0]))
    rows = stock.collect(marts, book, known=known, listed=RISKS_LISTED)
    reorder.risks(book, known)
    reorder.collect(marts, book, known, today)
    reorder.lost_sales(marts, book, known)
    clearing.collect(marts, book, known)
    coverage.collect(marts, book, feeds="amazon_sp.")
    stakes.collect(marts, book)
    return {"stock": rows}
