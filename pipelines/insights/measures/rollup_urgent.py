"""What is urgent in which store of a tenant, in its reporting currency: what is out of stock, and ads that lose money.

SKUs repeat across stores, so each is named with its store (`acme-de/MUG-01`). Amounts of a store count by the newest
exchange rate of its last seven days; of a store without one no amount is told, which `rollup.py` says. What such
figures mean stands in `stock.py`, `stakes.py` and `ad_results.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures import ad_results, rollup, stakes
from pipelines.insights.measures.cover import Cover, covers
from pipelines.insights.measures.sales import product_names
from pipelines.insights.measures.stock import LOW_COVER_DAYS, at_risk
from pipelines.insights.readings import CAMPAIGNS, read

if TYPE_CHECKING:
    from pipelines.stores import Store

LISTED = 8
ADS_DAYS = 30

RATE = """
    select fx_rate as rate from marts.profit_daily
    where store_id = %(store_id)s and date between %(first)s and %(last)s and fx_rate is not null
    order by date desc limit 1
"""


def collect(marts: Marts, book: FactBook, stores: Sequence[Store]) -> None:
    """Add the facts: of all stores those SKUs of which most is at stake."""
    week = book.days(7)
    out: list[dict[str, Any]] = []
    losing: list[dict[str, Any]] = []
    for store in stores:
        own = rollup.of_store(marts, store)
        rates = own.rows(RATE, first=week[0], last=week[1])
        rate: Decimal | None = rates[0]["rate"] if rates else None
        out += [_row(each, store, rate) for each in at_risk(covers(own, book.day))[0]]
        span = book.days(ADS_DAYS)
        if rate is not None:
            ads = ad_results.by_sku(own, first=span[0], last=span[1], week=week[0], rate=rate)
            of_store = {"store": store.store_id, "open_days": read(own, CAMPAIGNS, *span).open_days(span)}
            losing += [row | of_store for row in ads if row["result"] < 0]
    out.sort(key=lambda row: (row["amount"] is None, -(row["amount"] or Decimal(0)), row["store"], row["sku"]))
    losing.sort(key=lambda row: (*ad_results.is_urgent(row), row["store"], row["sku"]))
    names = _names(marts, stores, [*out[:LISTED], *losing[:LISTED]])
    _stock(book, out, names)
    _ads(book, losing, names)


def _row(known: Cover, store: Store, rate: Decimal | None) -> dict[str, Any]:
    """A SKU that is out of stock, with the sales of a week that are at stake, in the reporting currency."""
    price = known.amount(known.outlook.price, store.currency)
    at_stake = known.a_day * price * 7 * rate if known.a_day and price and rate else None
    return {**known.row, "store": store.store_id, "amount": at_stake}


def _names(marts: Marts, stores: Sequence[Store], rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """(Store, SKU) -> the product's name."""
    found: dict[tuple[str, str], str] = {}
    for store in stores:
        skus = [row["sku"] for row in rows if row["store"] == store.store_id]
        for sku, (_, label) in product_names(rollup.of_store(marts, store), skus).items():
            found[store.store_id, sku] = label
    return found


def _subject(row: dict[str, Any], names: dict[tuple[str, str], str]) -> Subject:
    return Subject("sku", f"{row['store']}/{clean(row['sku'])}", names.get((row["store"], row["sku"]), ""))


def _stock(book: FactBook, rows: Sequence[dict[str, Any]], names: dict[tuple[str, str], str]) -> None:
    if not rows:
        return
    as_of = max(row["as_of_date"] for row in rows)
    book.add("skus_out_of_stock", len(rows), "STOCK_OF_SNAPSHOT", period=(as_of, as_of))
    for row in rows[:LISTED]:
        when = (row["as_of_date"], row["as_of_date"])
        of_sku: dict[str, Any] = {"subject": _subject(row, names), "period": when}
        book.add("stock_on_hand", row["fulfillable_quantity"], "STOCK_OF_SNAPSHOT", **of_sku)
        book.add("sku_velocity", row["velocity"] or None, "STOCK_OF_SNAPSHOT", **of_sku)
        book.add("stock_inbound", row["inbound_quantity"], "STOCK_OF_SNAPSHOT", **of_sku)
        if row["amount"]:
            coming = (when[1] + timedelta(days=1), when[1] + timedelta(days=LOW_COVER_DAYS))
            book.add("stock_at_risk_a_week", row["amount"], "STOCK", **{**of_sku, "period": coming})


def _ads(book: FactBook, rows: Sequence[dict[str, Any]], names: dict[tuple[str, str], str]) -> None:
    if not rows:
        return
    shared = {"period": book.days(ADS_DAYS), "open_days": max(row["open_days"] for row in rows)}
    ad_results.add_losing(book, rows, shared)
    for row in rows[:LISTED]:
        of_sku = shared | {"subject": _subject(row, names), "open_days": row["open_days"]}
        ad_results.add_product(book, row, of_sku)
    stakes.a_week(book)
