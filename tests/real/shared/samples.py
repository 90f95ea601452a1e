"""Where the shared samples lie, and short ways to say what is given and what is right."""

from __future__ import annotations

from typing import Any

import yaml

from tests.real.case import Case, Given, Row
from tests.support.references import SHARED as _FOLDER

SAMPLES = _FOLDER / "samples"
CASES = SAMPLES / "cases"
RATES = Given("manual.fx_rates", None, CASES / "rates.csv")

SETTLEMENTS = "amazon_sp.settlements_v2"
ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
TRAFFIC = "amazon_sp.sales_and_traffic"
RETURNS = "amazon_sp.customer_returns"
MYI = "amazon_sp.fba_myi_unsuppressed_inventory"
NOON = "2026-10-20T12:00:00Z"


def shared_tenants() -> dict[str, Any]:
    """The tenants of these cases, as stores.yaml names them."""
    if not CASES.exists():
        return {}
    return dict(yaml.safe_load((CASES / "stores.yaml").read_text(encoding="utf-8"))["tenants"])


def case(folder: str, given: list[Given], right: dict[str, list[Row]]) -> Case:
    return Case(name=folder, met=f"samples/cases/{folder}/expect.md", stores={}, given=tuple(given), right=right)


def of(folder: str, file: str, feed: str, store: str | None, **options: Any) -> Given:
    return Given(feed, store, CASES / folder / file, **options)


def settled(columns: str, settlement_id: str) -> str:
    return f"select {columns} from marts.settlements where settlement_id = '{settlement_id}' order by store_id"  # noqa: S608


def sold(sku: str, store: str = "c-us") -> str:
    return f"from marts.sales_daily where sku = '{sku}' and store_id = '{store}'"
