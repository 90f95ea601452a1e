"""How reports of worlds as they are met differ from the plain ones: other languages, other layouts, other columns.

Only how things are written. What happens in such a world besides is in world/orders/multi_channel.py and
world/sales/returns.py. The layouts are those that users show in public: listings in German, listings without a status
(amzn/selling-partner-api-models#4864) and with columns that hold nothing (#3999), orders with what buyers enter for
invoices, `none` where no day is meant.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from simulator.documents.amazon_sp.flat_files import iso
from simulator.world.marketplaces import Marketplace
from simulator.world.orders.order import Order
from simulator.world.sales.shipments import buyer

Header = tuple[tuple[str, str], ...]
"""Each column as the report calls it, and as it is called elsewhere."""

# the header of Amazon.de, and of accounts in German -> the name elsewhere; "" for columns that hold nothing
GERMAN_LISTINGS = (
    ("Artikelbezeichnung", "item-name"), ("Artikelbeschreibung", "item-description"),
    ("Angebotsnummer", "listing-id"), ("Händler-SKU", "seller-sku"), ("Preis", "price"), ("Menge", "quantity"),
    ("Erstellungsdatum", "open-date"), ("Artikel ist Marketplace-Angebot", "item-is-marketplace"),
    ("Produkt-ID-Typ", "product-id-type"), ("Anmerkung zum Artikel", "item-note"),
    ("Artikelzustand", "item-condition"), ("ASIN 1", "asin1"),
    ("Internationaler Versand", "will-ship-internationally"), ("Expressversand", "expedited-shipping"),
    ("Produkt-ID", "product-id"), ("Hinzufügen-Löschen", "add-delete"), ("Anzahl Bestellungen", "pending-quantity"),
    ("Versender", "fulfillment-channel"), ("Händlerversandgruppe", "merchant-shipping-group"),
    ("Veraltete Spalte", ""), ("Veraltete Spalte", ""), ("Status", "status"),
)  # fmt: skip
GERMAN = {"Active": "Aktiv", "Inactive": "Inaktiv", "DEFAULT": "Händler"}
# an American account in British English; it leaves the status out on some days
BRITISH_LISTINGS = (
    ("item-name", "item-name"), ("item-description", "item-description"), ("listing-id", "listing-id"),
    ("seller-sku", "seller-sku"), ("price", "price"), ("quantity", "quantity"), ("open-date", "open-date"),
    ("Deprecated column", ""), ("item-is-marketplace", "item-is-marketplace"), ("product-id-type", "product-id-type"),
    ("Deprecated column", ""), ("item-condition", "item-condition"), ("asin1", "asin1"), ("product-id", "product-id"),
    ("pending-quantity", "pending-quantity"), ("fulfilment-channel", "fulfillment-channel"),
    ("merchant-shipping-group", "merchant-shipping-group"), ("status", "status"),
)  # fmt: skip
STATUS_LEFT_OUT_EVERY = 4
# columns about buyers that order reports have had since sellers make invoices from them
OF_BUYERS = (
    "buyer-company-name", "buyer-cst-number", "buyer-vat-number", "buyer-tax-registration-id",
    "buyer-tax-registration-country", "customized-url", "is-iba", "buyer-citizen-name", "buyer-citizen-id",
    "default-ship-from-address-name", "default-ship-from-address-field-1", "is-buyer-requested-cancellation",
    "buyer-requested-cancel-reason", "invoice-business-legal-name", "invoice-business-address",
    "invoice-business-tax-id",
)  # fmt: skip
# this word is in every value of those columns, so that tests can look for it
PLANTED = "Planted"


def listings_header(place: Marketplace, day: date) -> Header | None:
    """The header of the listings of a marketplace day; None where it is as usual."""
    if place.country == "DE":
        return GERMAN_LISTINGS
    if place.country == "US":
        is_left_out = day.toordinal() % STATUS_LEFT_OUT_EVERY == 0
        return tuple(each for each in BRITISH_LISTINGS if not (is_left_out and each[1] == "status"))
    return None


def listed(place: Marketplace, name: str, text: str) -> str:
    """A value of the listings as that marketplace writes it."""
    if place.country != "DE":
        return text
    if name == "price":
        return text.replace(".", ",")
    return GERMAN.get(text, text) if name in ("status", "fulfillment-channel") else text


def of_buyer(order: Order) -> dict[str, str]:
    """What an order tells of its buyer, all of it made up; businesses have a name and numbers."""
    name, place = f"{PLANTED} {buyer(order).name}", order.store.marketplace
    mine = {"buyer-citizen-name": name, "buyer-citizen-id": f"{PLANTED}-{order.order_id[-6:]}"}
    if order.business:
        number = f"{PLANTED}{place.country}{order.order_id[-7:]}"
        mine |= {
            "buyer-company-name": f"{name} & Co.",
            "buyer-vat-number": number,
            "buyer-tax-registration-id": number,
            "invoice-business-legal-name": f"{name} & Co.",
            "invoice-business-address": f"1 {PLANTED} Street",
            "invoice-business-tax-id": number,
        }
    return mine


def midnight_of(day: date) -> str:
    """A day as the reimbursements of some accounts write it."""
    return iso(datetime.combine(day, time(), tzinfo=UTC))
