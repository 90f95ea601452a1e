"""Sales: the day compared with its usual level, the week with the week before, and the SKUs that changed most.

Amounts are item prices in the store's currency.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import Comparison, FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.compare import (
    HISTORY_DAYS,
    RANGE_WEEKS,
    Basis,
    average,
    day_facts,
    range_facts,
    total,
    week_facts,
    weekdays_before,
)

if TYPE_CHECKING:
    import pandas as pd

MOVERS = 3  # The most SKUs with a gain, and the most with a loss.

SALES_BY_DAY = """
    select date, sum(item_price_amount) as sales, sum(units) as units, sum(pending_units) as pending,
        sum(cancelled_units) as cancelled
    from marts.sales_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
    group by date order by date
"""
# The orders of a day are counted here and not summed over SKUs, because an order may have several SKUs.
ORDERS_BY_DAY = """
    select date, count(distinct amazon_order_id) as orders
    from marts.order_items
    where store_id = %(store_id)s and date = any(%(days)s) and item_price_amount is not null
        and order_status is distinct from 'Cancelled' and item_status is distinct from 'Cancelled'
    group by date
    order by date
"""
FIRST_DAY = "select min(date) as day from marts.sales_daily where store_id = %(store_id)s"
DAYS_WITHOUT_ORDERS_DATA = """
    select date from marts.data_coverage
    where store_id = %(store_id)s and feed like 'amazon_sp.all_orders%%' and date between %(first)s and %(last)s
    group by date having not bool_or(state in ('loaded', 'empty'))
    order by date
"""
# Units that await payment have no price yet. If their likely worth makes up for a fall, it does not count as a fall.
MOVERS_BY_SKU = """
    with weeks as (
        select sku,
            coalesce(sum(item_price_amount) filter (where date > %(middle)s), 0) as sales,
            coalesce(sum(item_price_amount) filter (where date <= %(middle)s), 0) as before,
            coalesce(sum(pending_units) filter (where date > %(middle)s), 0) as pending,
            sum(item_price_amount) / nullif(sum(units) filter (where item_price_amount is not null), 0) as price
        from marts.sales_daily
        where store_id = %(store_id)s and date between %(first)s and %(last)s
        group by sku
    ), ranked as (
        select *, sales - before as change, row_number() over (order by sales - before desc, sku) as gain,
            row_number() over (order by sales - before, sku) as loss
        from weeks where sales > before or sales + pending * coalesce(price, 0) < before
    )
    select * from ranked
    where (change > 0 and gain <= %(limit)s) or (change < 0 and loss <= %(limit)s)
    order by abs(change) desc, sku
"""
PRODUCT_NAMES = """
    select distinct on (sku) sku, asin, product_name from marts.order_items
    where store_id = %(store_id)s and sku = any(%(skus)s) and product_name is not null
    order by sku, purchased_at desc nulls last, amazon_order_id, line_number
