"""What the staging models of removal orders and their parcels must hold."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.documents.amazon_sp.removals import SPEED, tells_speed
from simulator.truth.known import Known
from simulator.truth.removals import known_removals, of_currency
from simulator.truth.staging.kind import StagingTruth
from simulator.world.publishing import REMOVALS


def _orders(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        first = account.configured_stores[0]
        for day, at, store, order in known_removals(known, account):
            for line in order.lines:
                state = order.state(line, at)
                yield {
                    "account_id": account.account_id,
                    "store_id": of_currency(account, store),
                    "tenant_id": account.tenant_id,
                    "date": day,
                    "requested_at": order.requested,
                    "removal_order_id": order.number,
                    "order_source": None,
                    "order_type": order.kind,
                    "service_speed": SPEED if tells_speed(first.marketplace) else None,
                    "order_status": order.status(at),
                    "last_updated_at": order.updated(at),
                    "sku": line.offer.sku,
                    "fnsku": line.offer.fnsku,
                    "disposition": line.disposition,
                    "requested_quantity": line.requested,
                    "cancelled_quantity": state.cancelled,
                    "disposed_quantity": 0 if order.is_shipped else state.done,
                    "shipped_quantity": state.done if order.is_shipped else 0,
                    "in_process_quantity": state.in_process,
                    "removal_fee_amount": state.fee,
                    "currency": store.marketplace.currency,
                }


def _shipments(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        first = account.configured_stores[0]
        for day, at, _, order in known_removals(known, account):
            for parcel in order.parcels(at):
                yield {
                    "account_id": account.account_id,
                    "store_id": first.store_id,
                    "tenant_id": account.tenant_id,
                    "date": day,
                    "requested_at": order.requested,
                    "removal_order_id": order.number,
                    "shipped_at": parcel.at,
                    "sku": parcel.line.offer.sku,
                    "fnsku": parcel.line.offer.fnsku,
                    "disposition": parcel.line.disposition,
                    "shipped_quantity": parcel.units,
                    "carrier": parcel.carrier,
                    "tracking_number": parcel.tracking,
                    "order_type": order.kind,
                }


_OF_ACCOUNT = ("account_id", "store_id", "tenant_id", "date", "requested_at", "removal_order_id")
STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__removal_orders": StagingTruth(
        (
            *_OF_ACCOUNT, "order_source", "order_type", "service_speed", "order_status", "last_updated_at", "sku",
            "fnsku", "disposition", "requested_quantity", "cancelled_quantity", "disposed_quantity",
            "shipped_quantity", "in_process_quantity", "removal_fee_amount", "currency",
        ),
        ("store_id", "date", "removal_order_id", "sku", "disposition"),
        _orders,
        by_days=REMOVALS,
    ),
    "stg_amazon_sp__removal_shipments": StagingTruth(
        (*_OF_ACCOUNT, "shipped_at", "sku", "fnsku", "disposition", "shipped_quantity", "carrier", "tracking_number",
         "order_type"),
        ("store_id", "date", "removal_order_id", "sku", "tracking_number"),
        _shipments,
        by_days=REMOVALS,
    ),
}  # fmt: skip
