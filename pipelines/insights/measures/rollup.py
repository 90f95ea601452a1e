"""All stores of a tenant over seven days, in its reporting currency: sales, profit and advertising, by store and whole.

Each store's days are those of its own marketplace, and each day counts by its own exchange rate. What has no rate is
left out and told, never guessed. A store is set beside its week before only where both weeks are whole, so the change
of the whole is that of the stores that can be compared. What is urgent is in `rollup_urgent.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import Comparison, FactBook, Subject, currency_places, rounded
from pipelines.insights.marts import LAST_ORDERS_DAY as LAST_ORDERS_DAY
from pipelines.insights.marts import Marts, last_day
from pipelines.insights.measures.compare import ratio
from pipelines.insights.measures.coverage import GAPS
from pipelines.insights.measures.profit import LAST_ADS_DAY, PENDING, days_after, has_gaps, may_compare
from pipelines.insights.measures.statement import FIRST_DAY, POSTED_UNTIL, Statement, statement
from pipelines.insights.readings import CAMPAIGNS, read
from pipelines.landing.views.missing import GONE_STATE

if TYPE_CHECKING:
    from pipelines.stores import Store

GAP_DAYS = 28  # in so many days before the last one a missing day is told, as `tradewind status` tells it

# Sales without VAT, which can be added over countries.
SALES_AND_ADS = """
    select sum(ordered_sales_net_amount_reporting) as sales, sum(cost_reporting) as cost,
        count(*) filter (where coalesce(ordered_sales_net_amount, cost) is not null
            and coalesce(ordered_sales_net_amount_reporting, cost_reporting) is null) as days_without_rate
    from marts.ads_store_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""


@dataclass(frozen=True)
class Shop:
    """A store's week in the tenant's reporting currency.

    until: the last day of its orders. sales, cost: without VAT; of all advertising, None where its last day is not in.
    before: sales of the week before, None where they may not be compared. profit: the week's statement, None where it
    is not known; earlier: that of the week before as far as its orders may be compared. days_without_rate: days whose
    amounts have no exchange rate: then nothing of it is added. unsettled: days that no settlement covers. posted: the
    last one that one does. ads_open: days whose advertising still changes. gaps: reports that lack days, gap_days: days
    that they lack.
    """

    subject: Subject
    until: date | None
    sales: Decimal
    cost: Decimal | None
    before: Decimal | None
    profit: Statement | None
    earlier: Statement | None
    days_without_rate: int
    unsettled: int
    posted: date | None
    ads_open: int
    gaps: int
    gap_days: int

    @property
    def has_rate(self) -> bool:
        """Whether its amounts can be added to those of others."""
        return not self.days_without_rate

    @property
    def open_days(self) -> int:
        """How many days of its profit are not final."""
        return max(self.unsettled, self.ads_open)


def collect(marts: Marts, book: FactBook, stores: Sequence[Store]) -> list[dict[str, Any]]:
    """Add the facts of all stores, the one that sold most first. Returns the rows of the chart: sales by store."""
    shops = [_shop(of_store(marts, store), book, store) for store in stores]
    shops = [shop for shop in shops if shop.until is not None]
    shops.sort(key=lambda shop: (not shop.has_rate, -shop.sales, shop.subject.key))
    counted = [shop for shop in shops if shop.has_rate]
    _whole(book, counted)
    _margins(book, counted)
    total = sum((shop.sales for shop in counted), Decimal(0))
    for shop in shops:
        _facts(book, shop, total)
    return [
        {
            "store": shop.subject.key,
            "sales": float(shop.sales),
            "before": None if shop.before is None else float(shop.before),
        }
        for shop in counted
    ]


def of_store(marts: Marts, store: Store) -> Marts:
    """The marts of one store of the tenant, as they are at the same moment."""
    return replace(marts, store_id=store.store_id, zone=store.time_zone)


