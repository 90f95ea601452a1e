"""Profit of the day and the week, what moved it, and the last days that settlements cover.

On the latest days settlements are not in: fees are estimates, and refunds, storage and other postings lack. So a week
is compared with the week before by what its orders earned before advertising, and by its advertising where that of the
week before is known at the same age; the profit as a whole is compared only between days that settlements cover.
Amounts are in the store's currency; the lines are in `statement.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import Comparison, FactBook, Subject, currency_places, rounded
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ads
from pipelines.insights.measures.compare import HISTORY_DAYS, Basis, add_change, ratio
from pipelines.insights.measures.sales import DAYS_WITHOUT_ORDERS_DATA, product_names, sku_subject
from pipelines.insights.measures.statement import (
    FIRST_DAY,
    IS_WHOLE,
    LATER_PARTS,
    ORDER_PARTS,
    POSTED_UNTIL,
    Statement,
    statement,
)
from pipelines.insights.readings import CAMPAIGNS, Readings, read

MOVERS = 3  # the most SKUs with a gain, and the most with a loss
MOST_UNEVEN_PERCENT = 5  # of the units; days that differ by more in what is left out of them are not compared

PROFIT_BY_DAY = f"""
    select date, sum(profit_amount) filter (where {IS_WHOLE}) as profit from marts.profit_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s group by date order by date
"""  # noqa: S608
PENDING = """
    select coalesce(sum(pending_units), 0) as pending, coalesce(sum(units), 0) as units from marts.sales_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""
LAST_ADS_DAY = (
    "select max(date) as day from marts.ads_campaigns_daily where store_id = %(store_id)s and date <= %(day)s"
)
COST_BY_DAY = """
    select date, sum(cost) as cost from marts.ads_campaigns_daily
    where store_id = %(store_id)s and ad_product = 'SPONSORED_PRODUCTS' and date between %(first)s and %(last)s
    group by date
    order by date
"""
# All advertising against all that was ordered, without VAT: the cookbook's question 5.
TACOS = """
    select sum(cost) as cost, sum(ordered_sales_net_amount) as sales from marts.ads_store_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""
# What each SKU's orders earn before advertising; SKUs of which something is not known are left out.
PROFIT_BY_SKU = """
    with weeks as (
        select sku, bool_and(units_without_cost = 0 and units_without_fees = 0) as is_whole,
            coalesce(sum(amount) filter (where date > %(middle)s), 0) as profit,
            coalesce(sum(amount) filter (where date <= %(middle)s), 0) as before
        from marts.profit_daily, lateral (select revenue_net_amount + referral_fees_amount + fulfilment_fees_amount
            + cost_of_goods_amount + own_shipping_amount as amount) as earned
        where store_id = %(store_id)s and date between %(first)s and %(last)s and sku is not null
        group by sku
    ), ranked as (
        select *, profit - before as change, row_number() over (order by profit - before desc, sku) as gain,
            row_number() over (order by profit - before, sku) as loss
        from weeks where is_whole
    )
    select * from ranked
    where (change > 0 and gain <= %(limit)s) or (change < 0 and loss <= %(limit)s)
    order by abs(change) desc, sku
