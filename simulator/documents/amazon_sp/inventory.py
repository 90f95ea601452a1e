"""Listings, FBA inventory (MYI) and the inventory ledger: what is offered and what there is.

MYI shows the stock at the end of the day before (it is made once a day at midnight), so any snapshot of a marketplace
day is the same; listings show the price and quantity of their own day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.documents.amazon_sp.as_met import listed, listings_header
from simulator.documents.amazon_sp.flat_files import UTF8, by_header, charset, delimited, plain
from simulator.documents.model import Document
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import Offer, price
from simulator.world.incidents import is_hidden
from simulator.world.inventory.ledger_events import is_explained
from simulator.world.inventory.positions import snapshot
from simulator.world.marketplaces import days_between, local_day, midnight
from simulator.world.rng import number, rng
from simulator.world.stock.book import LedgerRow, Snapshot

MYI = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists", "mfn-fulfillable-quantity",
    "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity", "afn-unsellable-quantity",
    "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume", "afn-inbound-working-quantity",
    "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity", "afn-researching-quantity",
    "afn-reserved-future-supply", "afn-future-supply-buyable",
)  # fmt: skip
LISTINGS = (
    "item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date", "image-url",
    "item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note", "item-condition", "zshop-category1",
    "zshop-browse-path", "zshop-storefront-feature", "asin1", "asin2", "asin3", "will-ship-internationally",
    "expedited-shipping", "zshop-boldface", "product-id", "bid-for-featured-placement", "add-delete",
    "pending-quantity", "fulfillment-channel", "merchant-shipping-group", "status",
    "Minimum order quantity", "Sell remainder",
)  # fmt: skip
# the header of Amazon.co.jp -> the name elsewhere
JAPANESE_LISTINGS = {
    "商品名": "item-name", "出品ID": "listing-id", "出品者SKU": "seller-sku", "価格": "price", "数量": "quantity",
    "出品日": "open-date", "商品IDタイプ": "product-id-type", "コンディション説明": "item-note",
    "コンディション": "item-condition", "ASIN 1": "asin1", "国外へ配送可": "will-ship-internationally",
    "迅速な配送": "expedited-shipping", "商品ID": "product-id", "在庫数": "pending-quantity",
    "フルフィルメント・チャンネル": "fulfillment-channel", "merchant-shipping-group": "merchant-shipping-group",
    "ステータス": "status",
}  # fmt: skip
LEDGER = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
    "In Transit Between Warehouses", "Receipts", "Customer Shipments", "Customer Returns", "Vendor Returns",
    "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed", "Other Events", "Ending Warehouse Balance",
    "Unknown Events", "Location", "Store",
)  # fmt: skip
OPEN_DATES = {"US": ("%Y-%m-%d %H:%M:%S", "PST"), "JP": ("%Y/%m/%d %H:%M:%S", "JST")}


def myi_document(businesses: Sequence[StoreBusiness], now: datetime) -> Document | None:
    """The FBA inventory of these marketplaces; a `store` column where they are several."""
    place = businesses[0].store.marketplace
    header = (*MYI, "store") if len(businesses) > 1 else MYI
    rows = [
        by_header(header, _myi_row(business, entry, now))
        for business in businesses
        for entry in snapshot(business, now)
    ]
    return delimited(place, header, rows, charset(place, second=False)) if rows else None


def _myi_row(business: StoreBusiness, entry: Snapshot, now: datetime) -> dict[str, str]:
    offer, place = entry.offer, business.store.marketplace
    return {
        "sku": offer.sku,
        "fnsku": offer.fnsku,
        "asin": offer.asin,
        "product-name": offer.title,
        "condition": "New",
        "your-price": plain(price(business.seed, business.store, offer, local_day(place.time_zone, now))),
        "mfn-listing-exists": "No",
        "afn-listing-exists": "Yes",
        "afn-warehouse-quantity": str(entry.fulfillable + entry.reserved + entry.unsellable),
        "afn-fulfillable-quantity": str(entry.fulfillable),
        "afn-unsellable-quantity": str(entry.unsellable),
        "afn-reserved-quantity": str(entry.reserved),
        "afn-total-quantity": str(entry.total),
        "per-unit-volume": plain(offer.volume),
        "afn-inbound-working-quantity": str(entry.working),
        "afn-inbound-shipped-quantity": str(entry.shipped),
        "afn-inbound-receiving-quantity": str(entry.receiving),
        "afn-researching-quantity": "0",
        "afn-reserved-future-supply": "0",
        "afn-future-supply-buyable": "0",
        "store": place.sales_channel,
    }


def listings_document(business: StoreBusiness, now: datetime) -> Document:
    """The store's listings. Every third row of the usual layout stops after `status`, as real ones do."""
    place = business.store.marketplace
    free = {entry.offer.sku: entry.fulfillable for entry in snapshot(business, now)}
    rows = [listing(business, offer, free, now) for offer in business.offers]
    if place.language == "ja":
        table = [[row.get(name, "") for name in JAPANESE_LISTINGS.values()] for row in rows]
        return delimited(place, tuple(JAPANESE_LISTINGS), table, charset(place, second=False))
    if business.as_met and (header := listings_header(place, local_day(place.time_zone, now))):
        table = [[listed(place, name, row.get(name, "")) for _, name in header] for row in rows]
        return delimited(place, [each for each, _ in header], table, charset(place, second=True))
    table = [by_header(LISTINGS, row) for row in rows]
    stop = LISTINGS.index("status") + 1
    return delimited(
        place, LISTINGS, [r[:stop] if n % 3 == 0 else r for n, r in enumerate(table)], charset(place, second=False)
    )


