"""Removals as they are met: headers that come and go, no fee and no currency before units have left, parcels alone."""

from __future__ import annotations

from tests.real.case import Case, Given

ORDERS, SHIPMENTS = "amazon_sp.removal_orders", "amazon_sp.removal_shipments"


def requested(*lines: str, speed: bool = False) -> bytes:
    """Removal orders. lines: 'day|order|kind|disposition|sku|' and the seven columns from requested to currency."""
    header = "request-date order-id order-source order-type service-speed order-status last-updated-date sku fnsku "
    header += (
        "disposition requested-quantity cancelled-quantity disposed-quantity shipped-quantity in-process-quantity "
    )
    names = [name for name in f"{header}removal-fee currency".split() if speed or name != "service-speed"]
    rows = ["\t".join(names)]
    for each in lines:
        day, order, kind, disposition, sku, *figures = each.split("|")
        values = dict(zip(names[-7:], figures, strict=True)) | {"request-date": f"{day}T18:53:56+00:00"}
        values |= {"order-id": order, "order-type": kind, "disposition": disposition, "sku": sku}
        rows.append("\t".join(values.get(name, "") for name in names))
    return ("\r\n".join(rows) + "\r\n").encode()


def shipped(*lines: str) -> bytes:
    """Parcels of removals. lines: 'day of the request|order|kind|disposition|sku|units|tracking number'."""
    header = "request-date order-id shipment-date sku fnsku disposition shipped-quantity carrier tracking-number "
    rows = ["\t".join(f"{header}removal-order-type".split())]
    for each in lines:
        day, order, kind, disposition, sku, units, tracking = each.split("|")
        values = (f"{day}T18:53:56+00:00", order, "2026-10-20T07:00:00+00:00", sku, "X0REMOVED", disposition, units)
        rows.append("\t".join((*values, "UPS", tracking, kind)))
    return ("\r\n".join(rows) + "\r\n").encode()


CASES = (
    Case(
        name="removed",
        met="amzn/selling-partner-api-models#2011: `service-speed` is in some reports; Seller Central's help writes "
        "dispositions in small letters; what has not left has no fee",
        given=(
            Given(
                ORDERS,
                "us",
                requested(
                    "2026-10-01|RM-1|Return|sellable|M-1|3|1|0|2|0|2.62|USD",
                    "2026-10-01|RM-2|Return|Sellable|M-1|2|0|0|0|2||",
                    "2026-10-01|RM-3|Disposal|Unsellable|M-3|1|0|1|0|0|0.99|CAD",
                ),
            ),
            Given(ORDERS, "us", requested("2026-10-03|RM-4|Disposal|Unsellable|M-4|4|0|0|0|4||USD", speed=True)),
            Given(
                SHIPMENTS,
                "us",
                shipped(
                    "2026-10-01|RM-1|Return|Sellable|M-1|1|1Z1",
                    "2026-10-01|RM-1|Return|Sellable|M-1|1|1Z2",
                    "2026-10-01|RM-9|Liquidations|Unsellable|M-9|1|1Z3",
                ),
            ),
        ),
        right={
            "select date, sku, order_type, disposition, orders, requested_quantity, cancelled_quantity, "
            "shipped_quantity, in_process_quantity, tracked_quantity, parcels, removal_fee_amount, currency "
            "from marts.removals_daily where store_id = 'removed-us' order by date, sku": [
                ("2026-10-01", "M-1", "Return", "Sellable", 2, 5, 1, 2, 2, 2, 2, "2.62", "USD"),
                ("2026-10-01", "M-9", "Liquidations", "Unsellable", 1, 0, 0, 0, 0, 1, 1, None, "USD"),
                ("2026-10-03", "M-4", "Disposal", "Unsellable", 1, 4, 0, 0, 4, 0, 0, None, "USD"),
            ],
            "select split_part(store_id, ':', 1), disposed_quantity, removal_fee_amount, currency "
            "from marts.removals_daily where sku = 'M-3'": [("unmapped", 1, "0.99", "CAD")],
        },
    ),
)