"""


def collect(marts: Marts, book: FactBook, *, of_day: bool = True) -> list[dict[str, Any]]:
    """Add the facts. Returns the rows of the tile's line: the profit of each day. of_day: the book's day is told by
    itself too."""
    first = marts.rows(FIRST_DAY)[0]["day"]
    week, before = book.days(7), book.days(7, back=7)
    now = statement(marts, *week, book.currency)
    if first is None or first > week[0] or not now.is_known:
        return []
    posted = marts.rows(POSTED_UNTIL, day=book.day)[0]["day"]
    open_days = days_after(posted, week)
    if posted is not None:
        book.add("profit_settled_until", posted, "POSTED_UNTIL", period=(posted, posted))
    book.add("profit_estimated_days", open_days or None, "POSTED_UNTIL", period=week)
    book.add("profit_7d", now.profit, "STATEMENT", period=week, open_days=open_days)
    book.add("margin_7d", now.margin, "STATEMENT", period=week, open_days=open_days)
    if now.units_left_out:
        book.add("profit_left_out_units", now.units_left_out, "STATEMENT", period=week)
        book.add("profit_left_out_share", now.left_out_share, "STATEMENT", period=week)
    day = statement(marts, book.day, book.day, book.currency)
    if of_day and day.is_known:
        book.add("profit_day", day.profit, "STATEMENT", open_days=days_after(posted, day.period))
        book.add("margin_day", day.margin, "STATEMENT", open_days=days_after(posted, day.period))
    earlier = statement(marts, *before, book.currency, alike=week) if first <= before[0] else None
    _orders(marts, book, now, earlier, open_days)
    _settled(marts, book, posted, first)
    start = max(first, book.day - timedelta(days=HISTORY_DAYS - 1))
    rows = marts.rows(PROFIT_BY_DAY, first=start, last=book.day)
    return [
        {**row, "profit": None if row["profit"] is None else float(row["profit"]), "is_open": not _covers(posted, row)}
        for row in rows
    ]


def tacos(marts: Marts, book: FactBook) -> None:
    """Add the share of the week's sales without VAT that went into advertising; compared where all days are final."""
    week, before = book.days(7), book.days(7, back=7)
    now, then = (marts.rows(TACOS, first=first, last=last)[0] for first, last in (week, before))
    share = ratio(now["cost"], now["sales"])
    last = marts.rows(LAST_ADS_DAY, day=book.day)[0]["day"]
    if share is None or last != book.day:  # a week without its last day would look like a fall
        return
    readings = read(marts, CAMPAIGNS, before[0], book.day)
    open_days = readings.open_days(week)
    earlier = None if open_days or readings.open_days(before) else ratio(then["cost"], then["sales"])
    compared = Comparison("previous_7d", earlier) if earlier is not None else None
    book.add("tacos_7d", share, "TACOS", period=week, comparison=compared, open_days=open_days)
    if earlier is not None:
        book.add("tacos_previous_7d", earlier, "TACOS", period=before)
        basis = Basis("TACOS")
        add_change(book, "tacos_vs_previous_7d", share, earlier, basis, kind="previous_7d", period=week, points=True)


def _orders(marts: Marts, book: FactBook, now: Statement, before: Statement | None, open_days: int) -> None:
    """The lines of the week; beside them, where it can be compared, the week before and how each line moved it."""
    week = now.period
    compared = before if before is not None and may_compare(marts, now, before) else None
    spent = _advertising_then(marts, book, compared)
    book.add("order_profit_7d", now.order_profit, "STATEMENT", period=week, open_days=open_days)
    if compared is not None:
        change = now.order_profit - compared.order_profit
        book.add("order_profit_previous_7d", compared.order_profit, "STATEMENT", period=compared.period)
        _change(book, "order_profit_change", change, compared.order_profit, week, open_days)
    for part in ORDER_PARTS:
        if now.parts[part] or (compared and compared.parts[part]):
            _line(book, part, now.parts[part], compared.parts[part] if compared else None, open_days)
    _line(book, "order_profit", now.order_profit, compared.order_profit if compared else None, open_days)
    for part in LATER_PARTS:
        if now.parts[part]:
            _line(book, part, now.parts[part], spent if part == "advertising" else None, open_days)
    _line(book, "profit", now.profit, None, open_days)
    if compared is not None:
        _skus(marts, book, open_days)


def _line(book: FactBook, part: str, value: Decimal, before: Decimal | None, open_days: int) -> None:
    week, subject = book.days(7), Subject("part", part)
    book.add("part_7d", value, "STATEMENT", subject=subject, period=week, open_days=open_days)
    if before is not None:
        book.add("part_previous_7d", before, "STATEMENT", subject=subject, period=book.days(7, back=7))
        _change(book, "part_change", value - before, before, week, open_days, subject)


def _change(
    book: FactBook,
    name: str,
    change: Decimal,
    before: Decimal,
    period: tuple[date, date],
    open_days: int,
    subject: Subject | None = None,
    kind: str = "orders_previous_7d",
) -> None:
    """A change in money; up is what makes the profit larger."""
    book.add(
        name,
        change,
        "STATEMENT",
        subject=subject,
        period=period,
        comparison=Comparison(kind, before),
        direction="up" if change > 0 else "down" if change < 0 else "flat",
        open_days=open_days,
    )