"""


def collect(marts: Marts, book: FactBook) -> list[dict[str, Any]]:
    """Add the facts on sales, units and orders of the day and the week. Returns the chart's rows, one for each day."""
    first = marts.rows(FIRST_DAY)[0]["day"]
    if first is None or first > book.day:
        return []
    start = max(first, book.day - timedelta(days=HISTORY_DAYS - 1))
    frame = _whole(marts.daily(SALES_BY_DAY, start, book.day), start, book.day)
    gaps = [row["date"] for row in marts.rows(DAYS_WITHOUT_ORDERS_DATA, first=start, last=book.day)]
    usual_days = weekdays_before(book.day, first=first, without=gaps)
    week_ago = book.day - timedelta(weeks=1)

    basis = Basis("SALES_BY_DAY", pending=_pending(frame, (book.day, book.day)))
    for column in ("sales", "units"):
        values = frame[column]
        day_facts(
            book,
            column,
            basis,
            values[book.day],
            average(values[day] for day in usual_days),
            values[week_ago] if week_ago in usual_days else None,
        )
    alike = weekdays_before(book.day, first=start, without=gaps, weeks=RANGE_WEEKS)
    counts = {row["date"]: Decimal(row["orders"]) for row in marts.rows(ORDERS_BY_DAY, days=[book.day, *alike])}
    orders = {day: counts.get(day, Decimal(0)) for day in (book.day, *alike)}
    usual_orders = average(orders[day] for day in usual_days)
    by_order = Basis("ORDERS_BY_DAY", pending=basis.pending)
    day_facts(book, "orders", by_order, orders[book.day], usual_orders, orders.get(week_ago))
    events = [orders[day] for day in alike]
    for column in ("sales", "units"):
        range_facts(book, column, basis, frame[column][book.day], [frame[column][day] for day in alike], events)
    range_facts(book, "orders", by_order, orders[book.day], events, events)
    week, before = book.days(7), book.days(7, back=7)
    sums: dict[date, Decimal] = {each: frame["sales"][each] for each in frame.index}
    whole_week = not any(before[0] <= gap <= week[1] for gap in gaps)
    previous = total(sums, before, first=first) if whole_week else None
    by_week = Basis("SALES_BY_DAY", pending=_pending(frame, week))
    week_facts(book, "sales", by_week, total(sums, week, first=first), previous)
    for name, column in (("pending_units_day", "pending"), ("cancelled_units_day", "cancelled")):
        if frame[column][book.day]:
            book.add(name, frame[column][book.day], "SALES_BY_DAY")
    missing = set(gaps)
    return [
        {
            "date": day,
            "sales": None if day in missing else float(row["sales"]),
            "units": None if day in missing else float(row["units"]),
            "sessions": None,
            "is_open": False,
        }
        for day, row in frame.iterrows()
    ]


def movers(marts: Marts, book: FactBook) -> None:
    """Add facts on the SKUs whose sales of seven days changed most, in money."""
    week, before = book.days(7), book.days(7, back=7)
    first = marts.rows(FIRST_DAY)[0]["day"]
    if first is None or first > before[0]:
        return
    rows = marts.rows(MOVERS_BY_SKU, first=before[0], middle=before[1], last=week[1], limit=MOVERS)
    labels = product_names(marts, [row["sku"] for row in rows])
    for row in rows:
        subject = sku_subject(row["sku"], labels)
        compared = Comparison("previous_7d", row["before"])
        book.add("sku_sales_7d", row["sales"], "MOVERS_BY_SKU", subject=subject, period=week, comparison=compared)
        book.add("sku_sales_previous_7d", row["before"], "MOVERS_BY_SKU", subject=subject, period=before)
        book.add(
            "sku_sales_change",
            row["change"],
            "MOVERS_BY_SKU",
            subject=subject,
            period=week,
            comparison=compared,
            direction="up" if row["change"] > 0 else "down",
        )


def product_names(marts: Marts, skus: list[str]) -> dict[str, tuple[str | None, str]]:
    """SKU -> (ASIN, cleaned product name), from the SKU's newest order line."""
    if not skus:
        return {}
    return {row["sku"]: (row["asin"], clean(row["product_name"])) for row in marts.rows(PRODUCT_NAMES, skus=skus)}


def sku_subject(sku: str, labels: dict[str, tuple[str | None, str]], asin: str | None = None) -> Subject:
    """A SKU as a subject, which text may also call by its ASIN. labels: as `product_names` gives them."""
    known, label = labels.get(sku, (None, ""))
    other = asin or known
    return Subject("sku", clean(sku), label, also=(other,) if other else ())


def _pending(frame: pd.DataFrame, period: tuple[date, date]) -> Decimal | None:
    """Units that await payment, as a share of counted units; None if some are pending and none is counted."""
    waiting, counted = (
        sum((frame[column][day] for day in frame.index if period[0] <= day <= period[1]), Decimal(0))
        for column in ("pending", "units")
    )
    return Decimal(0) if not waiting else Decimal(waiting / counted) if counted else None


def _whole(frame: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The frame with one row for each day. A day without rows had no sales."""
    import pandas as pd

    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    columns = ["sales", "units", "pending", "cancelled"]
    filled = frame.reindex(index=pd.Index(days, name="date"), columns=columns)
    return filled.map(lambda value: Decimal(0) if pd.isna(value) else Decimal(value))
