"""What to clear: stock beyond what sells, stock that grows old, and what keeping it costs; stock that cannot be sold.

As of the last snapshot. Amounts are in the store's currency; what is told in another one is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pipelines.insights.facts import FactBook
from pipelines.insights.marts import Marts
from pipelines.insights.measures.cover import Cover
from pipelines.insights.measures.sales import product_names, sku_subject
from pipelines.insights.measures.stock import add_cover

LISTED = 40
STRANDED_LISTED = 10
UNSOLD_MIN_DAYS = 28
"""A SKU without any demand is surplus only if it was in stock for so many of the last ninety days."""
REMOVAL_DAYS = 60

HEALTH = """
    select sku, fulfillable_quantity, unsellable_quantity, stranded_quantity, unit_cost_amount, currency,
        days_in_stock_90d, aged_surcharge_amount, aged_surcharge_currency, inventory_value_amount,
        case when num_nonnulls(age_181_270_quantity, age_271_365_quantity, age_over_365_quantity) > 0 then
            coalesce(age_181_270_quantity, 0) + coalesce(age_271_365_quantity, 0) + coalesce(age_over_365_quantity, 0)
        end as aged_quantity,
        reserved_quantity, reserved_customer_orders_quantity, reserved_transfers_quantity,
        reserved_processing_quantity
    from marts.inventory_health
    where store_id = %(store_id)s
    order by sku
"""
# By SKU the storage fees report tells it, a month at a time after its end; what settlements add has no SKU.
STORAGE = """
    select sku, date_trunc('month', date)::date as month, -sum(storage_fees_amount) as storage
    from marts.profit_daily
    where store_id = %(store_id)s and sku is not null and date between %(first)s and %(last)s
    group by sku, date_trunc('month', date)
    having sum(storage_fees_amount) <> 0
"""
REMOVALS = """
    select sum(in_process_quantity) as units, sum(removal_fee_amount) as fees, min(currency) as currency
    from marts.removals_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s
