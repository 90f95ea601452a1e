"""product_daily: what was sold, seen, advertised and earned of a product, whatever SKUs and stores it has.

From the rows of the truths of those domains; a product's id is that of dimensions.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from simulator.truth.dimensions import products
from simulator.truth.known import Known
from simulator.truth.profit import profit_daily
from simulator.truth.sales import sales_daily
from simulator.truth.traffic import traffic_daily

_SOLD = ("units", "item_price_net_amount", "item_price_net_amount_reporting")
_SEEN = ("sessions", "page_views", "buy_box_page_views")
_SPENT = ("advertising_amount", "advertising_amount_reporting")
_EARNED = ("profit_amount", "profit_amount_reporting")


class Days:
    """The rows that are being made, by store, tenant, day and product."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, date, str | None], dict] = {}

    def add(self, row: Mapping, product_id: str | None, amounts: Mapping[str, Decimal | int | None]) -> None:
        """Count amounts of a row of another mart in; what is None counts nowhere."""
        into = self.rows.setdefault(
            (row["store_id"], row["tenant_id"], row["date"], product_id),
            dict.fromkeys((*_SOLD, *_SEEN, *_SPENT, *_EARNED, "incomplete_units")),
        )
        into |= {"currency": row["currency"], "reporting_currency": row["reporting_currency"]}
        for name, amount in amounts.items():
            if amount is not None:
                into[name] = (into[name] or 0) + amount


def product_daily(known: Known) -> Iterator[dict]:
    """One row per store, day and product with a row in any of them."""
    ids = {(row["store_id"], row["sku"]): row["product_id"] for row in products(known)}
    days = Days()
    for row in sales_daily(known):
        days.add(row, ids[row["store_id"], row["sku"]], {name: row[name] for name in _SOLD})
    for row in traffic_daily(known):
        days.add(row, row["product_id"], {name: row[name] for name in _SEEN})
    for row in profit_daily(known):
        product_id = ids[row["store_id"], row["sku"]] if row["sku"] else None
        amounts = {name: row[name] for name in (*_SPENT, *(_EARNED if row["is_complete"] else ()))}
        days.add(row, product_id, {**amounts, "incomplete_units": 0 if row["is_complete"] else row["units"]})
    for (store_id, tenant_id, day, product_id), values in days.rows.items():
        yield {"store_id": store_id, "tenant_id": tenant_id, "date": day, "product_id": product_id, **values}
