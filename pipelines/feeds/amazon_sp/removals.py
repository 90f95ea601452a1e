"""Removal reports of SP-API: what the seller had taken out of FBA stock, ordered and shipped; data only.

Columns: the attributes that Amazon lists (developer-docs, FBA removals reports attributes), with those of variants that
were met: `service-speed` is not everywhere (amzn/selling-partner-api-models#2011), `order-source` is new. Neither
report says where a removal is sent to (amzn/selling-partner-api-docs#3595), so that nothing personal is in them.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

ORDER_COLUMNS = (
    "request-date",
    "order-id",
    "order-source",
    "order-type",
    "service-speed",
    "order-status",
    "last-updated-date",
    "sku",
    "fnsku",
    "disposition",
    "requested-quantity",
    "cancelled-quantity",
    "disposed-quantity",
    "shipped-quantity",
    "in-process-quantity",
    "removal-fee",
    "currency",
)

SHIPMENT_COLUMNS = (
    "request-date",
    "order-id",
    "shipment-date",
    "sku",
    "fnsku",
    "disposition",
    "shipped-quantity",
    "carrier",
    "tracking-number",
    "removal-order-type",
)

# A removal takes weeks, and both reports are asked for by the day on which the removal was requested
# (amzn/selling-partner-api-models#2538): a day changes until the last unit has left. Claims for removals are taken for
# up to 75 days after the shipment, so that a day is looked at a last time when it is older than that.
_AGES = (1, 3, 7, 14, 30, 60, 90)

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.removal_orders",
        title="FBA removal orders",
        shape="windowed",
        scope="account",
        write_disposition="replace",
        report_type="GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA",
        sections=(
            Section(
                known=ORDER_COLUMNS,
                required=("request-date", "order-id", "order-type", "sku", "disposition", "requested-quantity"),
                day="request-date",
            ),
        ),
        # no limit is documented; half a year was refused (amzn/selling-partner-api-models#5323), a month is answered
        days_per_request=30,
        # near real time: made anew at most every 30 minutes (report type values, FBA)
        latency=timedelta(minutes=30),
        history=timedelta(days=540),
        restate_after=_AGES,
        # two hours between two of them is what was met (amzn/selling-partner-api-docs#2803)
        min_interval=timedelta(hours=2),
    ),
    Feed(
        name="amazon_sp.removal_shipments",
        title="FBA removal shipments",
        shape="windowed",
        scope="account",
        write_disposition="replace",
        report_type="GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA",
        sections=(
            Section(
                known=SHIPMENT_COLUMNS,
                required=("request-date", "order-id", "shipment-date", "sku", "disposition", "shipped-quantity"),
                day="request-date",
            ),
        ),
        days_per_request=30,
        latency=timedelta(minutes=30),
        history=timedelta(days=540),
        restate_after=_AGES,
        min_interval=timedelta(hours=2),
    ),
)
