"""Advertising: spend, attributed sales and ACoS of the week, or of thirty days. What sells nothing is in ad_waste.py.

Only Sponsored Products count, by the day of the click, with the sales that Amazon attributes within seven days.
Sponsored Brands and Display have no such seven-day sales, so their cost cannot be compared with them. Amounts are in
the store's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import HISTORY_DAYS, Basis, ratio, total, week_facts
from pipelines.insights.readings import CAMPAIGNS, Readings, read

ADS_BY_DAY = """
    select date, sum(cost) as cost, sum(sales_7d) as sales from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by date order by date
"""
READINGS = """
    select date as day, read_at, cost, sales_7d from intermediate.int_ads_readings
    where store_id = %(store_id)s and date between %(first)s and %(last)s order by date, read_at, load_id
"""
FIRST_DAY = """
    select min(date) as day from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS'
"""


def collect(marts: Marts, book: FactBook, *, length: int = 7) -> list[dict[str, Any]]:
    """Add the facts of so many days, 7 or 30, and of as many before. Returns the chart's rows: the cost of each day and
    the ACoS of the seven days up to it."""
    start = book.day - timedelta(days=HISTORY_DAYS - 1)
    first = marts.rows(FIRST_DAY)[0]["day"]
    frame = marts.daily(ADS_BY_DAY, start, book.day)
    if first is None or frame.empty:
        return []
    last = max(frame.index)
    if last < book.day:
        book.add("data_until", last, "ADS_BY_DAY", subject=Subject("feed", CAMPAIGNS))
    readings = read(marts, CAMPAIGNS, start, book.day, query=READINGS)
    cost = {day: Decimal(value or 0) for day, value in frame["cost"].items()}
    sales = {day: Decimal(value or 0) for day, value in frame["sales"].items()}
    if last == book.day:  # A week without its last day would look like a fall.
        _span(book, length, cost, sales, first, readings)
    return [row | {"is_open": readings.is_open(row["date"])} for row in _rolling(frame)]


def _span(book: FactBook, length: int, cost: dict, sales: dict, first: date, readings: Readings) -> None:
    """Compare the days with as many before. Each is compared with the day so long before it at the same age.

    If that is not known for one of the days, nothing is compared.
    """
    span = book.days(length)
    open_days = readings.open_days(span)
    basis = Basis("ADS_BY_DAY", open_days, ("READINGS", "intermediate.int_ads_readings") if open_days else None)
    if open_days:
        book.add("ads_open_days", open_days, "CHECKED", period=span, table="ops.slices")
        book.add("ads_final_on", readings.final_on(span), "CHECKED", period=span, table="ops.slices")
    days = [span[0] + timedelta(days=n) for n in range(length)]
    earlier = [_counterpart(day, length, cost, sales, first, readings) for day in days]
    spent, sold = total(cost, span, first=first), total(sales, span, first=first)
    spent_before: Decimal | None = None
    sold_before: Decimal | None = None
    if None not in earlier:
        spent_before, sold_before = (
            sum((values[name] for values in earlier if values), Decimal(0)) for name in ("cost", "sales_7d")
        )
    week_facts(book, "ad_spend", basis, spent, spent_before, length=length)
    week_facts(book, "ad_sales", basis, sold, sold_before, length=length)
    acos, acos_before = ratio(spent, sold), ratio(spent_before, sold_before)
    week_facts(book, "acos", basis, acos, acos_before, points=True, length=length)


def _counterpart(
    day: date, length: int, cost: dict, sales: dict, first: date, readings: Readings
) -> Mapping[str, Any] | None:
    """The figures of the day so many days before, as they were at the age of `day`; None if that is not known."""
    before = day - timedelta(days=length)
    if before < first:
        return None
    settled = {"cost": cost.get(before, Decimal(0)), "sales_7d": sales.get(before, Decimal(0))}
    return readings.counterpart(day, before, {before: settled})


def _rolling(frame: Any) -> list[dict[str, Any]]:
    import pandas as pd

    numbers = frame[["cost", "sales"]].astype(float).fillna(0.0)
    numbers.index = pd.to_datetime(numbers.index)
    numbers = numbers.asfreq("D", fill_value=0.0)
    week = numbers.rolling(7, min_periods=7).sum()
    acos = (week["cost"] / week["sales"].where(week["sales"] > 0)) * 100
    return [
        {"date": day.date(), "cost": float(cost), "acos": None if pd.isna(share) else float(share)}
        for day, cost, share in zip(numbers.index, numbers["cost"], acos, strict=True)
    ]
