"""What the staging models of sales and traffic must hold: what their marts show, and what else the report says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from simulator.truth.columns import TRAFFIC_DAILY, TRAFFIC_STORE_DAILY
from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.truth.traffic import days, traffic_daily, traffic_store_daily
from simulator.world.sales.traffic import AsinDay, StoreDay, percent

_SHARES = {
    "browser_session_percentage": "browser_sessions",
    "mobile_app_session_percentage": "app_sessions",
    "session_percentage": "sessions",
    "browser_page_views_percentage": "browser_views",
    "mobile_app_page_views_percentage": "app_views",
    "page_views_percentage": "views",
}
_MADE = (
    "product_id", "ordered_product_sales_net_estimated_amount", "buy_box_page_views", "reporting_currency",
    "ordered_product_sales_net_estimated_amount_reporting", "fx_date",
)  # fmt: skip
"""What the marts add."""
_OF_STORE = (
    "average_sales_per_order_item_amount", "average_units_per_order_item", "average_selling_price_amount",
    "refund_rate", "claims_granted", "claims_amount", "shipped_product_sales_amount", "units_shipped",
    "orders_shipped", "order_item_session_percentage", "average_offer_count", "average_parent_items",
    "feedback_received", "negative_feedback_received", "received_negative_feedback_rate",
)  # fmt: skip


def _days(known: Known) -> dict[tuple[str, date], StoreDay]:
    return {(shown.store_id, shown.entry.day): shown.entry for shown in days(known)}


def _by_asin(known: Known) -> Iterator[dict]:
    """The mart's rows, and each product's share of the day's visits."""
    entries = _days(known)
    totals: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
    products: dict[tuple[str, date], dict[str, AsinDay]] = {}
    for key, entry in entries.items():
        products[key] = {each.asin: each for each in entry.asins}
        totals[key] = {name: sum(getattr(each, name) for each in entry.asins) for name in _SHARES.values()}
    for row in traffic_daily(known):
        key = row["store_id"], row["date"]
        mine = products[key][row["child_asin"]]
        shares = {column: percent(getattr(mine, name), totals[key][name]) for column, name in _SHARES.items()}
        yield row | shares | {"sku": ""}


def _by_date(known: Known) -> Iterator[dict]:
    """The mart's rows, and the averages and shipments of the day. Nobody claims or gives feedback in this world."""
    entries = _days(known)
    for row in traffic_store_daily(known):
        entry = entries[row["store_id"], row["date"]]
        sales, units, items = (
            row[name] for name in ("ordered_product_sales_amount", "units_ordered", "total_order_items")
        )
        yield row | {
            "average_sales_per_order_item_amount": _mean(sales, items),
            "average_units_per_order_item": _mean(units, items),
            "average_selling_price_amount": _mean(sales, units),
            "refund_rate": min(percent(entry.refunded, units), Decimal(100)),
            "claims_granted": 0,
            "claims_amount": Decimal(0),
            "shipped_product_sales_amount": entry.shipped_sales,
            "units_shipped": entry.shipped_units,
            "orders_shipped": entry.shipped_orders,
            "order_item_session_percentage": min(percent(items, row["sessions"]), Decimal(100)),
            "average_offer_count": entry.offers,
            "average_parent_items": len({each.parent_asin for each in entry.asins}),
            "feedback_received": 0,
            "negative_feedback_received": 0,
            "received_negative_feedback_rate": Decimal(0),
        }


def _mean(total: Decimal | int, count: int) -> Decimal:
    return (Decimal(total) / count).quantize(Decimal("0.01"), ROUND_HALF_UP) if count else Decimal(0)


STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__sales_and_traffic__by_asin": StagingTruth(
        (*(name for name in TRAFFIC_DAILY if name not in _MADE), *_SHARES),
        ("store_id", "date", "child_asin", "sku"),
        _by_asin,
    ),
    "stg_amazon_sp__sales_and_traffic__by_date": StagingTruth(
        (*(name for name in TRAFFIC_STORE_DAILY if name not in _MADE), *_OF_STORE), ("store_id", "date"), _by_date
    ),
}
