"""Stock: which SKUs are out of stock, which run out soon, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.cover import Cover, covers
from pipelines.insights.measures.sales import product_names, sku_subject

LOW_COVER_DAYS = 21
LISTED = 8
CHARTED = 10

SNAPSHOT = "select max(as_of_date) as day from marts.inventory_health where store_id = %(store_id)s"


def collect(
    marts: Marts, book: FactBook, *, known: Sequence[Cover] | None = None, listed: int = LISTED
) -> list[dict[str, Any]]:
    """Add the counts and the SKUs most at risk, as of the last snapshot. Returns the chart's rows.

    How long stock lasts and when it runs out is by the forecast of demand, of SKUs without one by velocity
    (`cover.py`). The worst first: SKUs that are out of stock, by how fast they sold; then those that last for fewer
    than LOW_COVER_DAYS, by how long. known: as `covers` has them; None: those of the book's day. listed: of so many
    SKUs facts are added.
    """
    as_of = marts.rows(SNAPSHOT)[0]["day"]
    if as_of is None:
        return []
    out, low = at_risk(covers(marts, book.day) if known is None else known)
    when = (as_of, as_of)
    book.add("stock_as_of", as_of, "SNAPSHOT", period=when)
    book.add("skus_out_of_stock", len(out), "STOCK_OF_SNAPSHOT", period=when)
    book.add("skus_low_cover", len(low), "STOCK_OF_SNAPSHOT", period=when)
    told = [*out, *low][:listed]
    labels = product_names(marts, [each.sku for each in told])
    for each in told:
        add_cover(book, each, sku_subject(each.sku, labels, each.row["asin"]))
    return [
        {
            "sku": clean(each.sku, 24),
            "cover": float(each.days or 0),
            "on_hand": each.row["fulfillable_quantity"],
        }
        for each in low
    ][:CHARTED]


def at_risk(known: Iterable[Cover]) -> tuple[list[Cover], list[Cover]]:
    """Pure: the SKUs that are out of stock, and those that soon will be, the worst first."""
    every = list(known)
    out = [each for each in every if each.is_out]
    low = [
        each
        for each in every
        if each.row["fulfillable_quantity"] > 0 and each.days is not None and each.days < LOW_COVER_DAYS
    ]
    out.sort(key=lambda each: (-(each.row["velocity"] or 0), each.sku))
    low.sort(key=lambda each: (each.days or 0, each.sku))
    return out, low


def add_cover(book: FactBook, known: Cover, subject: Subject) -> None:
    """The facts on a SKU's stock and how long it lasts, unless the book has them."""
    if book.get("stock_on_hand", subject.key):
        return
    row, query = known.row, "STOCK_OF_SNAPSHOT"
    when = (row["as_of_date"], row["as_of_date"])
    book.add("stock_on_hand", row["fulfillable_quantity"], query, subject=subject, period=when)
    if row["velocity"]:
        book.add("sku_velocity", row["velocity"], query, subject=subject, period=when)
    if row["fulfillable_quantity"]:
        book.add("days_of_cover", known.days, subject=subject, period=when, **known.source)
        book.add("stock_out_date", known.out, subject=subject, period=when, **known.source)
    if row["inbound_quantity"] is not None:
        book.add("stock_inbound", row["inbound_quantity"], query, subject=subject, period=when)
