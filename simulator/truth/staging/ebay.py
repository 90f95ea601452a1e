"""What the staging models of a seller at eBay must hold: inventory items, offers, orders and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.truth.staging.shops import ShopTruth, of_kind, offered, shared_models
from simulator.world.marketplaces import local_day
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopOrder, happened
from simulator.world.shops.shop import Variant

_SHOP = ("store_id", "tenant_id", "date")


def _states(order: ShopOrder, now: datetime) -> tuple[str, str]:
    gone, sent, paid = (happened(each, now) for each in (order.cancelled, order.shipped, order.paid))
    given = sum(each.amount for each in order.refunds_by(now))
    if (gone and paid) or (given and given == sum(each.price - each.discount for each in order.lines)):
        financial = "FULLY_REFUNDED"
    else:
        financial = "PARTIALLY_REFUNDED" if given else "PAID" if paid else "PENDING"
    return financial, "FULFILLED" if sent else "NOT_STARTED"


TRUTH = ShopTruth(
    snapshots=("ebay.inventory_items", "ebay.offers"),
    orders="ebay.orders",
    states=_states,
    item_id=lambda variant: variant.product_id,
    title=lambda variant: variant.product_title,
    counts_refunds=False,
    tells_restocks=False,
    refunds_cancelled=True,
)


def sellable(known: Known, business: ShopBusiness, variant: Variant, at: datetime) -> int:
    """What buyers can order of an offer: the smaller one of its item's quantity and its own."""
    units = offered(known, business, variant, at, "item", variant.sku)
    own = known.figure_set(business.shop.shop_id, "offer", variant.item_id, until=at)
    most = own[1] if own else variant.cap
    return units if most is None else min(units, most)


def _items(known: Known) -> Iterator[dict]:
    for shop in of_kind(known, "ebay"):
        business = known.world.shop_business(shop)
        for run in known.runs():
            for each in business.variants:
                yield {
                    "store_id": shop.shop_id,
                    "tenant_id": shop.tenant_id,
                    "date": local_day(shop.time_zone, run.now),
                    "sku": each.sku,
                    "title": each.product_title,
                    "barcode": each.barcode or None,
                    "condition": "NEW",
                    "quantity": offered(known, business, each, run.now, "item", each.sku),
                }


def _offers(known: Known) -> Iterator[dict]:
    for shop in of_kind(known, "ebay"):
        business = known.world.shop_business(shop)
        for run in known.runs():
            for each in business.variants:
                if each.status:
                    yield {
                        "store_id": shop.shop_id,
                        "tenant_id": shop.tenant_id,
                        "date": local_day(shop.time_zone, run.now),
                        "sku": each.sku,
                        "offer_id": each.item_id,
                        "listing_id": each.product_id or None,
                        "marketplace": "EBAY_US",
                        "status": each.status,
                        "available_quantity": sellable(known, business, each, run.now),
                        "price_amount": each.price,
                        "currency": shop.currency,
                    }


STAGING: dict[str, StagingTruth] = {
    "stg_ebay__inventory_items": StagingTruth(
        columns=(*_SHOP, "sku", "title", "barcode", "condition", "quantity"),
        key=("store_id", "date", "sku"),
        rows=_items,
    ),
    "stg_ebay__offers": StagingTruth(
        columns=(
            *_SHOP, "sku", "offer_id", "listing_id", "marketplace", "status", "available_quantity", "price_amount",
            "currency",
        ),
        key=("store_id", "date", "offer_id"),
        rows=_offers,
    ),
    **shared_models("ebay", TRUTH),
}  # fmt: skip
