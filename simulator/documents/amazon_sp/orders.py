"""The two all-orders reports: one row per order line, in the columns that the account's own marketplace has.

Both show the current state of each order; they differ in which orders lie in the window (by purchase, by last update).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from simulator.documents.amazon_sp.as_met import OF_BUYERS, of_buyer
from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, iso, plain
from simulator.documents.model import Asked, Document
from simulator.world.business import StoreBusiness
from simulator.world.orders.order import LineView, Order, views

_START = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
    "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin", "item-status", "quantity",
    "currency", "item-price", "item-tax", "shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax",
    "item-promotion-discount", "ship-promotion-discount", "ship-city", "ship-state", "ship-postal-code", "ship-country",
    "promotion-ids",
)  # fmt: skip
_END = ("is-business-order", "purchase-order-number", "price-designation")
BY_DATE = (*_START, "cpf", *_END)
BY_UPDATE = (*_START, *_END)
SIGNATURE = "signature-confirmation-recommended"


def orders_document(
    businesses: Sequence[StoreBusiness], start: datetime | None, end: datetime | None, now: datetime, *, by_update: bool
) -> Document | None:
    """The report of an account (all of its marketplaces); None when no order lies in the window."""
    place = businesses[0].store.marketplace
    last = min(end or now, now)
    if start is None or start > last:
        return None
    found: list[tuple[datetime, Order]] = []
    for business in businesses:
        for order in business.every_order(last if not by_update else now):
            at = order.state(now).at if by_update else order.purchased
            if start <= at <= last:
                found.append((at, order))
    if not found:
        return None
    found.sort(key=lambda entry: (entry[0], entry[1].order_id))
    usual: tuple[str, ...] = BY_UPDATE if by_update else BY_DATE
    header = (*BY_DATE, SIGNATURE) if place.country == "US" else usual
    as_met = businesses[0].as_met
    header = (*header, *OF_BUYERS) if as_met else header
    rows = [
        by_header(header, _row(order, view, now) | (of_buyer(order) if as_met else {}))
        for _, order in found
        for view in views(order, now)
    ]
    return delimited(place, header, rows, charset(place, second=by_update))


def _row(order: Order, view: LineView, now: datetime) -> dict[str, str]:
    line, place = view.line, order.store.marketplace
    city, region, postal_code = view.place or ("", "", "")
    return {
        "amazon-order-id": order.order_id,
        "merchant-order-id": order.order_id if order.channel == "Amazon" else "",
        "purchase-date": iso(order.purchased),
        "last-updated-date": iso(order.state(now).at),
        "order-status": view.order_status,
        "fulfillment-channel": order.channel,
        "sales-channel": order.sales_channel,
        "ship-service-level": "Expedited" if order.channel == "Amazon" else "Standard",
        "product-name": line.offer.title,
        "sku": line.offer.sku,
        "asin": line.offer.asin,
        "item-status": view.item_status,
        "quantity": str(line.quantity),
        "currency": view.currency or "",
        "item-price": plain(view.price),
        "item-tax": plain(view.tax),
        "shipping-price": plain(view.shipping),
        "shipping-tax": plain(view.shipping_tax),
        "gift-wrap-price": plain(view.gift),
        "gift-wrap-tax": plain(view.gift_tax),
        "item-promotion-discount": plain(view.discount),
        "ship-promotion-discount": plain(view.shipping_discount),
        "ship-city": city,
        "ship-state": region,
        "ship-postal-code": postal_code,
        "ship-country": place.country if view.place else "",
        "promotion-ids": line.promotion_ids,
        "is-business-order": "true" if order.business else "false",
        "purchase-order-number": f"PO-{order.order_id[-5:]}" if order.business else "",
        "price-designation": "Business Price" if order.business else "",
        SIGNATURE: "false",
    }


DOCUMENTS = {
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": lambda asked: _orders(asked, by_update=False),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": lambda asked: _orders(asked, by_update=True),
}


def _orders(asked: Asked, *, by_update: bool) -> Document | None:
    return orders_document(asked.businesses, asked.start, asked.end, asked.now, by_update=by_update)
