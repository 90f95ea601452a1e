"""The facts of the advertising brief, from the measures of one store and thirty days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ad_results, ad_waste, ads, coverage, stakes

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About

DAYS = 30
TERMS = 10  # so many search terms without a sale, and candidates for negatives, are in the tables


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store's advertising in the book's period. Returns the rows of the charts. Raises
    WarehouseError if the marts are not built."""
    rows = ads.collect(marts, book, length=DAYS)
    ad_waste.collect(marts, book, terms=TERMS)
    ad_waste.negatives(marts, book, listed=TERMS)
    ad_results.collect(marts, book)
    coverage.collect(marts, book, feeds="amazon_ads.")
    stakes.collect(marts, book)
    return {"ads": rows}
