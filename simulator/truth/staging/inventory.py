"""What the staging models of listings, stock and ledger reports must hold. Planning and restock are in planning.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from simulator.documents.amazon_sp.as_met import listed, listings_header
from simulator.documents.amazon_sp.inventory import JAPANESE_LISTINGS, LISTINGS, listing
from simulator.documents.amazon_sp.stock import has_program, removal_day
from simulator.truth.known import REPORT_LATENCY, Known
from simulator.truth.staging import planning
from simulator.truth.staging.kind import StagingTruth
from simulator.world.business import StoreBusiness
from simulator.world.catalogue.offers import price
from simulator.world.inventory.ledger_events import events, is_explained
from simulator.world.inventory.positions import Position, positions, snapshot
from simulator.world.marketplaces import local_day, midnight
from simulator.world.model import SimStore
from simulator.world.stock.book import LedgerRow, Snapshot

_OF_STORE = ("store_id", "tenant_id", "date")
_PRODUCT = ("sku", "fnsku", "asin")
LISTED = (
    *_OF_STORE, "sku", "asin", "item_name", "item_description", "listing_id", "price_amount", "business_price_amount",
    "currency", "quantity", "pending_quantity", "minimum_order_quantity", "open_date", "product_id_type", "product_id",
    "item_condition", "item_note", "fulfillment_channel", "merchant_shipping_group", "status",
)  # fmt: skip
MYI = (
    *_OF_STORE, *_PRODUCT, "product_name", "condition", "your_price_amount", "currency", "mfn_listing_exists",
    "mfn_fulfillable_quantity", "afn_listing_exists", "warehouse_quantity", "fulfillable_quantity",
    "reserved_quantity", "unsellable_quantity", "inbound_working_quantity", "inbound_shipped_quantity",
    "inbound_receiving_quantity", "total_quantity", "researching_quantity", "reserved_future_supply_quantity",
    "future_supply_buyable_quantity", "fc_transfer_quantity", "onhand_buyable_quantity", "fulfillable_local_quantity",
    "fulfillable_remote_quantity", "unit_volume",
)  # fmt: skip
AFN = (*_OF_STORE, *_PRODUCT, "condition", "warehouse_condition", "quantity")
RESERVED = (
    *_OF_STORE, *_PRODUCT, "product_name", "reserved_quantity", "reserved_customer_orders_quantity",
    "reserved_fc_transfers_quantity", "reserved_fc_processing_quantity", "reserved_staging_quantity", "program",
)  # fmt: skip
STRANDED = (
    *_OF_STORE, *_PRODUCT, "product_name", "condition", "fulfilled_by", "stranded_reason", "primary_action",
    "status_primary", "status_secondary", "error_message", "stranded_at", "auto_removal_at", "your_price_amount",
    "currency", "fulfillable_quantity", "unfulfillable_quantity", "reserved_quantity", "inbound_shipped_quantity",
    "program",
)  # fmt: skip
SUMMARY = (
    *_OF_STORE, *_PRODUCT, "title", "disposition", "country", "starting_quantity", "in_transit_quantity",
    "receipts_quantity", "customer_shipments_quantity", "customer_returns_quantity", "vendor_returns_quantity",
    "warehouse_transfer_quantity", "found_quantity", "lost_quantity", "damaged_quantity", "disposed_quantity",
    "other_events_quantity", "unknown_events_quantity", "ending_quantity",
)  # fmt: skip
DETAIL = (
    *_OF_STORE, *_PRODUCT, "title", "event_type", "reference_id", "quantity", "fulfillment_center", "disposition",
    "reason", "country", "reconciled_quantity", "unreconciled_quantity", "occurred_at",
)  # fmt: skip


def _of(store: SimStore, day: date) -> dict:
    return {"store_id": store.store_id, "tenant_id": store.tenant_id, "date": day}


def listings(known: Known) -> Iterator[dict]:
    """Every offer of every store, at each of its snapshots."""
    for account, store, business in known.stores(configured_only=True):
        place = store.marketplace
        of_place = tuple(JAPANESE_LISTINGS.values()) if place.language == "ja" else LISTINGS
        for day in known.snapshot_days(account):
            at = midnight(place.time_zone, day)
            there = of_place
            if business.as_met and (header := listings_header(place, day)):
                there = tuple(name for _, name in header)
            free = {entry.offer.sku: entry.fulfillable for entry in snapshot(business, at)}
            for offer in business.offers:
                shown = {
                    name: listed(place, name, text) if business.as_met and name == "fulfillment-channel" else text
                    for name, text in listing(business, offer, free, at).items()
                    if name in there
                }
                yield {
                    **_of(store, day),
                    "sku": offer.sku,
                    "asin": offer.asin,
                    "item_name": offer.title,
                    "price_amount": Decimal(shown["price"]),
                    "currency": place.currency,
                    "quantity": shown["quantity"],
                    "pending_quantity": 0,
                    "business_price_amount": None,
                    "minimum_order_quantity": None,
                    "item_note": shown.get("item-note"),
                    "status": shown.get("status"),
                } | {name.replace("-", "_"): shown.get(name) for name in (
                    "item-description", "listing-id", "open-date", "product-id-type", "product-id", "item-condition",
                    "fulfillment-channel", "merchant-shipping-group",
                )}  # fmt: skip


def _myi(store: SimStore, business: StoreBusiness, day: date, entry: Snapshot) -> dict:
    offer = entry.offer
    return {
        **_of(store, day),
        "sku": offer.sku,
        "fnsku": offer.fnsku,
        "asin": offer.asin,
        "product_name": offer.title,
        "condition": "New",
        "your_price_amount": price(business.seed, store, offer, day),
        "currency": store.marketplace.currency if store.configured else None,
        "mfn_listing_exists": False,
        "mfn_fulfillable_quantity": None,
        "afn_listing_exists": True,
        "warehouse_quantity": entry.fulfillable + entry.reserved + entry.unsellable,
        "fulfillable_quantity": entry.fulfillable,
        "reserved_quantity": entry.reserved,
        "unsellable_quantity": entry.unsellable,
        "inbound_working_quantity": entry.working,
        "inbound_shipped_quantity": entry.shipped,
        "inbound_receiving_quantity": entry.receiving,
        "total_quantity": entry.total,
        "researching_quantity": 0,
        "reserved_future_supply_quantity": 0,
        "future_supply_buyable_quantity": 0,
        "fc_transfer_quantity": None,
        "onhand_buyable_quantity": None,
        "fulfillable_local_quantity": None,
        "fulfillable_remote_quantity": None,
        "unit_volume": offer.volume,
    }


def _unsuppressed(known: Known) -> Iterator[dict]:
    for account, store, business in known.stores(configured_only=False):
        for day in known.snapshot_days(account) if known.tells_stock(store) else ():
            for entry in business.stock.snapshots.get(day - timedelta(days=1), ()):
                yield _myi(store, business, day, entry)


def _all_inventory(known: Known) -> Iterator[dict]:
    for account, store, business in known.stores(configured_only=False):
        day = known.today(account)
        for position in positions(business, day) if known.tells_stock(store) else ():
            stock = position.stock
            row = _myi(store, business, day, stock) | {"afn_listing_exists": position.old is None}
            if store.region == "eu":
                row["fc_transfer_quantity"] = position.reserved.transfers
                row["onhand_buyable_quantity"] = row["fulfillable_local_quantity"] = stock.fulfillable
                row["fulfillable_remote_quantity"] = sum(
                    other.stock.fulfillable
                    for elsewhere in account.stores
                    if elsewhere.store_id != store.store_id
                    for other in positions(known.world.business(elsewhere).until(known.now), day)
                    if other.stock.offer.sku == stock.offer.sku
                )
            yield row


def _today(known: Known) -> Iterator[tuple[SimStore, StoreBusiness, date, Position]]:
    """What the reports of today show, for each configured store."""
    for _, store, business in known.stores(configured_only=True):
        day = local_day(store.marketplace.time_zone, known.now)
        for position in positions(business, day):
            yield store, business, day, position


def _product(store: SimStore, day: date, position: Position) -> dict:
    offer = position.stock.offer
    return {**_of(store, day), "sku": offer.sku, "fnsku": offer.fnsku, "asin": offer.asin}


def _afn(known: Known) -> Iterator[dict]:
    for store, _, day, position in _today(known):
        base = _product(store, day, position) | {"condition": "NewItem"}
        yield base | {"warehouse_condition": "SELLABLE", "quantity": position.stock.fulfillable}
        if position.stock.unsellable:
            yield base | {"warehouse_condition": "UNSELLABLE", "quantity": position.stock.unsellable}


def _reserved(known: Known) -> Iterator[dict]:
    for store, _, day, position in _today(known):
        yield _product(store, day, position) | {
            "product_name": position.stock.offer.title,
            "reserved_quantity": position.stock.reserved,
            "reserved_customer_orders_quantity": position.reserved.orders,
            "reserved_fc_transfers_quantity": position.reserved.transfers,
            "reserved_fc_processing_quantity": position.reserved.processing,
            "reserved_staging_quantity": None,
            "program": "FBA" if has_program(store.marketplace) else None,
        }


def _stranded(known: Known) -> Iterator[dict]:
    for store, business, day, position in _today(known):
        old = position.old
        if old is None:
            continue
        yield _product(store, day, position) | {
            "product_name": old.offer.title,
            "condition": "New",
            "fulfilled_by": "Amazon",
            "stranded_reason": old.reason,
            "primary_action": old.action,
            "status_primary": "Stranded",
            "status_secondary": "Inactive",
            "error_message": None,
            "stranded_at": midnight(store.marketplace.time_zone, old.stranded),
            "auto_removal_at": removal_day(position),
            "your_price_amount": price(business.seed, store, old.offer, day),
            "currency": store.marketplace.currency,
            "fulfillable_quantity": old.units,
            "unfulfillable_quantity": 0,
            "reserved_quantity": 0,
            "inbound_shipped_quantity": 0,
            "program": "FBA" if has_program(store.marketplace) else None,
        }


def _summary(known: Known) -> Iterator[dict]:
    for account, store, business in known.stores(configured_only=False):
        for day in known.ended(account, REPORT_LATENCY):
            explained = is_explained(known.zone(account), day, known.now)
            for row in business.stock.ledger.get(day, ()):
                yield {
                    **_of(store, day),
                    "sku": row.offer.sku,
                    "fnsku": row.offer.fnsku,
                    "asin": row.offer.asin,
                    "title": row.offer.title,
                    "disposition": row.disposition,
                    "country": store.marketplace.country,
                    "starting_quantity": row.starting,
                    "in_transit_quantity": 0,
                    **movements(row, explained=explained),
                    "ending_quantity": row.ending,
                }


def movements(row: LedgerRow, *, explained: bool) -> dict[str, int]:
    """What moved a balance of the ledger that day. explained: whether it is known what was found and lost."""
    return {
        "receipts_quantity": row.receipts,
        "customer_shipments_quantity": row.shipments,
        "customer_returns_quantity": row.returns,
        "vendor_returns_quantity": row.vendor_returns,
        "warehouse_transfer_quantity": 0,
        "found_quantity": row.found if explained else 0,
        "lost_quantity": row.lost if explained else 0,
        "damaged_quantity": row.damaged,
        "disposed_quantity": row.disposed,
        "other_events_quantity": 0,
        "unknown_events_quantity": 0 if explained else row.found + row.lost,
    }


def _detail(known: Known) -> Iterator[dict]:
    for account, store, business in known.stores(configured_only=False):
        place = store.marketplace
        for day in known.ended(account, REPORT_LATENCY):
            explained = is_explained(known.zone(account), day, known.now)
            for event in events(business, day, explained=explained):
                yield {
                    **_of(store, day),
                    "sku": event.offer.sku,
                    "fnsku": event.offer.fnsku,
                    "asin": event.offer.asin,
                    "title": event.offer.title,
                    "event_type": event.kind,
                    "reference_id": event.reference,
                    "quantity": event.quantity,
                    "fulfillment_center": event.center,
                    "disposition": event.disposition,
                    "reason": event.reason,
                    "country": place.country,
                    "reconciled_quantity": event.reconciled,
                    "unreconciled_quantity": event.unreconciled,
                    # older reports do not tell it
                    "occurred_at": None if place.language == "ja" else midnight(place.time_zone, day),
                }


_KEY = ("store_id", "date", "sku")
STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__merchant_listings": StagingTruth(LISTED, _KEY, listings),
    "stg_amazon_sp__fba_myi_unsuppressed_inventory": StagingTruth(MYI, _KEY, _unsuppressed),
    "stg_amazon_sp__fba_myi_all_inventory": StagingTruth(MYI, _KEY, _all_inventory, last_instant=True),
    "stg_amazon_sp__afn_inventory": StagingTruth(AFN, (*_KEY, "warehouse_condition"), _afn, last_instant=True),
    "stg_amazon_sp__reserved_inventory": StagingTruth(RESERVED, _KEY, _reserved, last_instant=True),
    "stg_amazon_sp__stranded_inventory": StagingTruth(STRANDED, _KEY, _stranded, last_instant=True),
    "stg_amazon_sp__ledger_summary": StagingTruth(SUMMARY, (*_KEY, "disposition"), _summary),
    "stg_amazon_sp__ledger_detail": StagingTruth(DETAIL, (*_KEY, "disposition", "event_type", "quantity"), _detail),
    **planning.STAGING,
}
