"""inventory_ledger_balance: the books of the warehouses, which add up and go on as they ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from simulator.truth.known import REPORT_LATENCY, Known
from simulator.truth.staging.inventory import movements
from simulator.world.inventory.ledger_events import is_explained
from simulator.world.marketplaces import midnight

# a day's ledger is asked for again until it is so many days old
FINAL_AGE = 3


def inventory_ledger_balance(known: Known) -> Iterator[dict]:
    """Every ended day's rows; the world's rows are one to an FNSKU and disposition."""
    for account, store, business in known.stores(configured_only=False):
        zone = known.zone(account)
        before: dict[tuple[str, str], int] | None = None
        for day in known.ended(account, REPORT_LATENCY):
            explained = is_explained(zone, day, known.now)
            is_final = midnight(zone, day + timedelta(days=FINAL_AGE)) + REPORT_LATENCY <= known.now
            rows = business.stock.ledger.get(day, ())
            for row in rows:
                closed = None if before is None else before.get((row.offer.fnsku, row.disposition), 0)
                yield {
                    "store_id": store.store_id,
                    "tenant_id": store.tenant_id,
                    "date": day,
                    "fnsku": row.offer.fnsku,
                    "disposition": row.disposition,
                    "sku": row.offer.sku,
                    "asin": row.offer.asin,
                    "country": store.marketplace.country,
                    "opening_quantity": row.starting,
                    **movements(row, explained=explained),
                    "closing_quantity": row.ending,
                    "in_transit_quantity": 0,
                    "difference": 0,
                    "previous_closing_quantity": closed,
                    "continuity_difference": None if closed is None else row.starting - closed,
                    "status": "closed" if is_final else "open",
                }
            before = {(row.offer.fnsku, row.disposition): row.ending for row in rows} if rows else None
