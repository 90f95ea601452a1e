"""The truth: what every mart and staging model must show at an instant, from the world's events, not its documents.

`print_truth` writes a mart as CSV: a header, rows in the order of the key, null as nothing, booleans as true and false,
instants in UTC, numbers plain (no exponent, no trailing zeros). Columns are in columns.py, a module per domain.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from simulator.seeded_world import World, WorldIdentity
from simulator.truth.advertising import (
    ads_campaigns_daily,
    ads_products_daily,
    ads_search_terms_daily,
    ads_targets_daily,
)
from simulator.truth.advertising_matrix import ads_matrix, ads_store_daily
from simulator.truth.advertising_terms import ads_negative_candidates, ads_search_term_ngrams
from simulator.truth.alerts import alerts
from simulator.truth.by_product import product_daily
from simulator.truth.channels import channel_sync_status, stock_by_channel
from simulator.truth.columns import MARTS
from simulator.truth.competitor_comparison import competitor_comparison
from simulator.truth.competitor_events import competitor_events
from simulator.truth.competitors import competitor_daily, competitor_price_history
from simulator.truth.coverage import data_coverage
from simulator.truth.dimensions import products, stores
from simulator.truth.inventory import inventory_daily
from simulator.truth.inventory_health import inventory_health
from simulator.truth.inventory_ledger import inventory_ledger_balance
from simulator.truth.keywords import keyword_performance_weekly, keyword_rank_daily
from simulator.truth.known import Known
from simulator.truth.money_marts import refunds_daily, returns_daily, settlement_totals
from simulator.truth.profit import profit_daily
from simulator.truth.reconciliation import sales_reconciliation
from simulator.truth.removals import removals_daily
from simulator.truth.sales import order_items, sales_daily, sales_store_daily
from simulator.truth.settlements import settlement_lines
from simulator.truth.shops import (
    channel_listings,
    sales_all_channels_daily,
    shop_order_lines,
    shop_sales_daily,
    stock_central,
)
from simulator.truth.staging import STAGING
from simulator.truth.traffic import traffic_daily, traffic_store_daily
from simulator.world.world_file import WorldFile

FACTS: dict[str, Callable[[Known], Iterator[dict]]] = {
    "stores": stores,
    "products": products,
    "order_items": order_items,
    "sales_daily": sales_daily,
    "sales_store_daily": sales_store_daily,
    "traffic_daily": traffic_daily,
    "traffic_store_daily": traffic_store_daily,
    "inventory_daily": inventory_daily,
    "inventory_ledger_balance": inventory_ledger_balance,
    "inventory_health": inventory_health,
    "removals_daily": removals_daily,
    "settlement_lines": settlement_lines,
    "settlements": settlement_totals,
    "returns_daily": returns_daily,
    "refunds_daily": refunds_daily,
    "profit_daily": profit_daily,
    "sales_reconciliation": sales_reconciliation,
    "ads_campaigns_daily": ads_campaigns_daily,
    "ads_store_daily": ads_store_daily,
    "ads_targets_daily": ads_targets_daily,
    "ads_products_daily": ads_products_daily,
    "ads_search_terms_daily": ads_search_terms_daily,
    "ads_negative_candidates": ads_negative_candidates,
    "ads_search_term_ngrams": ads_search_term_ngrams,
    "ads_matrix": ads_matrix,
    "competitor_daily": competitor_daily,
    "competitor_price_history": competitor_price_history,
    "competitor_comparison": competitor_comparison,
    "competitor_events": competitor_events,
    "keyword_rank_daily": keyword_rank_daily,
    "keyword_performance_weekly": keyword_performance_weekly,
    "data_coverage": data_coverage,
    "product_daily": product_daily,
    "shop_order_lines": shop_order_lines,
    "shop_sales_daily": shop_sales_daily,
    "channel_listings": channel_listings,
    "stock_central": stock_central,
    "sales_all_channels_daily": sales_all_channels_daily,
    "stock_by_channel": stock_by_channel,
    "channel_sync_status": channel_sync_status,
    "alerts": alerts,
}


def columns_of(name: str) -> tuple[str, ...] | None:
    """The columns of a mart's or a staging model's truth; None for a name without truth."""
    if name in MARTS:
        return MARTS[name][0]
    return STAGING[name].columns if name in STAGING else None


def rows(name: str, world: World, now: datetime, state: Path | None = None) -> list[dict]:
    """The rows of a mart or staging model at `now`, ordered by its key. state: the simulator's folder, which knows the
    crawls that were started and where the world stood before.

    Raises KeyError for a name without truth.
    """
    if name in STAGING:
        make, key = STAGING[name].rows, STAGING[name].key
    else:
        make, key = FACTS[name], MARTS[name][1]
    path = state / "apify_runs.json" if state else None
    runs = json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else []
    writes = state / "stock_writes.jsonl" if state else None
    lines = writes.read_text(encoding="utf-8").splitlines() if writes and writes.exists() else []
    file = WorldFile.read(state) if state else None
    stood = file.stood if file and (file.seed, file.first_now) == (world.seed, world.first_now) else ()
    known = Known(world, now, runs, stood, map(json.loads, lines))
    return sorted(make(known), key=lambda row: tuple(_sortable(row[column]) for column in key))


def _sortable(value: object) -> tuple[bool, object]:
    return (value is not None, value)


def text(value: object) -> str:
    """A value as the truth writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = format(value, "f")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return "0" if plain == "-0" else plain
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def print_truth(
    mart: str, identity: WorldIdentity, now: datetime, state: Path | None, out: TextIO | None = None
) -> int:
    """Print a mart's truth as CSV; the exit code: 2, with a sentence on stderr, for a mart that has none."""
    columns = columns_of(mart)
    if columns is None:
        names = ", ".join((*MARTS, *STAGING))
        print(f"simulator: there is no truth of a mart {mart!r}. Choose one of {names}.", file=sys.stderr)
        return 2
    world = World.of(identity)
    writer = csv.writer(out or sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows(mart, world, now, state):
        writer.writerow([text(row[name]) for name in columns])
    return 0
