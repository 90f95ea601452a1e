"""Traffic: sessions, conversion, and the share of page views with the buy box."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import (
    HISTORY_DAYS,
    RANGE_WEEKS,
    WEEKS,
    Basis,
    average,
    day_facts,
    range_facts,
    ratio,
    weekdays_before,
)
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.readings import TRAFFIC, read

BUY_BOX_DROP_POINTS = 8
BUY_BOX_MIN_PAGE_VIEWS = 100  # In each of the two weeks. With fewer, a share means little.
BUY_BOX_LISTED = 3

TRAFFIC_BY_DAY = """
    select date, sessions, units_ordered from marts.traffic_store_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s order by date
"""
READINGS = """
    select date as day, read_at, sessions, units_ordered from intermediate.int_traffic_readings
    where store_id = %(store_id)s and date between %(first)s and %(last)s order by date, read_at, load_id
"""
# The reported percentage is a share of page views, so its average is weighted by page views.
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
    """Add the facts on sessions and conversion of the day, and fill the sessions in the chart's rows.

    A day that Amazon still changes is compared with earlier days as they were at the same age, or not at all.
    """
    first = book.day - timedelta(days=HISTORY_DAYS - 1)
    rows = {row["date"]: row for row in marts.rows(TRAFFIC_BY_DAY, first=first, last=book.day)}
    readings = read(marts, TRAFFIC, first, book.day, query=READINGS)
    for point in chart:
        if point["date"] in rows:
            point["sessions"] = rows[point["date"]]["sessions"]
            point["is_open"] = readings.is_open(point["date"])
    today = rows.get(book.day)
    if today is None:
        if rows:
            book.add("data_until", max(rows), "TRAFFIC_BY_DAY", subject=Subject("feed", TRAFFIC))
        return
    earlier: dict[date, Mapping[str, Any]] = {}
    for day in weekdays_before(book.day, first=first, weeks=RANGE_WEEKS):
        row = readings.counterpart(book.day, day, rows)
        if row is not None:
            earlier[day] = row
    basis = Basis("TRAFFIC_BY_DAY")
    if readings.is_open(book.day):
        basis = Basis("TRAFFIC_BY_DAY", 1, ("READINGS", "intermediate.int_traffic_readings"))
        when = (book.day, book.day)
        book.add("traffic_final_on", readings.final_on(when), "CHECKED", table="ops.slices")
    week_ago = earlier.get(book.day - timedelta(weeks=1))
    usual = [row for day, row in earlier.items() if day >= book.day - timedelta(weeks=WEEKS)]
    day_facts(
        book,
        "sessions",
        basis,
        _number(today["sessions"]),
        average(Decimal(row["sessions"]) for row in usual if row["sessions"] is not None),
        _number(week_ago["sessions"]) if week_ago else None,
    )
    visits = [Decimal(row["sessions"]) for row in earlier.values() if row["sessions"] is not None]
    range_facts(book, "sessions", basis, _number(today["sessions"]), visits, visits)
    usual_rate = ratio(sum(row["units_ordered"] or 0 for row in usual), sum(row["sessions"] or 0 for row in usual))
    day_facts(
        book,
        "conversion",
        basis,
        ratio(today["units_ordered"], today["sessions"]),
        usual_rate,
        ratio(week_ago["units_ordered"], week_ago["sessions"]) if week_ago else None,
    )
    rates = [(ratio(row["units_ordered"], row["sessions"]), row["units_ordered"]) for row in earlier.values()]
    known = [(rate, Decimal(units)) for rate, units in rates if rate is not None]
    today_rate = ratio(today["units_ordered"], today["sessions"])
    range_facts(book, "conversion", basis, today_rate, [rate for rate, _ in known], [units for _, units in known])


def buy_box(marts: Marts, book: FactBook) -> None:
    """Add facts on SKUs whose share of page views with the buy box fell, from the seven days before to the last seven.

    It is a share, so days that still lack some visits may be compared with final ones. The facts have the number of
    open days.
    """
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
    if not rows:
        return
    open_days = read(marts, TRAFFIC, *week).open_days(week)
    if open_days:
        book.add("traffic_open_days", open_days, "CHECKED", period=week, table="ops.slices")
    labels = product_names(marts, [row["sku"] for row in rows if row["sku"]])
    for row in rows:
        subject = sku_subject(row["sku"] or row["child_asin"], labels, row["child_asin"])
        shared: dict[str, Any] = {
            "subject": subject,
            "period": week,
            "comparison": Comparison("previous_7d", row["before"]),
            "open_days": open_days,
        }
        book.add("buy_box_7d", row["share"], "BUY_BOX_BY_SKU", **shared)
        book.add("buy_box_previous_7d", row["before"], "BUY_BOX_BY_SKU", subject=subject, period=before)
        book.add("buy_box_change", row["share"] - row["before"], "BUY_BOX_BY_SKU", direction="down", **shared)


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
