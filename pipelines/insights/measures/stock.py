"""Stock: which SKUs are out of stock, which run out soon, and when."""

from __future__ import annotations

from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts
from pipelines.insights.measures.sales import product_names, sku_subject

LOW_COVER_DAYS = 21
LISTED = 8
CHARTED = 10

# The worst first: SKUs that are out of stock, by how fast they sold; then the others, by days of cover.
AT_RISK = """
    select sku, asin, as_of_date, fulfillable_quantity, inbound_quantity, units_30d, velocity, days_of_cover,
        stock_out_date, fulfillable_quantity = 0 as is_out,
        count(*) filter (where fulfillable_quantity = 0) over () as count_out,
        count(*) filter (where fulfillable_quantity > 0) over () as count_low
    from marts.inventory_health
    where store_id = %(store_id)s and (
        (fulfillable_quantity = 0 and (velocity > 0 or units_90d > 0))
        or (fulfillable_quantity > 0 and days_of_cover < %(low)s))
    order by fulfillable_quantity > 0, case when fulfillable_quantity = 0 then -coalesce(velocity, 0) end,
        days_of_cover, sku
"""
SNAPSHOT = "select max(as_of_date) as day from marts.inventory_health where store_id = %(store_id)s"


def collect(marts: Marts, book: FactBook) -> list[dict[str, Any]]:
    """Add the counts and the SKUs most at risk, as of the last snapshot. Returns the chart's rows."""
    as_of = marts.rows(SNAPSHOT)[0]["day"]
    if as_of is None:
        return []
    rows = marts.rows(AT_RISK, low=LOW_COVER_DAYS)
    when = (as_of, as_of)
    book.add("stock_as_of", as_of, "SNAPSHOT", period=when)
    book.add("skus_out_of_stock", rows[0]["count_out"] if rows else 0, "AT_RISK", period=when)
    book.add("skus_low_cover", rows[0]["count_low"] if rows else 0, "AT_RISK", period=when)
    labels = product_names(marts, [row["sku"] for row in rows[:LISTED]])
    for row in rows[:LISTED]:
        _sku_facts(book, row, sku_subject(row["sku"], labels, row["asin"]))
    return [
        {"sku": clean(row["sku"], 24), "cover": float(row["days_of_cover"]), "on_hand": row["fulfillable_quantity"]}
        for row in rows
        if row["days_of_cover"] is not None and not row["is_out"]
    ][:CHARTED]


def _sku_facts(book: FactBook, row: dict[str, Any], subject: Subject) -> None:
    when = (row["as_of_date"], row["as_of_date"])
    book.add("stock_on_hand", row["fulfillable_quantity"], "AT_RISK", subject=subject, period=when)
    if row["velocity"]:
        book.add("sku_velocity", row["velocity"], "AT_RISK", subject=subject, period=when)
    if not row["is_out"]:
        book.add("days_of_cover", row["days_of_cover"], "AT_RISK", subject=subject, period=when)
        book.add("stock_out_date", row["stock_out_date"], "AT_RISK", subject=subject, period=when)
    if row["inbound_quantity"] is not None:
        book.add("stock_inbound", row["inbound_quantity"], "AT_RISK", subject=subject, period=when)
