"""Traffic: sessions, conversion, and the share of page views with the buy box."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject
from pipelines.insights.marts import Marts
from pipelines.insights.measures import HISTORY_DAYS
from pipelines.insights.measures.compare import average, day_facts, ratio, weekdays_before
from pipelines.insights.measures.sales import product_names, sku_subject

BUY_BOX_DROP_POINTS = 8
BUY_BOX_MIN_PAGE_VIEWS = 100  # in each of the two weeks; below, a share says nothing
BUY_BOX_LISTED = 3

TRAFFIC_BY_DAY = """
    select date, sessions, units_ordered from marts.traffic_store_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s order by date
"""
# the reported percentage is a share of page views, so page views weigh it
BUY_BOX_BY_SKU = """
    with weeks as (
        select child_asin, sku, date > %(middle)s as current,
            sum(buy_box_percentage * page_views) / nullif(sum(page_views), 0) as share, sum(page_views) as page_views
        from marts.traffic_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s and buy_box_percentage is not null
        group by child_asin, sku, date > %(middle)s
    )
    select now.child_asin, now.sku, now.share, before.share as before
    from weeks now join weeks before using (child_asin, sku)
    where now.current and not before.current and before.share - now.share >= %(drop)s
        and now.page_views >= %(views)s and before.page_views >= %(views)s
    order by (before.share - now.share) * now.page_views desc, child_asin, sku
    limit %(limit)s
"""


def collect(marts: Marts, book: FactBook, chart: list[dict[str, Any]]) -> None:
    """Sessions and conversion of the day; fills the sessions of the chart's rows."""
    first = book.day - timedelta(days=HISTORY_DAYS - 1)
    rows = {row["date"]: row for row in marts.rows(TRAFFIC_BY_DAY, first=first, last=book.day)}
    for point in chart:
        if point["date"] in rows:
            point["sessions"] = rows[point["date"]]["sessions"]
    today = rows.get(book.day)
    if today is None:
        if rows:
            book.add("data_until", max(rows), "TRAFFIC_BY_DAY", subject=Subject("feed", "amazon_sp.sales_and_traffic"))
        return
    usual = [rows[day] for day in weekdays_before(book.day, first=first) if day in rows]
    week_ago = rows.get(book.day - timedelta(weeks=1))
    day_facts(
        book,
        "sessions",
        "TRAFFIC_BY_DAY",
        _number(today["sessions"]),
        average(Decimal(row["sessions"]) for row in usual if row["sessions"] is not None),
        _number(week_ago["sessions"]) if week_ago else None,
    )
    usual_rate = ratio(sum(row["units_ordered"] or 0 for row in usual), sum(row["sessions"] or 0 for row in usual))
    day_facts(
        book,
        "conversion",
        "TRAFFIC_BY_DAY",
        ratio(today["units_ordered"], today["sessions"]),
        usual_rate,
        ratio(week_ago["units_ordered"], week_ago["sessions"]) if week_ago else None,
    )


def buy_box(marts: Marts, book: FactBook) -> None:
    """SKUs that lost the buy box in a part of their page views: seven days against the seven before."""
    week, before = book.days(7), book.days(7, back=7)
    rows = marts.rows(
        BUY_BOX_BY_SKU,
        first=before[0],
        middle=before[1],
        last=week[1],
        drop=BUY_BOX_DROP_POINTS,
        views=BUY_BOX_MIN_PAGE_VIEWS,
        limit=BUY_BOX_LISTED,
    )
    labels = product_names(marts, [row["sku"] for row in rows if row["sku"]])
    for row in rows:
        subject = sku_subject(row["sku"] or row["child_asin"], labels, row["child_asin"])
        compared = Comparison("previous_7d", row["before"])
        book.add("buy_box_7d", row["share"], "BUY_BOX_BY_SKU", subject=subject, period=week, comparison=compared)
        book.add("buy_box_previous_7d", row["before"], "BUY_BOX_BY_SKU", subject=subject, period=before)
        book.add(
            "buy_box_change",
            row["share"] - row["before"],
            "BUY_BOX_BY_SKU",
            subject=subject,
            period=week,
            comparison=compared,
            direction="down",
        )


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
