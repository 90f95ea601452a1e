"""FBA stock by SKU in further reports: all of it (MYI), by condition, reserved by reason, stranded; ledger events.

They show the same stock as inventory.py, which makes MYI without suppressed SKUs and the ledger's summary.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.documents.amazon_sp import planning
from simulator.documents.amazon_sp.flat_files import UTF8, by_header, charset, delimited, iso, plain
from simulator.documents.amazon_sp.inventory import MYI
from simulator.documents.model import Asked, Document
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import price
from simulator.world.inventory.ledger_events import LedgerEvent, events, is_explained
from simulator.world.inventory.positions import Position, positions_at
from simulator.world.marketplaces import Marketplace, days_between, local_day, midnight

MYI_EUROPE = (
    *MYI, "afn-fc-transfer-quantity", "afn-onhand-buyable-quantity", "store", "afn-fulfillable-quantity-local",
    "afn-fulfillable-quantity-remote",
)  # fmt: skip
AFN = (
    "seller-sku", "fulfillment-channel-sku", "asin", "condition-type", "Warehouse-Condition-code",
    "Quantity Available",
)  # fmt: skip
RESERVED = (
    "sku", "fnsku", "asin", "product-name", "reserved_qty", "reserved_customerorders", "reserved_fc-transfers",
    "reserved_fc-processing",
)  # fmt: skip
STRANDED = (
    "primary-action", "date-stranded", "Date-to-take-auto-removal", "status-primary", "status-secondary",
    "error-message", "stranded-reason", "asin", "sku", "fnsku", "product-name", "condition", "fulfilled-by",
    "fulfillable-qty", "your-price", "unfulfillable-qty", "reserved-quantity", "inbound-shipped-qty",
)  # fmt: skip
DETAIL = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Event Type", "Reference ID", "Quantity", "Fulfillment Center",
    "Disposition", "Reason", "Country", "Reconciled Quantity", "Unreconciled Quantity", "Date and Time", "Store",
)  # fmt: skip
# stranded units are removed after so long, where the seller has switched automatic removal on
AUTO_REMOVAL = timedelta(days=365)


def has_program(place: Marketplace) -> bool:
    """Where newer reports have `program` as their last column."""
    return place.country == "US"


def all_inventory(asked: Asked) -> Document:
    """MYI with every SKU; Europe's has what lies in the country and what lies elsewhere."""
    place = asked.told[0].store.marketplace
    header: tuple[str, ...] = MYI_EUROPE if place.region == "eu" else MYI
    if asked.answers == "one":
        header = tuple(name for name in header if name != "store")
    found = [(business, positions_at(business, asked.now)) for business in asked.told]
    # stock in other countries counts, whether this report has rows of their marketplaces or not
    everywhere: dict[str, int] = {}
    for business in asked.businesses:
        for position in positions_at(business, asked.now):
            sku = position.stock.offer.sku
            everywhere[sku] = everywhere.get(sku, 0) + position.stock.fulfillable
    rows = [
        by_header(header, _all_row(business, position, everywhere[position.stock.offer.sku], asked.now))
        for business, shown in found
        for position in shown
    ]
    return delimited(place, header, rows, charset(place, second=True))


def _all_row(business: StoreBusiness, position: Position, everywhere: int, now: datetime) -> dict[str, str]:
    stock, offer, place = position.stock, position.stock.offer, business.store.marketplace
    return {
        "sku": offer.sku,
        "fnsku": offer.fnsku,
        "asin": offer.asin,
        "product-name": offer.title,
        "condition": "New",
        "your-price": plain(price(business.seed, business.store, offer, local_day(place.time_zone, now))),
        "mfn-listing-exists": "No",
        "afn-listing-exists": "No" if position.old else "Yes",
        "afn-warehouse-quantity": str(position.there),
        "afn-fulfillable-quantity": str(stock.fulfillable),
        "afn-unsellable-quantity": str(stock.unsellable),
        "afn-reserved-quantity": str(stock.reserved),
        "afn-total-quantity": str(stock.total),
        "per-unit-volume": plain(offer.volume),
        "afn-inbound-working-quantity": str(stock.working),
        "afn-inbound-shipped-quantity": str(stock.shipped),
        "afn-inbound-receiving-quantity": str(stock.receiving),
        "afn-researching-quantity": "0",
        "afn-reserved-future-supply": "0",
        "afn-future-supply-buyable": "0",
        "afn-fc-transfer-quantity": str(position.reserved.transfers),
        "afn-onhand-buyable-quantity": str(stock.fulfillable),
        "store": place.sales_channel,
        "afn-fulfillable-quantity-local": str(stock.fulfillable),
        "afn-fulfillable-quantity-remote": str(everywhere - stock.fulfillable),
    }


