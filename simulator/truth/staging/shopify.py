"""What the staging models of a shop must hold: its variants, its levels, its orders and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from simulator.truth.known import Known
from simulator.truth.staging.kind import StagingTruth
from simulator.world.marketplaces import local_day
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopOrder, happened
from simulator.world.shops.shop import LOCATIONS, SimShop, gid

NO_TITLE = "Default Title"
"""What Shopify calls the variant of a product that has only one."""
_ORDER = (
    "store_id", "tenant_id", "order_id", "order_name", "ordered_at", "date", "last_updated_at", "cancelled_at",
    "shipped_at", "financial_status", "fulfillment_status", "is_test", "currency",
)  # fmt: skip
_SHOP = ("store_id", "tenant_id")


def order_rows(shop: SimShop, business: ShopBusiness, now: datetime) -> Iterator[tuple[ShopOrder, dict]]:
    """Every order of a shop that is known, in its current state."""
    for order in business.orders_by(now):
        gone, sent, paid = (happened(each, now) for each in (order.cancelled, order.shipped, order.paid))
        if gone:
            financial = "REFUNDED" if paid else "VOIDED"
        else:
            financial = "PARTIALLY_REFUNDED" if order.refunds_by(now) else "PAID" if paid else "PENDING"
        yield (
            order,
            {
                "store_id": shop.shop_id,
                "tenant_id": shop.tenant_id,
                "order_id": order.order_id,
                "order_name": order.name,
                "ordered_at": order.placed,
                "date": local_day(shop.time_zone, order.placed),
                "last_updated_at": order.updated(now),
                "cancelled_at": order.cancelled if gone else None,
                "shipped_at": order.shipped if sent else None,
                "financial_status": financial,
                "fulfillment_status": "FULFILLED" if sent else "UNFULFILLED",
                "is_test": False,
                "currency": shop.currency,
            },
        )


def _orders(known: Known) -> Iterator[dict]:
    for shop in known.world.shops:
        for order, row in order_rows(shop, known.world.shop_business(shop).until(known.now), known.now):
            yield row | {"prices_contain_tax": False, "order_lines": len(order.lines)}


def _lines(known: Known) -> Iterator[dict]:
    for shop in known.world.shops:
        for order, row in order_rows(shop, known.world.shop_business(shop).until(known.now), known.now):
            gone, sent = happened(order.cancelled, known.now), happened(order.shipped, known.now)
            for index, line in enumerate(order.lines):
                back = [each for each in order.refunds_by(known.now) if each.line == index]
                yield {
                    **{name: row[name] for name in (*_SHOP, "order_id", "currency", "last_updated_at")},
                    "line_number": index + 1,
                    "line_id": line.line_id,
                    "sku": line.variant.sku,
                    "variant_id": line.variant.variant_id,
                    "units": line.quantity,
                    "unfulfilled_units": 0 if gone or sent else line.quantity,
                    "item_price_amount": line.price,
                    "discount_amount": line.discount,
                    "tax_amount": line.tax,
                    "refunded_units": sum(each.quantity for each in back),
                    "restocked_units": sum(each.quantity for each in back if each.restocked),
                    "refunded_amount": sum(each.amount for each in back),
                }


def _products(known: Known) -> Iterator[dict]:
    for shop in known.world.shops:
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
    for shop in known.world.shops:
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
    "stg_shopify__orders": StagingTruth(
        columns=(*_ORDER, "prices_contain_tax", "order_lines"),
        key=("store_id", "order_id"),
        rows=_orders,
        newest_of=("store_id", "order_id"),
    ),
    "stg_shopify__orders__lines": StagingTruth(
        columns=(
            *_SHOP, "order_id", "line_number", "line_id", "sku", "variant_id", "units", "unfulfilled_units", "currency",
            "item_price_amount", "discount_amount", "tax_amount", "refunded_units", "restocked_units",
            "refunded_amount",
        ),
        key=("store_id", "order_id", "line_number"),
        rows=_lines,
        newest_of=("store_id", "order_id"),
    ),
}  # fmt: skip