def _shop(marts: Marts, book: FactBook, store: Store) -> Shop:
    week, before = book.days(7), book.days(7, back=7)
    places = currency_places(book.currency)
    until = last_day(marts, book.day)
    now, then = (marts.rows(SALES_AND_ADS, first=first, last=last)[0] for first, last in (week, before))
    first = marts.rows(FIRST_DAY)[0]["day"]
    is_whole = (
        first is not None
        and first <= before[0]
        and until == week[1]
        and not then["days_without_rate"]
        and not any(has_gaps(marts, *span) for span in (week, before))
    )
    sales, sold_before = (rounded(row["sales"] or Decimal(0), places) for row in (now, then))
    if is_whole and sales < sold_before:
        is_whole = not _may_reach(marts, week, sales, sold_before)
    profit = statement(marts, *week, book.currency, in_reporting=True)
    earlier = statement(marts, *before, book.currency, alike=week, in_reporting=True) if is_whole else None
    posted = marts.rows(POSTED_UNTIL, day=book.day)[0]["day"]
    ads_day = marts.rows(LAST_ADS_DAY, day=book.day)[0]["day"]
    gaps = marts.rows(GAPS, first=book.day - timedelta(days=GAP_DAYS), last=book.day, feeds="%", gone=GONE_STATE)
    gaps = [row for row in gaps if not row["is_gone"]]
    return Shop(
        Subject("shop", store.store_id, store.marketplace.domain),
        until,
        sales,
        rounded(now["cost"] or Decimal(0), places) if ads_day == book.day else None,
        sold_before if is_whole else None,
        profit if profit.is_known and first is not None and first <= week[0] else None,
        earlier if earlier is not None and may_compare(marts, profit, earlier) else None,
        now["days_without_rate"] + profit.rows_without_rate,
        days_after(posted, week),
        posted,
        read(marts, CAMPAIGNS, *week).open_days(week) if ads_day is not None else 0,
        len(gaps),
        sum(row["days"] for row in gaps),
    )


def _may_reach(marts: Marts, week: tuple[date, date], sales: Decimal, before: Decimal) -> bool:
    """Whether what awaits payment may make up for a fall, so that it is not known to be one."""
    [row] = marts.rows(PENDING, first=week[0], last=week[1])
    if not row["pending"]:
        return False
    return not row["units"] or sales * (1 + Decimal(row["pending"]) / Decimal(row["units"])) >= before


def _whole(book: FactBook, shops: Sequence[Shop]) -> None:
    """Sales and advertising of all stores that have a rate, and how they changed where they can be compared."""
    if not shops:
        return
    week = book.days(7)
    book.add("rollup_stores", len(shops), "SALES_AND_ADS", period=week)
    sales = sum((shop.sales for shop in shops), Decimal(0))
    book.add("rollup_sales", sales, "SALES_AND_ADS", period=week)
    compared = [shop for shop in shops if shop.before is not None]
    before = sum((shop.before for shop in compared if shop.before is not None), Decimal(0))
    if before:
        if len(compared) < len(shops):
            book.add("rollup_compared_stores", len(compared), "SALES_AND_ADS", period=week)
        change = sum((shop.sales for shop in compared), Decimal(0)) - before
        book.add("rollup_sales_before", before, "SALES_AND_ADS", period=book.days(7, back=7))
        _change(book, "rollup_sales_change", change, before, None, 0)
        _percent(book, "rollup_sales_vs_before", change, before, None)
    spent = [shop for shop in shops if shop.cost is not None]
    if len(spent) == len(shops):
        open_days = max(shop.ads_open for shop in shops)
        cost = sum((shop.cost or Decimal(0) for shop in shops), Decimal(0))
        book.add("rollup_ad_spend", cost, "SALES_AND_ADS", period=week, open_days=open_days)
        book.add("rollup_tacos", ratio(cost, sales), "SALES_AND_ADS", period=week, open_days=open_days)


