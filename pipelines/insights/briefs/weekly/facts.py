"""The facts of the weekly brief, from the measures of one store and one whole ISO week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import (
    ad_waste,
    ads,
    coming,
    competitors,
    coverage,
    profit,
    sales,
    settlements,
    stakes,
    stock,
    traffic,
    week,
    whole,
    why,
)

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store in the book's week. Returns the rows of the charts. Raises WarehouseError if the marts
    are not built."""
    profit.collect(marts, book, of_day=False)
    series: Series = week.collect(marts, book)
    sales.movers(marts, book)
    traffic.buy_box(marts, book)
    series["stock"] = stock.collect(marts, book)
    ads.collect(marts, book)
    week.ads_year_ago(marts, book)
    week.profit_year_ago(marts, book)
    series["prices"] = competitors.collect(marts, book, about.tracked)
    why.collect(marts, book)
    series["drivers"] = _drivers(book)
    profit.tacos(marts, book)
    ad_waste.collect(marts, book)
    settlements.paid(marts, book)
    coming.collect(marts, book)
    coverage.collect(marts, book)
    whole.collect(marts, book)
    stakes.collect(marts, book)
    return series


def _drivers(book: FactBook) -> list[dict[str, object]]:
    """The parts of the change of sales, for the chart."""
    parts = ((part, book.get(f"sales_from_{part}")) for part in ("traffic", "conversion", "units", "price", "mix"))
    return [{"part": part, "amount": float(fact.value)} for part, fact in parts if fact is not None]  # type: ignore[arg-type]
