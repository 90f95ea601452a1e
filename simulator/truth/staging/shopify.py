"""What the staging models of a shop must hold: its variants, its levels, its orders and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.truth.staging.shops import ShopTruth, of_kind, shared_models
from simulator.world.marketplaces import local_day
from simulator.world.shops.order import ShopOrder, happened
from simulator.world.shops.shop import LOCATIONS, Variant, gid

NO_TITLE = "Default Title"
"""What Shopify calls the variant of a product that has only one."""
_SHOP = ("store_id", "tenant_id")


def _states(order: ShopOrder, now: datetime) -> tuple[str, str]:
    gone, sent, paid = (happened(each, now) for each in (order.cancelled, order.shipped, order.paid))
    if gone:
        financial = "REFUNDED" if paid else "VOIDED"
    else:
        financial = "PARTIALLY_REFUNDED" if order.refunds_by(now) else "PAID" if paid else "PENDING"
    return financial, "FULFILLED" if sent else "UNFULFILLED"


def _title(variant: Variant) -> str:
    return variant.product_title if variant.title == NO_TITLE else f"{variant.product_title}, {variant.title}"


TRUTH = ShopTruth(
    snapshots=("shopify.products", "shopify.inventory_levels"),
    orders="shopify.orders",
    states=_states,
    item_id=lambda variant: variant.variant_id,
    title=_title,
)


def _products(known: Known) -> Iterator[dict]:
    for shop in of_kind(known, "shopify"):
        business = known.world.shop_business(shop)
        for run in known.runs():
            for each in business.variants:
                yield {
                    "store_id": shop.shop_id,
                    "tenant_id": shop.tenant_id,
                    "date": local_day(shop.time_zone, run.now),
                    "variant_id": each.variant_id,
                    "product_id": each.product_id,
                    "inventory_item_id": each.item_id,
                    "sku": each.sku,
                    "barcode": each.barcode or None,
                    "product_title": each.product_title,
                    "variant_title": each.title,
                    "product_status": "ACTIVE",
                    "is_tracked": each.offer is not None or bool(each.sku),
                    "price_amount": each.price,
                    "currency": shop.currency,
                }


def _levels(known: Known) -> Iterator[dict]:
    for shop in of_kind(known, "shopify"):
        business = known.world.shop_business(shop).until(known.now)
        for run in known.runs():
            for location, name in LOCATIONS.items():
                for each in business.variants:
                    shown = business.shown(each, location, run.now)
                    if shown is not None:
                        place = (shop.shop_id, each.item_id, gid("Location", shop.shop_id, location))
                        by = known.stock_set(*place, until=run.now)
                        yield {
                            "store_id": shop.shop_id,
                            "tenant_id": shop.tenant_id,
                            "date": local_day(shop.time_zone, run.now),
                            "location_id": place[2],
                            "location_name": name,
                            "is_active": True,
                            "inventory_item_id": each.item_id,
                            "sku": each.sku,
                            "on_hand_quantity": shown[0] + by,
                            "available_quantity": shown[1] + by,
                            "committed_quantity": shown[0] - shown[1],
                        }


STAGING: dict[str, StagingTruth] = {
    "stg_shopify__products": StagingTruth(
        columns=(
            *_SHOP, "date", "variant_id", "product_id", "inventory_item_id", "sku", "barcode", "product_title",
            "variant_title", "product_status", "is_tracked", "price_amount", "currency",
        ),
        key=("store_id", "date", "variant_id"),
        rows=_products,
    ),
    "stg_shopify__inventory_levels": StagingTruth(
        columns=(
            *_SHOP, "date", "location_id", "location_name", "is_active", "inventory_item_id", "sku",
            "on_hand_quantity", "available_quantity", "committed_quantity",
        ),
        key=("store_id", "date", "location_id", "inventory_item_id"),
        rows=_levels,
    ),
    **shared_models("shopify", TRUTH),
}  # fmt: skip