"""


def collect(marts: Marts, book: FactBook, known: Sequence[Cover]) -> None:
    """Add the facts on what to clear, and on what cannot be sold. known: as `covers` has them.

    Of a SKU: surplus_units: on hand beyond the high case of the demand of ninety days; surplus_cost: at unit cost;
    aged_units: at Amazon for more than 180 days; aged_surcharge: what Amazon takes for them at the next monthly charge;
    storage_month: storage of the last billed month; keeping_month = aged_surcharge + storage_month * surplus_units /
    units on hand. surplus_cost_of_all, keeping_month_of_all, skus_to_clear: of all SKUs; stock_value: of what is on
    hand and reserved, at cost. keeping_a_week = keeping_month * 7 / 30. Stranded, unsellable, reserved units as the
    snapshot has them.
    """
    rows = marts.rows(HEALTH)
    if not rows or not known:
        return
    as_of = max(each.outlook.as_of for each in known)
    when = (as_of, as_of)
    value = [row["inventory_value_amount"] for row in rows if row["currency"] == book.currency]
    whole = [each for each in value if each is not None]
    if whole:
        book.add("stock_value", sum(whole, Decimal(0)), "HEALTH", period=when)
    month, storage = _storage(marts, book)
    _surplus(marts, book, rows, known, storage, month, when)
    _stranded(marts, book, rows, known, when)
    _unsellable(marts, book, rows, when)
    _reserved(book, rows, when)


def _storage(marts: Marts, book: FactBook) -> tuple[tuple[date, date], dict[str, Decimal]]:
    """The last whole month that is billed by SKU, and of each SKU what it cost."""
    after = (book.day + timedelta(days=1)).replace(day=1)
    last = after - timedelta(days=1)
    first = (last.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = marts.rows(STORAGE, first=first, last=last)
    month = max((row["month"] for row in rows), default=first)
    end = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return (month, end), {row["sku"]: row["storage"] for row in rows if row["month"] == month}


def _surcharge(row: Mapping[str, Any], currency: str) -> Decimal:
    amount: Decimal | None = row["aged_surcharge_amount"]
    return amount if amount and row["aged_surcharge_currency"] == currency else Decimal(0)


def surplus_of(known: Cover, row: Mapping[str, Any]) -> int:
    """Pure: the units beyond what sells; 0 of a SKU without demand that was not in stock for long enough to tell."""
    if not known.outlook.method and (row["days_in_stock_90d"] or 0) < UNSOLD_MIN_DAYS:
        return 0
    return known.outlook.surplus_units


def keeping(surplus: int, on_hand: int, storage: Decimal | None, surcharge: Decimal) -> Decimal | None:
    """Pure: what a month of keeping costs: the surcharge, and the surplus units' share of storage. None where neither
    is known."""
    share = None if storage is None or not on_hand else storage * surplus / on_hand
    return None if share is None and not surcharge else (share or Decimal(0)) + surcharge


def _surplus(
    marts: Marts,
    book: FactBook,
    rows: Sequence[Mapping[str, Any]],
    known: Sequence[Cover],
    storage: Mapping[str, Decimal],
    month: tuple[date, date],
    when: tuple[date, date],
) -> None:
    by_sku = {each.sku: each for each in known}
    found = []
    for row in rows:
        each = by_sku.get(row["sku"])
        if each is None:
            continue
        surplus, surcharge = surplus_of(each, row), _surcharge(row, book.currency)
        if surplus or surcharge:
            cost = row["unit_cost_amount"] if row["currency"] == book.currency else None
            kept = keeping(surplus, each.outlook.on_hand, storage.get(row["sku"]), surcharge)
            tied = None if cost is None or not surplus else surplus * cost
            found.append((kept, tied, surplus, surcharge, row, each))
    if not found:
        return
    found.sort(key=lambda item: (-(item[0] or 0), -(item[1] or 0), item[4]["sku"]))
    book.add("skus_to_clear", len(found), "HEALTH", period=when)
    tied_up = [item[1] for item in found if item[1] is not None]
    if tied_up:
        book.add("surplus_cost_of_all", sum(tied_up, Decimal(0)), "HEALTH", period=when)
    kept_for = [item[0] for item in found if item[0] is not None]
    if kept_for:
        book.add("keeping_month_of_all", sum(kept_for, Decimal(0)), "STORAGE", period=month)
    labels = product_names(marts, [item[4]["sku"] for item in found[:LISTED]])
    for kept, tied, surplus, surcharge, row, each in found[:LISTED]:
        subject = sku_subject(row["sku"], labels, each.outlook.asin)
        add_cover(book, each, subject)
        shared: dict[str, Any] = {"subject": subject, "period": when}
        if kept is not None:
            book.add("keeping_month", kept, "STORAGE", subject=subject, period=month)
            book.add("keeping_a_week", kept * 7 / 30, "STORAGE", subject=subject, period=month)
        book.add("surplus_units", surplus or None, **each.outlook_source, **shared)
        book.add("surplus_cost", tied, "HEALTH", **shared)
        book.add("aged_units", row["aged_quantity"] or None, "HEALTH", **shared)
        book.add("aged_surcharge", surcharge or None, "HEALTH", **shared)
        book.add("storage_month", storage.get(row["sku"]), "STORAGE", subject=subject, period=month)


def _stranded(
    marts: Marts,
    book: FactBook,
    rows: Sequence[Mapping[str, Any]],
    known: Sequence[Cover],
    when: tuple[date, date],
) -> None:
    """Units without a listing that sells. stranded_sales_a_week: what of them would sell in a week, if they could be
    sold."""
    by_sku = {each.sku: each for each in known}
    lying = [row for row in rows if row["stranded_quantity"]]
    if not lying:
        return
    book.add("stranded_skus", len(lying), "HEALTH", period=when)
    book.add("stranded_units_of_all", sum(row["stranded_quantity"] for row in lying), "HEALTH", period=when)
    lying.sort(key=lambda row: (-row["stranded_quantity"], row["sku"]))
    labels = product_names(marts, [row["sku"] for row in lying[:STRANDED_LISTED]])
    for row in lying[:STRANDED_LISTED]:
        shared: dict[str, Any] = {"subject": sku_subject(row["sku"], labels), "period": when}
        book.add("stranded_units", row["stranded_quantity"], "HEALTH", **shared)
        if row["currency"] == book.currency and row["unit_cost_amount"] is not None:
            book.add("stranded_cost", row["stranded_quantity"] * row["unit_cost_amount"], "HEALTH", **shared)
        each = by_sku.get(row["sku"])
        price = each.amount(each.outlook.price, book.currency) if each else None
        if each and price and each.a_day:
            units = min(Decimal(row["stranded_quantity"]), each.a_day * 7)
            book.add("stranded_sales_a_week", units * price, **each.outlook_source, **shared)


def _unsellable(marts: Marts, book: FactBook, rows: Sequence[Mapping[str, Any]], when: tuple[date, date]) -> None:
    """Units that cannot be sold, and what is being removed."""
    bad = [row for row in rows if row["unsellable_quantity"]]
    period = book.days(REMOVAL_DAYS)
    removals = marts.rows(REMOVALS, first=period[0], last=period[1])[0]
    if bad:
        book.add("unsellable_skus", len(bad), "HEALTH", period=when)
        book.add("unsellable_units", sum(row["unsellable_quantity"] for row in bad), "HEALTH", period=when)
        worth = [
            row["unsellable_quantity"] * row["unit_cost_amount"]
            for row in bad
            if row["currency"] == book.currency and row["unit_cost_amount"] is not None
        ]
        if len(worth) == len(bad):
            book.add("unsellable_cost", sum(worth, Decimal(0)), "HEALTH", period=when)
    book.add("removals_in_process", removals["units"] or None, "REMOVALS", period=period)
    if removals["currency"] == book.currency and removals["fees"]:
        book.add("removal_fees", removals["fees"], "REMOVALS", period=period)


def _reserved(book: FactBook, rows: Sequence[Mapping[str, Any]], when: tuple[date, date]) -> None:
    for name, column in (
        ("reserved_units", "reserved_quantity"),
        ("reserved_for_orders", "reserved_customer_orders_quantity"),
        ("reserved_in_transfer", "reserved_transfers_quantity"),
        ("reserved_in_processing", "reserved_processing_quantity"),
    ):
        told = [row[column] for row in rows if row[column] is not None]
        book.add(name, sum(told) if told else None, "HEALTH", period=when)
