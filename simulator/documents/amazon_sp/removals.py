"""The two removal reports: orders by the day of their request, and the parcels of these orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, iso, plain
from simulator.documents.model import Asked, Document
from simulator.world.business import StoreBusiness
from simulator.world.inventory.removals import RemovalLine, RemovalOrder, removal_orders
from simulator.world.marketplaces import Marketplace, local_day
from simulator.world.publishing import REMOVALS, days_asked

ORDERS = (
    "request-date", "order-id", "order-type", "service-speed", "order-status", "last-updated-date", "sku", "fnsku",
    "disposition", "requested-quantity", "cancelled-quantity", "disposed-quantity", "shipped-quantity",
    "in-process-quantity", "removal-fee", "currency",
)  # fmt: skip
SHIPMENTS = (
    "request-date", "order-id", "shipment-date", "sku", "fnsku", "disposition", "shipped-quantity", "carrier",
    "tracking-number", "removal-order-type",
)  # fmt: skip
SPEED = "Standard"


def tells_speed(place: Marketplace) -> bool:
    """Whether the report has the speed: it was met in Europe most of all (amzn/selling-partner-api-models#2011)."""
    return place.region == "eu"


def _seen(asked: Asked) -> Iterator[tuple[StoreBusiness, RemovalOrder, datetime]]:
    """The orders requested on the days that were asked for, with the instant whose knowledge is shown of them."""
    zone = asked.businesses[0].store.marketplace.time_zone
    known = {
        day: at
        for day in days_asked(zone, asked.start, asked.end, asked.now)
        if (at := REMOVALS.known_at(zone, day, asked.now)) is not None
    }
    for business in asked.businesses:
        for order in removal_orders(business, asked.now):
            at = known.get(local_day(zone, order.requested))
            if at is not None:
                yield business, order, at


def removal_orders_document(asked: Asked) -> Document | None:
    """The lines of removal orders of all marketplaces of the account, which the currency alone tells apart."""
    place = asked.businesses[0].store.marketplace
    header = ORDERS if tells_speed(place) else tuple(name for name in ORDERS if name != "service-speed")
    rows = [
        by_header(header, _line(order, line, at, business.store.marketplace.currency))
        for business, order, at in _seen(asked)
        for line in order.lines
    ]
    return delimited(place, header, sorted(rows), charset(place, second=True)) if rows else None


def _line(order: RemovalOrder, line: RemovalLine, at: datetime, currency: str) -> dict[str, str]:
    state = order.state(line, at)
    return {
        "request-date": iso(order.requested),
        "order-id": order.number,
        "order-type": order.kind,
        "service-speed": SPEED,
        "order-status": order.status(at),
        "last-updated-date": iso(order.updated(at)),
        "sku": line.offer.sku,
        "fnsku": line.offer.fnsku,
        "disposition": line.disposition,
        "requested-quantity": str(line.requested),
        "cancelled-quantity": str(state.cancelled),
        "disposed-quantity": str(0 if order.is_shipped else state.done),
        "shipped-quantity": str(state.done if order.is_shipped else 0),
        "in-process-quantity": str(state.in_process),
        "removal-fee": plain(state.fee),
        "currency": currency,
    }


def removal_shipments_document(asked: Asked) -> Document | None:
    """The parcels in which what was not disposed of left; which marketplace they are of is not told."""
    place = asked.businesses[0].store.marketplace
    rows = [
        by_header(
            SHIPMENTS,
            {
                "request-date": iso(order.requested),
                "order-id": order.number,
                "shipment-date": iso(parcel.at),
                "sku": parcel.line.offer.sku,
                "fnsku": parcel.line.offer.fnsku,
                "disposition": parcel.line.disposition,
                "shipped-quantity": str(parcel.units),
                "carrier": parcel.carrier,
                "tracking-number": parcel.tracking,
                "removal-order-type": order.kind,
            },
        )
        for _, order, at in _seen(asked)
        for parcel in order.parcels(at)
    ]
    return delimited(place, SHIPMENTS, sorted(rows), charset(place, second=True)) if rows else None


DOCUMENTS = {
    "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA": removal_orders_document,
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": removal_shipments_document,
}
