"""Inventory ledger reports of SP-API: data only."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

LEDGER_SUMMARY_COLUMNS = (
    "Date",
    "FNSKU",
    "ASIN",
    "MSKU",
    "Title",
    "Disposition",
    "Starting Warehouse Balance",
    "In Transit Between Warehouses",
    "Receipts",
    "Customer Shipments",
    "Customer Returns",
    "Vendor Returns",
    "Warehouse Transfer In/Out",
    "Found",
    "Lost",
    "Damaged",
    "Disposed",
    "Other Events",
    "Ending Warehouse Balance",
    "Unknown Events",
    "Location",
    "Store",
)

# Older reports end with `Unreconciled Quantity`. `Reference ID` may be empty, so that no columns identify a line.
LEDGER_DETAIL_COLUMNS = (
    "Date",
    "FNSKU",
    "ASIN",
    "MSKU",
    "Title",
    "Event Type",
    "Reference ID",
    "Quantity",
    "Fulfillment Center",
    "Disposition",
    "Reason",
    "Country",
    "Reconciled Quantity",
    "Unreconciled Quantity",
    "Date and Time",
    "Store",
)

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.ledger_summary",
        title="Inventory ledger, daily summary by country",
        shape="windowed",
        scope="account",
        write_disposition="replace",
        report_type="GET_LEDGER_SUMMARY_VIEW_DATA",
        options={"aggregateByLocation": "COUNTRY", "aggregatedByTimePeriod": "DAILY"},
        sections=(
            Section(
                known=LEDGER_SUMMARY_COLUMNS,
                required=(
                    "Date",
                    "FNSKU",
                    "MSKU",
                    "Disposition",
                    "Starting Warehouse Balance",
                    "Ending Warehouse Balance",
                    "Location",
                ),
                day="Date",
                dates=("Date",),
                day_formats=("%m/%d/%Y",),
                countries=("Location",),
            ),
        ),
        days_per_request=31,
        latency=timedelta(hours=1),
        history=timedelta(days=540),
        restate_after=(1, 2, 3),
        min_interval=timedelta(hours=4),
        quoting="standard",
    ),
    Feed(
        name="amazon_sp.ledger_detail",
        title="Inventory ledger, event by event",
        shape="windowed",
        scope="account",
        write_disposition="replace",
        report_type="GET_LEDGER_DETAIL_VIEW_DATA",
        sections=(
            Section(
                known=LEDGER_DETAIL_COLUMNS,
                required=("Date", "FNSKU", "MSKU", "Event Type", "Quantity", "Disposition", "Country"),
                day="Date",
                dates=("Date",),
                dated_by="Date and Time",
                day_formats=("%m/%d/%Y",),
            ),
        ),
        days_per_request=31,
        latency=timedelta(hours=1),
        history=timedelta(days=540),
        # reasons for what is found or lost come a day later, as in the summary
        restate_after=(1, 2, 3),
        min_interval=timedelta(hours=4),
        quoting="standard",
    ),
)
