"""Advertising: spend, attributed sales and ACoS of the week, campaigns and search terms that cost and sell nothing.

Of Sponsored Products, by click day, with the seven days that Amazon attributes to sellers' clicks there. Sponsored
Brands and Display have no such window: their cost beside these sales would be a ratio of different things.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures import HISTORY_DAYS
from pipelines.insights.measures.compare import ratio, total, week_facts

IDLE_DAYS, IDLE_LISTED, IDLE_MIN_CLICKS = 14, 3, 5
TERM_DAYS, TERMS_LISTED, TERM_MIN_CLICKS = 30, 3, 4

ADS_BY_DAY = """
    select date, sum(cost) as cost, sum(sales_7d) as sales from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by date order by date
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
    """The facts; returns the rows of the chart: cost per day, ACoS over the seven days that end there."""
    start = book.day - timedelta(days=HISTORY_DAYS - 1)
    first = marts.rows(FIRST_DAY)[0]["day"]
    frame = marts.daily(ADS_BY_DAY, start, book.day)
    if first is None or frame.empty:
        return []
    last = max(frame.index)
    if last < book.day:
        book.add("data_until", last, "ADS_BY_DAY", subject=Subject("feed", "amazon_ads.sp_campaigns"))
    cost = {day: Decimal(value or 0) for day, value in frame["cost"].items()}
    sales = {day: Decimal(value or 0) for day, value in frame["sales"].items()}
    if last == book.day:  # a week that lacks its last day would look like a fall
        _week(book, cost, sales, first)
    _idle_campaigns(marts, book)
    _wasted_terms(marts, book)
    return _rolling(frame)


def _week(book: FactBook, cost: dict, sales: dict, first: Any) -> None:
    week, before = book.days(7), book.days(7, back=7)
    spent, spent_before = total(cost, week, first=first), total(cost, before, first=first)
    sold, sold_before = total(sales, week, first=first), total(sales, before, first=first)
    week_facts(book, "ad_spend", "ADS_BY_DAY", spent, spent_before)
    week_facts(book, "ad_sales", "ADS_BY_DAY", sold, sold_before)
    week_facts(book, "acos", "ADS_BY_DAY", ratio(spent, sold), ratio(spent_before, sold_before), points=True)


def _idle_campaigns(marts: Marts, book: FactBook) -> None:
    period = book.days(IDLE_DAYS)
    rows = marts.rows(
        CAMPAIGNS_WITHOUT_SALES, first=period[0], last=period[1], clicks=IDLE_MIN_CLICKS, limit=IDLE_LISTED
    )
    for row in rows:
        subject = Subject("campaign", clean(row["campaign_name"] or row["campaign_id"]))
        book.add("campaign_spend", row["cost"], "CAMPAIGNS_WITHOUT_SALES", subject=subject, period=period)
        book.add("campaign_clicks", row["clicks"], "CAMPAIGNS_WITHOUT_SALES", subject=subject, period=period)


def _wasted_terms(marts: Marts, book: FactBook) -> None:
    period = book.days(TERM_DAYS)
    rows = marts.rows(WASTED_TERMS, first=period[0], last=period[1], clicks=TERM_MIN_CLICKS, limit=TERMS_LISTED)
    if not rows:
        return
    book.add("wasted_terms", rows[0]["terms"], "WASTED_TERMS", period=period)
    book.add("wasted_terms_spend", rows[0]["cost_of_all"], "WASTED_TERMS", period=period)
    for row in rows:
        subject = Subject("search_term", clean(row["search_term"], 50))
        book.add("term_spend", row["cost"], "WASTED_TERMS", subject=subject, period=period)
        book.add("term_clicks", row["clicks"], "WASTED_TERMS", subject=subject, period=period)


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
