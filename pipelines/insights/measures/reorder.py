"""What to order: how many units of which SKU by when, what that costs, and what is lost even so; sales lost while out.

How much and by when is computed in `forecast/outlook.py`, from the forecast of demand or, without one, from velocity.
Amounts in another currency than the book's are left out, as they cannot be added.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.beside import DAYS_OUT
from pipelines.insights.measures.compare import Pair
from pipelines.insights.measures.cover import Cover
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.measures.stock import add_cover

LISTED = 60
OUT_DAYS = 30
OUT_LISTED = 20
AHEAD_DAYS = 28
"""The days of which the range of demand is told: as `demand_28d_...` of the outlook."""


def due(known: Sequence[Cover], currency: str) -> list[Cover]:
    """Pure: the SKUs to order, those first of which a week's delay costs most, then those that are due first."""
    wanted = [each for each in known if each.outlook.order_units > 0]
    return sorted(
        wanted,
        key=lambda each: (
            -(each.amount(each.outlook.delay_sales_amount, currency) or 0),
            each.outlook.order_by or date.max,
            each.sku,
        ),
    )


def collect(marts: Marts, book: FactBook, known: Sequence[Cover], today: date) -> None:
    """Add the facts on what to order. known: as `covers` has them. today: the day on which is ordered.

    orders_due: SKUs to order; orders_late: those whose last day has passed; orders_cost: what all of those cost whose
    unit cost is known, orders_without_cost: the others. Of a SKU: order_units, order_by, order_cost, unit_cost;
    lead_time from its costs, or lead_time_assumed from stores.yaml; order_lost_sales: sales that are lost before goods
    ordered today arrive; order_delay_a_week: what a week's delay adds to that; demand_28d_low, demand_28d,
    demand_28d_high: units of the next 28 days in one case of ten at most, in the middle, in nine of ten.
    """
    orders = due(known, book.currency)
    if not known:
        return
    as_of = max(each.outlook.as_of for each in known)
    when = (as_of, as_of)
    source = next((each.outlook_source for each in orders if each.by_forecast), {"query": "STOCK"})
    book.add("orders_due", len(orders), period=when, **source)
    book.add("orders_late", sum(_is_late(each, today) for each in orders), period=when, **source)
    costs = [each.amount(each.outlook.order_cost_amount, book.currency) for each in orders]
    priced = [cost for cost in costs if cost is not None]
    if priced:
        book.add("orders_cost", sum(priced, Decimal(0)), "STOCK", period=when)
    if len(priced) < len(costs):
        book.add("orders_without_cost", len(costs) - len(priced), "STOCK", period=when)
    labels = product_names(marts, [each.sku for each in orders[:LISTED]])
    for each in orders[:LISTED]:
        subject = sku_subject(each.sku, labels, each.outlook.asin)
        add_cover(book, each, subject)
        _add_order(book, each, subject)


def _is_late(each: Cover, today: date) -> bool:
    return each.outlook.order_by is not None and each.outlook.order_by < today


def _add_order(book: FactBook, known: Cover, subject: Subject) -> None:
    outlook, source = known.outlook, known.outlook_source
    shared: dict[str, Any] = {"subject": subject, "period": (outlook.as_of, outlook.as_of)}
    book.add("order_units", outlook.order_units, **source, **shared)
    book.add("order_by", outlook.order_by, **source, **shared)
    book.add("unit_cost", known.amount(outlook.unit_cost, book.currency), "STOCK", **shared)
    book.add("order_cost", known.amount(outlook.order_cost_amount, book.currency), "STOCK", **shared)
    lead_time = "lead_time" if outlook.is_lead_time_known else "lead_time_assumed"
    book.add(lead_time, outlook.lead_time_days, "STOCK", **shared)
    lost = known.amount(outlook.lost_sales_amount, book.currency)
    book.add("order_lost_sales", lost or None, **source, **shared)
    delay = known.amount(outlook.delay_sales_amount, book.currency)
    book.add("order_delay_a_week", delay, **source, **shared)
    add_demand(book, known, subject)


def add_demand(book: FactBook, known: Cover, subject: Subject) -> None:
    """The range of what is demanded in the next 28 days, and how long stock lasts in the high case and with what is on
    the way, unless the book has them."""
    if book.get("demand_28d", subject.key):
        return
    outlook, source = known.outlook, known.outlook_source
    ahead = (outlook.start, outlook.start + timedelta(days=AHEAD_DAYS - 1))
    shared: dict[str, Any] = {"subject": subject, "period": ahead}
    book.add("demand_28d_low", outlook.demand_28d_p10, **source, **shared)
    book.add("demand_28d", outlook.demand_28d_p50, **source, **shared)
    book.add("demand_28d_high", outlook.demand_28d_p90, **source, **shared)
    shared["period"] = (outlook.as_of, outlook.as_of)
    if outlook.on_hand and outlook.out_date_early != known.out:
        book.add("stock_out_early", outlook.out_date_early, **source, **shared)
    if outlook.inbound:
        book.add("cover_with_inbound", outlook.cover_days_with_inbound_p50, **source, **shared)


def risks(book: FactBook, known: Sequence[Cover]) -> None:
    """Add the range of demand of the SKUs that are out or run out soon, which `stock.collect` has added."""
    by_sku = {clean(each.sku): each for each in known}
    for fact in list(book.all("stock_on_hand")):
        if fact.subject.key in by_sku:
            add_demand(book, by_sku[fact.subject.key], fact.subject)


def lost_sales(marts: Marts, book: FactBook, known: Sequence[Cover]) -> None:
    """Add what the last OUT_DAYS days without stock cost, of the SKUs that sell.

    Of a SKU: out_days_30d: days without stock, by the ledger and the snapshots of that day (`beside.py`), where stock
    is known of at least half of the days; lost_units_30d = these days * units a day in stock; lost_sales_30d = these
    units * the average price without tax. lost_sales_of_all_30d, skus_out_30d: of all SKUs. All are estimates: what was
    not there was not asked for.
    """
    by_sku = {each.sku: each for each in known if each.row["velocity"]}
    if not by_sku:
        return
    pair = Pair(book.days(OUT_DAYS), book.days(OUT_DAYS, back=OUT_DAYS))
    found = []
    for row in marts.rows(DAYS_OUT, skus=sorted(by_sku), **pair.bounds):
        each = by_sku[row["sku"]]
        price = each.amount(each.outlook.price, book.currency)
        if row["days_out"] and 2 * row["days"] >= OUT_DAYS and price:
            units = row["days_out"] * each.row["velocity"]
            found.append((units * price, units, row["days_out"], each))
    if not found:
        return
    found.sort(key=lambda lost: (-lost[0], lost[3].sku))
    shared: dict[str, Any] = {"period": pair.current}
    book.add("skus_out_30d", len(found), "DAYS_OUT", **shared)
    book.add("lost_sales_of_all_30d", sum((lost[0] for lost in found), Decimal(0)), "DAYS_OUT", **shared)
    labels = product_names(marts, [lost[3].sku for lost in found[:OUT_LISTED]])
    for amount, units, days, each in found[:OUT_LISTED]:
        subject = sku_subject(each.sku, labels, each.outlook.asin)
        book.add("out_days_30d", days, "DAYS_OUT", subject=subject, **shared)
        book.add("lost_units_30d", units, "DAYS_OUT", subject=subject, **shared)
        book.add("lost_sales_30d", amount, "DAYS_OUT", subject=subject, **shared)
        book.add("lost_sales_a_week", amount * 7 / OUT_DAYS, "DAYS_OUT", subject=subject, **shared)