def listing(business: StoreBusiness, offer: Offer, free: Mapping[str, int], now: datetime) -> dict[str, str]:
    """An offer in the listings report of that instant, by header. free: units that can be sold, by SKU."""
    place, store = business.store.marketplace, business.store
    day = local_day(place.time_zone, now)
    opened = datetime(2024, 1 + offer.rank % 12, 1 + offer.rank % 28, 7, 35, 42)
    pattern, zone_name = OPEN_DATES.get(place.country, ("%d/%m/%Y %H:%M:%S", "MEZ"))
    merchant = offer.channel == "Merchant"
    buyable = (merchant or free.get(offer.sku, 0) > 0) and not is_hidden(store, offer.rank, day)
    quantity = 5 + rng(business.seed, store.store_id, offer.sku, "merchant stock", day).randint(0, 40)
    return {
        "item-name": offer.title,
        "item-description": f"{offer.title} ({offer.brand})",
        "listing-id": f"{number(store.store_id, offer.sku, 'listing'):06d}L{offer.rank:03d}",
        "seller-sku": offer.sku,
        "price": plain(price(business.seed, store, offer, day)),
        "quantity": str(quantity) if merchant else "",
        "open-date": f"{opened.strftime(pattern)} {zone_name}",
        "item-is-marketplace": "y",
        "product-id-type": "1",
        "item-condition": "11",
        "asin1": offer.asin,
        "product-id": offer.asin,
        "pending-quantity": "0",
        "fulfillment-channel": "DEFAULT"
        if merchant
        else f"AMAZON_{'JP' if place.region == 'fe' else place.region.upper()}",
        "merchant-shipping-group": "Migrated Template",
        "status": "Active" if buyable else "Inactive",
    }


@dataclass(frozen=True, slots=True)
class _LedgerKey:
    label: str
    location: str
    sku: str
    disposition: str


def ledger_document(
    businesses: Sequence[StoreBusiness],
    start: datetime | None,
    end: datetime | None,
    options: Mapping[str, str],
    now: datetime,
) -> Document | None:
    """The ledger's summary of the ended days in the window, by country (or a warehouse), by day, week or month."""
    place = businesses[0].store.marketplace
    last = min(end or now, now)
    if start is None or start > last:
        return None
    table: dict[_LedgerKey, list[str]] = {}
    for day in days_between(local_day(place.time_zone, start), local_day(place.time_zone, last)):
        if midnight(place.time_zone, day + timedelta(days=1)) > now:
            break
        for business in businesses:
            country = business.store.marketplace.country
            for row in business.until(now).stock.ledger.get(day, ()):
                location = country if options.get("aggregateByLocation", "COUNTRY") == "COUNTRY" else f"{country}X1"
                label = _label(day, options.get("aggregatedByTimePeriod", "MONTHLY"))
                key = _LedgerKey(label, location, row.offer.sku, row.disposition)
                explained = is_explained(place.time_zone, day, now)
                values = _ledger_row(business, row, label, location, explained)
                table[key] = _merged(table[key], values) if key in table else values
    return delimited(place, LEDGER, table.values(), UTF8, quoted=True) if table else None


def _label(day: date, period: str) -> str:
    if period == "MONTHLY":
        return day.strftime("%m/%Y")
    return (day if period == "DAILY" else day + timedelta(days=(5 - day.weekday()) % 7)).strftime("%m/%d/%Y")


def _merged(before: list[str], after: list[str]) -> list[str]:
    first, last = LEDGER.index("In Transit Between Warehouses"), LEDGER.index("Unknown Events")
    merged = [
        str(int(a) + int(b)) if first <= n <= last else a for n, (a, b) in enumerate(zip(before, after, strict=True))
    ]
    merged[LEDGER.index("Ending Warehouse Balance")] = after[LEDGER.index("Ending Warehouse Balance")]
    return merged


def _ledger_row(business: StoreBusiness, row: LedgerRow, label: str, location: str, explained: bool) -> list[str]:
    offer = row.offer
    values = {
        "Date": label,
        "FNSKU": offer.fnsku,
        "ASIN": offer.asin,
        "MSKU": offer.sku,
        "Title": offer.title,
        "Disposition": row.disposition,
        "Starting Warehouse Balance": str(row.starting),
        "Receipts": str(row.receipts),
        "Customer Shipments": str(row.shipments),
        "Customer Returns": str(row.returns),
        "Vendor Returns": str(row.vendor_returns),
        "Found": str(row.found if explained else 0),
        "Lost": str(row.lost if explained else 0),
        "Damaged": str(row.damaged),
        "Disposed": str(row.disposed),
        "Ending Warehouse Balance": str(row.ending),
        "Unknown Events": str(0 if explained else row.found + row.lost),
        "Location": location,
        "Store": business.store.marketplace.sales_channel,
    }
    for name in ("In Transit Between Warehouses", "Warehouse Transfer In/Out", "Other Events"):
        values[name] = "0"
    return by_header(LEDGER, values)


DOCUMENTS = {
    "GET_MERCHANT_LISTINGS_ALL_DATA": lambda asked: listings_document(asked.business, asked.now),
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA": lambda asked: myi_document(asked.told, asked.now),
    "GET_LEDGER_SUMMARY_VIEW_DATA": lambda asked: ledger_document(
        asked.businesses, asked.start, asked.end, asked.options, asked.now
    ),
}
