"""What an up-to-date platform knows of removals, and removals_daily: from the world's removal orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from simulator.truth.known import Known, converted
from simulator.world.inventory.removals import RemovalOrder, removal_orders
from simulator.world.marketplaces import local_day
from simulator.world.model import SimAccount, SimStore
from simulator.world.publishing import REMOVALS


def known_removals(known: Known, account: SimAccount) -> Iterator[tuple[date, datetime, SimStore, RemovalOrder]]:
    """(day of the request, instant whose state is known, store, order) of all stores of an account."""
    zone = known.zone(account)
    ended = set(known.ended(account, REMOVALS.latency))
    for store in account.stores:
        for order in removal_orders(known.world.business(store), known.now):
            day = local_day(zone, order.requested)
            at = REMOVALS.known_at(zone, day, known.now)
            if day in ended and at is not None:
                yield day, at, store, order


def of_currency(account: SimAccount, store: SimStore) -> str:
    """The account's first configured store with a store's currency, or the bucket of those that have none."""
    same = (s for s in account.configured_stores if s.marketplace.currency == store.marketplace.currency)
    found = next(same, None)
    return found.store_id if found else f"unmapped:{account.seller_id}:"


def removals_daily(known: Known) -> Iterator[dict]:
    """A row for each store, day of the request, SKU, kind of order and disposition."""
    for account in known.world.accounts:
        rows: dict[tuple, dict] = {}
        for day, at, store, order in known_removals(known, account):
            owner, currency = of_currency(account, store), store.marketplace.currency
            parcels = list(order.parcels(at))
            for line in order.lines:
                key = (owner, day, line.offer.sku, order.kind, line.disposition)
                row = rows.setdefault(key, _nothing(known, account, key, currency))
                state = order.state(line, at)
                mine = [parcel for parcel in parcels if parcel.line is line]
                row["orders"] += 1
                row["requested_quantity"] += line.requested
                row["cancelled_quantity"] += state.cancelled
                row["shipped_quantity" if order.is_shipped else "disposed_quantity"] += state.done
                row["in_process_quantity"] += state.in_process
                row["tracked_quantity"] += sum(parcel.units for parcel in mine)
                row["parcels"] += len({parcel.tracking for parcel in mine})
                if state.fee is not None:
                    row["removal_fee_amount"] = (row["removal_fee_amount"] or Decimal(0)) + state.fee
        for row in rows.values():
            rate = row.pop("rate")
            fee = row["removal_fee_amount"]
            yield {**row, "removal_fee_amount_reporting": None if fee is None else converted(fee, rate)}


def _nothing(known: Known, account: SimAccount, key: tuple, currency: str) -> dict:
    owner, day, sku, kind, disposition = key
    reporting_currency, rate, fx_date = known.reporting(account.tenant_id, currency, day)
    return {
        "store_id": owner,
        "tenant_id": account.tenant_id,
        "date": day,
        "sku": sku,
        "order_type": kind,
        "disposition": disposition,
        "orders": 0,
        "requested_quantity": 0,
        "cancelled_quantity": 0,
        "disposed_quantity": 0,
        "shipped_quantity": 0,
        "in_process_quantity": 0,
        "tracked_quantity": 0,
        "parcels": 0,
        "removal_fee_amount": None,
        "currency": currency,
        "reporting_currency": reporting_currency,
        "rate": rate,
        "fx_date": fx_date,
    }
