"""Collects all measures of one store and day: the facts in one book, and the series of the charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ads, competitors, coverage, sales, settlements, stock, traffic, whole


@dataclass
class Series:
    """The rows of the charts, as lists of dicts. Amounts are floats: they are drawn, but never written as figures."""

    sales: list[dict[str, Any]] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    ads: list[dict[str, Any]] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)


def collect(
    marts: Marts, day: date, currency: str, tracked: Mapping[str, Sequence[str]] | None = None
) -> tuple[FactBook, Series]:
    """All facts of the store on a marketplace day, and the series of its charts.

    currency: the store's, ISO 4217. tracked: own ASIN -> ASINs of its competitors. Raises WarehouseError if the marts
    are not built.
    """
    book, series = FactBook(marts.store_id, day, currency), Series()
    book.add("day", day, "day")
    series.sales = sales.collect(marts, book)
    traffic.collect(marts, book, series.sales)
    sales.movers(marts, book)
    traffic.buy_box(marts, book)
    series.stock = stock.collect(marts, book)
    series.ads = ads.collect(marts, book)
    series.prices = competitors.collect(marts, book, tracked or {})
    settlements.collect(marts, book)
    coverage.collect(marts, book)
    whole.collect(marts, book)
    return book, series


def last_day(marts: Marts, until: date) -> date | None:
    """The last day up to `until` that has orders, or is known to have none; None if there were never any orders."""
    rows = marts.rows(
        """
        select max(date) as day from (
            select date from marts.sales_daily where store_id = %(store_id)s and date <= %(until)s
            union all
            select date from marts.data_coverage
            where store_id = %(store_id)s and date <= %(until)s and feed like 'amazon_sp.all_orders%%'
                and state in ('loaded', 'empty')
                and exists (select from marts.sales_daily where store_id = %(store_id)s and date <= %(until)s)
        ) known
        """,
        until=until,
    )
    return rows[0]["day"]
