"""The facts of the daily brief, from the measures of one store and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import (
    ad_waste,
    ads,
    competitors,
    coverage,
    incidents,
    profit,
    sales,
    settlements,
    stakes,
    stock,
    traffic,
    whole,
    why,
)

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store on the book's day. Returns the rows of the charts. Raises WarehouseError if the marts
    are not built."""
    book.add("day", book.day, "day")
    days = sales.collect(marts, book)
    traffic.collect(marts, book, days)
    sales.movers(marts, book)
    traffic.buy_box(marts, book)
    series: Series = {
        "sales": days,
        "stock": stock.collect(marts, book),
        "ads": ads.collect(marts, book),
        "prices": competitors.collect(marts, book, about.tracked),
    }
    why.collect(marts, book)
    series["profit"] = profit.collect(marts, book)
    profit.tacos(marts, book)
    ad_waste.collect(marts, book)
    settlements.collect(marts, book)
    coverage.collect(marts, book)
    whole.collect(marts, book)
    incidents.collect(marts, book)
    stakes.collect(marts, book)
    return series