def _margins(book: FactBook, shops: Sequence[Shop]) -> None:
    """Profit and margin of the stores of which they are known, and what their orders earned against the week before."""
    known = [(shop, shop.profit) for shop in shops if shop.profit is not None]
    if not known:
        return
    week = book.days(7)
    shared: dict[str, Any] = {"period": week, "open_days": max(shop.open_days for shop, _ in known)}
    profit = sum((told.profit for _, told in known), Decimal(0))
    revenue = sum((told.revenue_net for _, told in known), Decimal(0))
    if len(known) < len(shops):
        book.add("rollup_profit_stores", len(known), "STATEMENT", period=week)
    book.add("rollup_profit", profit, "STATEMENT", **shared)
    book.add("rollup_margin", ratio(profit, revenue) if revenue > 0 else None, "STATEMENT", **shared)
    left_out, units = (sum(getattr(told, name) for _, told in known) for name in ("units_left_out", "units"))
    if left_out:
        book.add("profit_left_out_units", left_out, "STATEMENT", period=week)
        book.add("profit_left_out_share", ratio(left_out, units), "STATEMENT", period=week)
    if all(shop.posted is not None for shop, _ in known) and any(shop.unsettled for shop, _ in known):
        until = min(shop.posted for shop, _ in known if shop.posted is not None)
        book.add("rollup_settled_until", until, "POSTED_UNTIL", period=(until, until))
    pairs = [(told.order_profit, shop.earlier.order_profit) for shop, told in known if shop.earlier is not None]
    if len(pairs) == len(known):  # else it would be a change of other stores than the profit above
        before = sum((then for _, then in pairs), Decimal(0))
        change = sum((now for now, _ in pairs), Decimal(0)) - before
        open_days = max(shop.unsettled for shop, _ in known)
        _change(book, "rollup_order_profit_change", change, before, None, open_days)


def _facts(book: FactBook, shop: Shop, total: Decimal) -> None:
    """The facts of one store. One without a rate has only what is no amount."""
    week = book.days(7)
    shared: dict[str, Any] = {"subject": shop.subject, "period": week}
    book.add("shop_until", shop.until, "LAST_ORDERS_DAY", **shared)
    if shop.gaps:
        book.add("shop_gaps", shop.gaps, "GAPS", **shared)
        book.add("shop_gap_days", shop.gap_days, "GAPS", **shared)
    if shop.until is not None and shop.until < week[1]:
        book.add("shop_late_days", (week[1] - shop.until).days, "LAST_ORDERS_DAY", **shared)
    if not shop.has_rate:
        book.add("shop_days_without_rate", shop.days_without_rate, "SALES_AND_ADS", **shared)
        return
    book.add("shop_sales", shop.sales, "SALES_AND_ADS", **shared)
    book.add("shop_sales_share", ratio(shop.sales, total), "SALES_AND_ADS", **shared)
    if shop.before is not None:
        _change(book, "shop_sales_change", shop.sales - shop.before, shop.before, shop.subject, 0)
        if shop.before:
            _percent(book, "shop_sales_vs_before", shop.sales - shop.before, shop.before, shop.subject)
    if shop.cost is not None and shop.sales:
        book.add("shop_tacos", ratio(shop.cost, shop.sales), "SALES_AND_ADS", open_days=shop.ads_open, **shared)
    if shop.profit is None:
        return
    book.add("shop_profit", shop.profit.profit, "STATEMENT", open_days=shop.open_days, **shared)
    book.add("shop_margin", shop.profit.margin, "STATEMENT", open_days=shop.open_days, **shared)
    if shop.unsettled:
        book.add("shop_estimated_days", shop.unsettled, "POSTED_UNTIL", **shared)
    if shop.earlier is not None:
        change = shop.profit.order_profit - shop.earlier.order_profit
        before = shop.earlier.order_profit
        _change(book, "shop_order_profit_change", change, before, shop.subject, shop.unsettled, "orders_previous_7d")


def _change(
    book: FactBook,
    name: str,
    change: Decimal,
    before: Decimal,
    subject: Subject | None,
    open_days: int,
    kind: str = "previous_7d",
) -> None:
    """A change in money."""
    of_orders = "order_profit" in name
    book.add(
        name,
        change,
        "STATEMENT" if of_orders else "SALES_AND_ADS",
        subject=subject,
        period=book.days(7),
        comparison=Comparison("orders_previous_7d" if of_orders else kind, before),
        direction="up" if change > 0 else "down" if change < 0 else "flat",
        open_days=open_days,
    )


def _percent(book: FactBook, name: str, change: Decimal, before: Decimal, subject: Subject | None) -> None:
    share = change * 100 / before
    comparison = Comparison("previous_7d", before)
    direction = "flat" if abs(share) < 1 else "up" if share > 0 else "down"
    book.add(
        name,
        share,
        "SALES_AND_ADS",
        subject=subject,
        period=book.days(7),
        comparison=comparison,
        direction=direction,  # type: ignore[arg-type]
    )