def _skus(marts: Marts, book: FactBook, open_days: int) -> None:
    week, before = book.days(7), book.days(7, back=7)
    rows = marts.rows(PROFIT_BY_SKU, first=before[0], middle=before[1], last=week[1], limit=MOVERS)
    labels = product_names(marts, [row["sku"] for row in rows])
    for row in rows:
        subject = sku_subject(row["sku"], labels)
        places = currency_places(book.currency)
        now, then = rounded(row["profit"], places), rounded(row["before"], places)
        if now == then:
            continue
        book.add("sku_profit_7d", now, "PROFIT_BY_SKU", subject=subject, period=week, open_days=open_days)
        _change(book, "sku_profit_change", now - then, then, week, open_days, subject)


def _settled(marts: Marts, book: FactBook, posted: date | None, first: date) -> None:
    """The last seven days that settlements cover, against the seven before: refunds, storage and all are in both."""
    if posted is None or first > posted - timedelta(days=6):
        return
    now = statement(marts, posted - timedelta(days=6), posted, book.currency)
    if not now.is_known:
        return
    book.add("settled_profit_7d", now.profit, "STATEMENT", period=now.period)
    book.add("settled_margin_7d", now.margin, "STATEMENT", period=now.period)
    book.add("settled_estimated_share", now.estimated_share or None, "STATEMENT", period=now.period)
    if first > posted - timedelta(days=13):
        return
    earlier = posted - timedelta(days=13), posted - timedelta(days=7)
    before = statement(marts, *earlier, book.currency, alike=now.period)
    if are_even(now, before) and not has_gaps(marts, before.period[0], now.period[1]):
        change = now.profit - before.profit
        _change(book, "settled_profit_change", change, before.profit, now.period, 0, kind="seven_before")


def may_compare(marts: Marts, now: Statement, before: Statement) -> bool:
    """Whether the orders of two periods may be compared: both are whole, and what awaits payment does not decide it."""
    if not are_even(now, before) or has_gaps(marts, *before.period) or has_gaps(marts, *now.period):
        return False
    pending = marts.rows(PENDING, first=now.period[0], last=now.period[1])[0]
    change = now.order_profit - before.order_profit
    if change >= 0 or not pending["pending"]:
        return True
    return bool(pending["units"]) and now.revenue_net * pending["pending"] / pending["units"] < -change


def are_even(now: Statement, before: Statement) -> bool:
    return before.is_known and now.uneven_share + before.uneven_share <= MOST_UNEVEN_PERCENT


def has_gaps(marts: Marts, first: date, last: date) -> bool:
    return bool(marts.rows(DAYS_WITHOUT_ORDERS_DATA, first=first, last=last))


def _advertising_then(marts: Marts, book: FactBook, before: Statement | None) -> Decimal | None:
    """The advertising of the week before as it was known at the age that the week's days have now, negative.

    None where that is not known, or where the week's advertising is not in. Only Sponsored Products are kept by age;
    what other advertising cost is taken as it is.
    """
    last = marts.rows(LAST_ADS_DAY, day=book.day)[0]["day"]
    if last is None or last < book.day:
        if last is not None:
            without = days_after(last, book.days(7))
            book.add("profit_days_without_ads", without, "LAST_ADS_DAY", period=book.days(7))
        return None
    if before is None:
        return None
    week = book.days(7)
    cost = {row["date"]: row["cost"] for row in marts.rows(COST_BY_DAY, first=before.period[0], last=week[1])}
    readings = read(marts, CAMPAIGNS, before.period[0], week[1], query=ads.READINGS)
    difference = Decimal(0)
    for back in range(7) if cost else ():
        day = week[0] + timedelta(days=back)
        known = cost_then(day, day - timedelta(weeks=1), readings, cost)
        if known is None:
            return None
        difference += known - (cost.get(day - timedelta(weeks=1)) or Decimal(0))
    return before.parts["advertising"] - rounded(difference, currency_places(book.currency))


def cost_then(day: date, before: date, readings: Readings, cost: Mapping[date, Decimal]) -> Decimal | None:
    """What an earlier day had cost when it was as old as `day` is now; None if that is not known. cost: by day, as it
    is now."""
    if not readings.is_open(day):
        return None if readings.is_open(before) else cost.get(before) or Decimal(0)
    known = readings.as_old_as(before, day)
    return None if known is None else Decimal(known["cost"])


def days_after(until: date | None, period: tuple[date, date]) -> int:
    """How many days of a period lie after a day; all of them where there is none."""
    days = (period[1] - period[0]).days + 1
    return days if until is None else min(days, max(0, (period[1] - until).days))


def _covers(posted: date | None, row: dict[str, Any]) -> bool:
    return posted is not None and row["date"] <= posted
