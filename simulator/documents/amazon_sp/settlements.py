"""The settlement report (flat file V2): a summary row, then one row per amount, in the marketplace's own notation."""

from __future__ import annotations

from datetime import timedelta

from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, local_amount, local_date, local_time
from simulator.documents.model import Document
from simulator.world.money.settlements import Settlement, SettlementLine

HEADER = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
    "transaction-type", "order-id", "merchant-order-id", "adjustment-id", "shipment-id", "marketplace-name",
    "amount-type", "amount-description", "amount", "fulfillment-id", "posted-date", "posted-date-time",
    "order-item-code", "merchant-order-item-id", "merchant-adjustment-item-id", "sku", "quantity-purchased",
    "promotion-id",
)  # fmt: skip


def settlement_document(settlement: Settlement) -> Document:
    """The report of a settlement."""
    place = settlement.store.marketplace
    summary = {
        "settlement-id": settlement.settlement_id,
        "settlement-start-date": local_time(place, settlement.start),
        "settlement-end-date": local_time(place, settlement.end),
        "deposit-date": local_time(place, settlement.end + timedelta(days=2)),
        "total-amount": local_amount(place, settlement.total),
        "currency": place.currency,
    }
    rows = [by_header(HEADER, summary), *(by_header(HEADER, _row(settlement, line)) for line in settlement.lines)]
    return delimited(place, HEADER, rows, charset(place, second=True))


def _row(settlement: Settlement, line: SettlementLine) -> dict[str, str]:
    place = settlement.store.marketplace
    return {
        "settlement-id": settlement.settlement_id,
        "transaction-type": line.transaction_type,
        "order-id": line.order_id,
        "merchant-order-id": line.merchant_order_id,
        "adjustment-id": line.adjustment_id,
        "shipment-id": line.shipment_id,
        "marketplace-name": line.marketplace_name,
        "amount-type": line.amount_type,
        "amount-description": line.amount_description,
        "amount": local_amount(place, line.amount),
        "fulfillment-id": line.fulfillment_id,
        "posted-date": local_date(place, line.posted),
        "posted-date-time": local_time(place, line.posted),
        "order-item-code": line.item_code,
        "sku": line.sku,
        "quantity-purchased": "" if line.quantity is None else str(line.quantity),
        "promotion-id": line.promotion_id,
    }
