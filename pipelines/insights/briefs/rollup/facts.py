"""The facts of the roll-up, from the measures of all stores of a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.insights.briefs.kind import Series
from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import rollup, rollup_urgent

if TYPE_CHECKING:
    from pipelines.insights.briefs.kind import About


def collect(marts: Marts, book: FactBook, about: About) -> Series:
    """Add all facts of the tenant's stores in the book's week. Returns the rows of the charts. Raises WarehouseError if
    the marts are not built."""
    rows = rollup.collect(marts, book, about.stores)
    rollup_urgent.collect(marts, book, about.stores)
    return {"stores": rows}
