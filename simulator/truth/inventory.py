"""inventory_daily: stock at the ends of days. What follows from it for each SKU is in inventory_health.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.truth.known import REPORT_LATENCY, Known
from simulator.world.business import StoreBusiness
from simulator.world.stock.book import SELLABLE, Snapshot


@dataclass(slots=True)
class Balance:
    """A SKU's day in the ledger, units; unsellable None where the ledger has no such row."""

    asin: str
    fnsku: str
    starting: int = 0
    ending: int = 0
    unsellable: int | None = None


def balances_of(business: StoreBusiness, day: date) -> dict[str, Balance]:
    result: dict[str, Balance] = {}
    for row in business.stock.ledger.get(day, ()):
        entry = result.setdefault(row.offer.sku, Balance(row.offer.asin, row.offer.fnsku))
        if row.disposition == SELLABLE:
            entry.starting, entry.ending = row.starting, row.ending
        else:
            entry.unsellable = (entry.unsellable or 0) + row.ending
    return result


def _snapshot(business: StoreBusiness, day: date) -> dict[str, Snapshot]:
    """What a snapshot made on that day shows: the end of the day before."""
    return {entry.offer.sku: entry for entry in business.stock.snapshots.get(day - timedelta(days=1), ())}


def inventory_daily(known: Known) -> Iterator[dict]:
    """The ledger's balances and the day's last snapshot, side by side."""
    for account, store, business in known.stores(configured_only=False):
        ledger_days = set(known.ended(account, REPORT_LATENCY))
        snapshot_days = set(known.snapshot_days(account))
        for day in sorted(ledger_days | snapshot_days):
            balances = balances_of(business, day) if day in ledger_days else {}
            snapshots = _snapshot(business, day) if day in snapshot_days and known.tells_stock(store) else {}
            for sku in {**balances, **snapshots}:
                balance, seen = balances.get(sku), snapshots.get(sku)
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "date": day,
                    "sku": sku,
                    "asin": seen.offer.asin if seen else balances[sku].asin,
                    "fnsku": seen.offer.fnsku if seen else balances[sku].fnsku,
                    "ledger_starting_quantity": balance and balance.starting,
                    "ledger_ending_quantity": balance and balance.ending,
                    "ledger_ending_unsellable_quantity": balance and balance.unsellable,
                    "snapshot_fulfillable_quantity": seen and seen.fulfillable,
                    "snapshot_reserved_quantity": seen and seen.reserved,
                    "snapshot_unsellable_quantity": seen and seen.unsellable,
                    "snapshot_inbound_working_quantity": seen and seen.working,
                    "snapshot_inbound_shipped_quantity": seen and seen.shipped,
                    "snapshot_inbound_receiving_quantity": seen and seen.receiving,
                    "snapshot_total_quantity": seen and seen.total,
                }
