"""Amazon-fulfilled shipments: what Amazon writes of the parcels that it has sent, buyers and addresses included."""

from __future__ import annotations

from decimal import Decimal

from simulator.documents.amazon_sp.flat_files import by_header, charset, delimited, iso, plain
from simulator.documents.model import Asked, Document
from simulator.world.marketplaces import local_day
from simulator.world.publishing import FULFILLED_SHIPMENTS, days_asked
from simulator.world.sales.shipments import ShippedLine, buyer, shipped_on

HEADER = (
    "amazon-order-id", "merchant-order-id", "shipment-id", "shipment-item-id", "amazon-order-item-id",
    "merchant-order-item-id", "purchase-date", "payments-date", "shipment-date", "reporting-date", "buyer-email",
    "buyer-name", "buyer-phone-number", "sku", "product-name", "quantity-shipped", "currency", "item-price", "item-tax",
    "shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-service-level", "recipient-name",
    "ship-address-1", "ship-address-2", "ship-address-3", "ship-city", "ship-state", "ship-postal-code", "ship-country",
    "ship-phone-number", "bill-address-1", "bill-address-2", "bill-address-3", "bill-city", "bill-state",
    "bill-postal-code", "bill-country", "item-promotion-discount", "ship-promotion-discount", "carrier",
    "tracking-number", "estimated-arrival-date", "fulfillment-center-id", "fulfillment-channel", "sales-channel",
)  # fmt: skip
POINTS = "points-granted"


def shipments_document(asked: Asked) -> Document | None:
    """The report of an account (all of its marketplaces); None when nothing left in the window."""
    place = asked.businesses[0].store.marketplace
    header = (*HEADER, POINTS) if place.country == "JP" else HEADER
    rows = []
    for day in days_asked(place.time_zone, asked.start, asked.end, asked.now):
        age = FULFILLED_SHIPMENTS.age(place.time_zone, day, asked.now)
        for business in asked.businesses if age is not None else ():
            rows += [
                by_header(header, _row(line))
                for line in shipped_on(business.until(asked.now), day)
                if local_day(place.time_zone, line.at) == day and line.age <= (age or 0)
            ]
    return delimited(place, header, rows, charset(place, second=False)) if rows else None


def _row(line: ShippedLine) -> dict[str, str]:
    order, view, place = line.order, line.view, line.order.store.marketplace
    who, (city, state, postal_code) = buyer(order), order.place

    def amount(value: Decimal | None) -> str:
        # of what was sold elsewhere Amazon knows no price
        return "" if order.multi_channel else plain(value if value is not None else Decimal(0))

    return {
        "amazon-order-id": order.order_id,
        "shipment-id": line.shipment_id,
        "shipment-item-id": line.shipment_item_id,
        "amazon-order-item-id": view.line.item_code,
        "purchase-date": iso(order.purchased),
        "payments-date": iso(line.at),
        "shipment-date": iso(line.at),
        "reporting-date": iso(line.at),
        "buyer-email": who.email,
        "buyer-name": who.name,
        "buyer-phone-number": who.phone,
        "sku": view.line.offer.sku,
        "product-name": view.line.offer.title,
        "quantity-shipped": str(view.line.quantity),
        "currency": "" if order.multi_channel else place.currency,
        "item-price": amount(view.price),
        "item-tax": amount(view.tax),
        "shipping-price": amount(view.shipping),
        "shipping-tax": amount(view.shipping_tax),
        "gift-wrap-price": amount(view.gift),
        "gift-wrap-tax": amount(view.gift_tax),
        "ship-service-level": "Expedited",
        "recipient-name": who.name,
        "ship-address-1": f"1 {city}",
        "ship-city": city,
        "ship-state": state,
        "ship-postal-code": postal_code,
        "ship-country": place.country,
        "ship-phone-number": who.phone,
        "bill-address-1": f"1 {city}",
        "bill-city": city,
        "bill-state": state,
        "bill-postal-code": postal_code,
        "bill-country": place.country,
        # discounts are negative here, unlike in the order reports
        "item-promotion-discount": amount(-view.discount if view.discount else None),
        "ship-promotion-discount": amount(-view.shipping_discount if view.shipping_discount else None),
        "carrier": line.carrier,
        "tracking-number": line.tracking,
        "estimated-arrival-date": iso(line.arrives),
        "fulfillment-center-id": line.warehouse,
        "fulfillment-channel": "AFN",
        "sales-channel": order.sales_channel,
        POINTS: "0",
    }


DOCUMENTS = {"GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": shipments_document}
