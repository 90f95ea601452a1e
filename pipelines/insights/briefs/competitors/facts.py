"""The facts of the competitors brief, from the measures of one store and seven days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import competitors, coverage, places, rivals, stakes

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the store's tracked competitors in the book's period. Returns the rows of the charts. Raises
    WarehouseError if the marts are not built."""
    rivals.collect(marts, book, about.tracked)
    places.collect(marts, book)
    coverage.collect(marts, book, feeds="apify.")
    stakes.collect(marts, book)
    return {"prices": competitors.prices(marts, book, about.tracked)}
