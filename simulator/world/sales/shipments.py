"""What Amazon has sent to buyers: one parcel per FBA order, one entry per order line in it.

A parcel holds the lines that were not cancelled. It is listed on the marketplace day on which it left; a few are
listed a day late. Who the buyer is belongs here too: buyers come back, under the same anonymous address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import code
from simulator.world.orders.order import LineView, Order, views
from simulator.world.publishing import FULFILLED_SHIPMENTS, first_age
from simulator.world.rng import number, rng

LATE = 0.04
BUYERS = 2500
CARRIERS = {"US": ("AMZN_US", "UPS", "USPS"), "JP": ("AMZN_JP", "YAMATO"), "DE": ("AMZN_DE", "DHL")}
WAREHOUSES = {
    "US": ("LEX1", "ONT8", "PHX6"),
    "DE": ("LEJ1", "DTM2"),
    "FR": ("ORY1", "LIL1"),
    "JP": ("NRT5", "KIX2"),
    "IT": ("MXP5", "FCO1"),
    "ES": ("MAD4", "BCN1"),
    "IN": ("BOM5", "DEL4"),
}
NAMES = {
    "en": (("Dana", "Lee", "Morgan", "Zoë"), ("Brook", "O'Neil", "Vance", "Peña")),
    "de": (("Jörg", "Anna", "Uwe", "Käthe"), ("Groß", "Müller", "Adler", "Weiß")),
    "fr": (("Zoé", "Hélène", "Rémi", "Inès"), ("Lefèvre", "Garçon", "Noël", "Petit")),
    "ja": (("太郎", "花子", "健", "美咲"), ("佐藤", "鈴木", "髙橋", "山﨑")),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Personal data of a made-up buyer; the address is that of the order."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """A line in a parcel. at: when it left (UTC). age: of its day, at which the report shows it first."""

    order: Order
    view: LineView
    at: datetime
    age: int
    shipment_id: str
    shipment_item_id: str
    warehouse: str
    carrier: str
    tracking: str
    arrives: datetime


def warehouse(country: str, *key: object) -> str:
    """One of Amazon's warehouses of a country, always the same for the same key."""
    names = WAREHOUSES[country]
    return names[number(*key, "warehouse") % len(names)]


def shipment_id(order: Order) -> str:
    """Amazon's number of an order's parcel, as settlements name it too."""
    return f"D{number(order.order_id, 'shipment', digits=9):09d}"


def buyer(order: Order) -> Buyer:
    """Whose order it is."""
    who = number(order.order_id, "buyer") % BUYERS
    first, last = NAMES[order.store.marketplace.language]
    given, family = first[who % len(first)], last[who // len(first) % len(last)]
    address = code(order.store.seller_id, who, "buyer", prefix="", length=15).lower()
    return Buyer(f"{given} {family}", f"{address}@marketplace.amazon.com", f"+00 555 {who:06d}")


def shipped_on(business: StoreBusiness, day: date) -> Iterator[ShippedLine]:
    """The lines that left on that marketplace day, by time; the business must have been simulated that far."""
    country = business.store.marketplace.country
    sent = [order for order in business.shipped.get(day, ()) if order.channel == "Amazon"]
    for order in sorted(sent, key=lambda o: (o.shipped or o.purchased, o.order_id)):
        at = order.shipped
        assert at is not None
        random = rng(business.seed, order.order_id, "parcel")
        carrier = random.choice(CARRIERS.get(country, ("AMZN_EU", "DPD")))
        tracking, travels = f"TBA{random.randrange(10**11, 10**12)}", timedelta(hours=random.randint(20, 90))
        parcel = shipment_id(order)
        for index, view in enumerate(views(order, at)):
            if not view.cancelled:
                yield ShippedLine(
                    order=order,
                    view=view,
                    at=at,
                    age=first_age(FULFILLED_SHIPMENTS, LATE, business.seed, parcel),
                    shipment_id=parcel,
                    shipment_item_id=f"{parcel}{index + 1:02d}",
                    warehouse=warehouse(country, order.order_id),
                    carrier=carrier,
                    tracking=tracking,
                    arrives=at + travels,
                )
