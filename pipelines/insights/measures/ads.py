"""Advertising: spend, attributed sales and ACoS of the week; campaigns and search terms that cost money without sales.

Only Sponsored Products count, by the day of the click, with the sales that Amazon attributes within seven days.
Sponsored Brands and Display have no such seven-day sales, so their cost cannot be compared with them. Amounts are in
the store's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import HISTORY_DAYS, Basis, ratio, total, week_facts
from pipelines.insights.readings import CAMPAIGNS, SEARCH_TERMS, Readings, read

IDLE_DAYS, IDLE_LISTED, IDLE_MIN_CLICKS = 14, 3, 5
TERM_DAYS, TERMS_LISTED, TERM_MIN_CLICKS = 30, 3, 4

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
CAMPAIGNS_WITHOUT_SALES = """
    select campaign_id, (array_agg(campaign_name order by date desc))[1] as campaign_name, sum(cost) as cost,
        sum(clicks) as clicks
    from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by campaign_id
    having sum(cost) > 0 and coalesce(sum(sales_7d), 0) = 0 and sum(clicks) >= %(clicks)s
    order by sum(cost) desc, campaign_id limit %(limit)s
"""
WASTED_TERMS = """
    select search_term, sum(cost) as cost, sum(clicks) as clicks, count(*) over () as terms,
        sum(sum(cost)) over () as cost_of_all
    from marts.ads_search_terms_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by search_term
    having sum(cost) > 0 and coalesce(sum(purchases_7d), 0) = 0 and sum(clicks) >= %(clicks)s
    order by sum(cost) desc, search_term limit %(limit)s
"""


def collect(marts: Marts, book: FactBook) -> list[dict[str, Any]]:
    """Add the facts. Returns the chart's rows: the cost of each day, and the ACoS of the seven days up to it."""
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
        _week(book, cost, sales, first, readings)
    _idle_campaigns(marts, book, readings)
    _wasted_terms(marts, book)
    return [row | {"is_open": readings.is_open(row["date"])} for row in _rolling(frame)]


def _week(book: FactBook, cost: dict, sales: dict, first: date, readings: Readings) -> None:
    """Compare the week with the week before. Each day is compared with the day a week before at the same age.

    If that is not known for one of the days, the week is not compared.
    """
    week = book.days(7)
    open_days = readings.open_days(week)
    basis = Basis("ADS_BY_DAY", open_days, ("READINGS", "intermediate.int_ads_readings") if open_days else None)
    if open_days:
        book.add("ads_open_days", open_days, "CHECKED", period=week, table="ops.slices")
        book.add("ads_final_on", readings.final_on(week), "CHECKED", period=week, table="ops.slices")
    days = [week[0] + timedelta(days=n) for n in range(7)]
    earlier = [_counterpart(day, cost, sales, first, readings) for day in days]
    spent, sold = total(cost, week, first=first), total(sales, week, first=first)
    spent_before: Decimal | None = None
    sold_before: Decimal | None = None
    if None not in earlier:
        spent_before, sold_before = (
            sum((values[name] for values in earlier if values), Decimal(0)) for name in ("cost", "sales_7d")
        )
    week_facts(book, "ad_spend", basis, spent, spent_before)
    week_facts(book, "ad_sales", basis, sold, sold_before)
    week_facts(book, "acos", basis, ratio(spent, sold), ratio(spent_before, sold_before), points=True)


def _counterpart(day: date, cost: dict, sales: dict, first: date, readings: Readings) -> Mapping[str, Any] | None:
    """The figures of the day a week before, as they were at the age of `day`; None if that is not known."""
    before = day - timedelta(weeks=1)
    if before < first:
        return None
    settled = {"cost": cost.get(before, Decimal(0)), "sales_7d": sales.get(before, Decimal(0))}
    return readings.counterpart(day, before, {before: settled})


def _idle_campaigns(marts: Marts, book: FactBook, readings: Readings) -> None:
    period = book.days(IDLE_DAYS)
    open_days = readings.open_days(period)
    rows = marts.rows(
        CAMPAIGNS_WITHOUT_SALES, first=period[0], last=period[1], clicks=IDLE_MIN_CLICKS, limit=IDLE_LISTED
    )
    for row in rows:
        subject = Subject("campaign", clean(row["campaign_name"] or row["campaign_id"]))
        for name, value in (("campaign_spend", row["cost"]), ("campaign_clicks", row["clicks"])):
            book.add(name, value, "CAMPAIGNS_WITHOUT_SALES", subject=subject, period=period, open_days=open_days)


def _wasted_terms(marts: Marts, book: FactBook) -> None:
    period = book.days(TERM_DAYS)
    rows = marts.rows(WASTED_TERMS, first=period[0], last=period[1], clicks=TERM_MIN_CLICKS, limit=TERMS_LISTED)
    if not rows:
        return
    shared: dict[str, Any] = {
        "period": period,
        "open_days": read(marts, SEARCH_TERMS, *period).open_days(period),
    }
    book.add("wasted_terms", rows[0]["terms"], "WASTED_TERMS", **shared)
    book.add("wasted_terms_spend", rows[0]["cost_of_all"], "WASTED_TERMS", **shared)
    for row in rows:
        subject = Subject("search_term", clean(row["search_term"], 50))
        book.add("term_spend", row["cost"], "WASTED_TERMS", subject=subject, **shared)
        book.add("term_clicks", row["clicks"], "WASTED_TERMS", subject=subject, **shared)


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
