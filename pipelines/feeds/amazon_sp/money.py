"""Settlements, fees, returns and reimbursements of SP-API: data only."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

SETTLEMENT_COLUMNS = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.settlements_v2",
        title="Settlements (flat file V2)",
        shape="listed",
        scope="account",
        semantics="snapshot",
        report_type="GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
        sections=(
            Section(
                known=SETTLEMENT_COLUMNS,
                required=(
                    "settlement-id",
                    "total-amount",
                    "transaction-type",
                    "amount-type",
                    "amount-description",
                    "amount",
                ),
            ),
        ),
        history=timedelta(days=90),
        min_interval=timedelta(hours=4),
    ),
)