def afn_inventory(asked: Asked) -> Document:
    """What can be sold of each SKU, and what cannot."""
    place = asked.business.store.marketplace
    rows = []
    for position in positions_at(asked.business, asked.now):
        stock, offer = position.stock, position.stock.offer
        for condition, units in (("SELLABLE", stock.fulfillable), ("UNSELLABLE", stock.unsellable)):
            if units or condition == "SELLABLE":
                rows.append((offer.sku, offer.fnsku, offer.asin, "NewItem", condition, str(units)))
    return delimited(place, AFN, rows, charset(place, second=False))


def reserved_inventory(asked: Asked) -> Document:
    """What is reserved of each SKU, and why."""
    place = asked.business.store.marketplace
    header = (*RESERVED, "program") if has_program(place) else RESERVED
    rows = []
    for position in positions_at(asked.business, asked.now):
        offer, reserved = position.stock.offer, position.reserved
        counts = (position.stock.reserved, reserved.orders, reserved.transfers, reserved.processing)
        row = (offer.sku, offer.fnsku, offer.asin, offer.title, *map(str, counts), "FBA")
        rows.append(row[: len(header)])
    return delimited(place, header, rows, charset(place, second=False))


def removal_day(position: Position) -> datetime | None:
    """When stranded units are taken away, midnight UTC; None where nobody has asked for that."""
    if position.old is None or position.old.action == "Relist":
        return None
    day = position.old.stranded + AUTO_REMOVAL
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def stranded_inventory(asked: Asked) -> Document:
    """The SKUs that lie there without a listing."""
    business, place = asked.business, asked.business.store.marketplace
    header = (*STRANDED, "program") if has_program(place) else STRANDED
    rows = []
    for position in positions_at(business, asked.now):
        old = position.old
        if old is None:
            continue
        offer, removal = old.offer, removal_day(position)
        values = {
            "primary-action": old.action,
            "date-stranded": iso(midnight(place.time_zone, old.stranded)),
            "Date-to-take-auto-removal": iso(removal) if removal else "",
            "status-primary": "Stranded",
            "status-secondary": "Inactive",
            "stranded-reason": old.reason,
            "asin": offer.asin,
            "sku": offer.sku,
            "fnsku": offer.fnsku,
            "product-name": offer.title,
            "condition": "New",
            "fulfilled-by": "Amazon",
            "fulfillable-qty": str(position.stock.fulfillable),
            "your-price": plain(price(business.seed, business.store, offer, local_day(place.time_zone, asked.now))),
            "unfulfillable-qty": str(position.stock.unsellable),
            "reserved-quantity": str(position.stock.reserved),
            "inbound-shipped-qty": str(position.stock.shipped),
            "program": "FBA",
        }
        rows.append(by_header(header, values))
    return delimited(place, header, rows, charset(place, second=False))


def ledger_detail(asked: Asked) -> Document | None:
    """The ledger's events of the ended days in the window; None where there are none."""
    place = asked.businesses[0].store.marketplace
    last = min(asked.end or asked.now, asked.now)
    if asked.start is None or asked.start > last:
        return None
    header = DETAIL if place.language != "ja" else DETAIL[: DETAIL.index("Unreconciled Quantity") + 1]
    rows = []
    for day in days_between(local_day(place.time_zone, asked.start), local_day(place.time_zone, last)):
        if midnight(place.time_zone, day + timedelta(days=1)) > asked.now:
            break
        explained = is_explained(place.time_zone, day, asked.now)
        for business in asked.businesses:
            at = midnight(place.time_zone, day).astimezone(place.zone)
            for event in events(business.until(asked.now), day, explained=explained):
                rows.append(by_header(header, _detail_row(business, event, at)))
    return delimited(place, header, rows, UTF8, quoted=True) if rows else None


def _detail_row(business: StoreBusiness, event: LedgerEvent, at: datetime) -> dict[str, str]:
    offer, place = event.offer, business.store.marketplace
    return {
        "Date": f"{at:%m/%d/%Y}",
        "FNSKU": offer.fnsku,
        "ASIN": offer.asin,
        "MSKU": offer.sku,
        "Title": offer.title,
        "Event Type": event.kind,
        "Reference ID": event.reference,
        "Quantity": str(event.quantity),
        "Fulfillment Center": event.center,
        "Disposition": event.disposition,
        "Reason": event.reason,
        "Country": place.country,
        "Reconciled Quantity": "" if event.reconciled is None else str(event.reconciled),
        "Unreconciled Quantity": "" if event.unreconciled is None else str(event.unreconciled),
        "Date and Time": f"{at:%Y-%m-%dT%H:%M:%S%z}",
        "Store": place.sales_channel,
    }


DOCUMENTS = {
    "GET_FBA_MYI_ALL_INVENTORY_DATA": all_inventory,
    "GET_AFN_INVENTORY_DATA": afn_inventory,
    "GET_RESERVED_INVENTORY_DATA": reserved_inventory,
    "GET_STRANDED_INVENTORY_UI_DATA": stranded_inventory,
    "GET_LEDGER_DETAIL_VIEW_DATA": ledger_detail,
    **planning.DOCUMENTS,
}
