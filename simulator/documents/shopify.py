"""What a shop's Admin API tells of it at an instant: variants, locations with their levels, orders with their refunds.

Plain objects with the API's names. Which of their fields are answered, and in which pages, is decided by a query
(apis/shopify). Money is text without needless zeros, as recorded answers have it; instants are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.world.instants import iso
from simulator.world.marketplaces import midnight
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopLine, ShopOrder, ShopRefund, happened
from simulator.world.shops.shop import LOCATIONS, Variant, gid


def variants(business: ShopBusiness) -> list[dict[str, Any]]:
    """All variants, by id. An empty SKU or barcode is an empty text or null, as both occur."""
    opened = iso(midnight(business.shop.time_zone, business.shop.opened))
    rows = [
        {
            "id": each.variant_id,
            "sku": each.sku,
            "barcode": each.barcode or None,
            "title": each.title,
            "price": amount(each.price),
            "createdAt": opened,
            "updatedAt": opened,
            "product": {"id": each.product_id, "title": each.product_title, "status": "ACTIVE"},
            "inventoryItem": _item(each),
        }
        for each in business.variants
    ]
    return sorted(rows, key=lambda row: row["id"])


def locations(business: ShopBusiness, now: datetime) -> list[dict[str, Any]]:
    """The locations with their levels."""
    shop = business.shop
    return [
        {
            "id": gid("Location", shop.shop_id, key),
            "name": name,
            "isActive": True,
            "levels": [
                _level(business, variant, key, shown, now)
                for variant in business.variants
                if (shown := business.shown(variant, key, now)) is not None
            ],
        }
        for key, name in LOCATIONS.items()
    ]


def orders(business: ShopBusiness, now: datetime) -> list[dict[str, Any]]:
    """The orders placed by `now`, as they are then, by their last change."""
    rows = [_order(business, each, now) for each in business.orders_by(now)]
    return sorted(rows, key=lambda row: (row["updatedAt"], row["id"]))


def amount(value: Decimal) -> str:
    """An amount as recorded answers have it: `59.0`, `19.99`."""
    text = f"{value:.2f}"
    return text.removesuffix("0")


def _item(variant: Variant) -> dict[str, Any]:
    return {"id": variant.item_id, "sku": variant.sku, "tracked": variant.offer is not None or bool(variant.sku)}


def _level(
    business: ShopBusiness, variant: Variant, location: str, shown: tuple[int, int], now: datetime
) -> dict[str, Any]:
    on_hand, available = shown
    counted = iso(business.counted(now))
    return {
        "id": f"{gid('InventoryLevel', business.shop.shop_id, location)}?inventory_item_id={variant.item_id[-10:]}",
        "updatedAt": counted,
        "item": _item(variant),
        "levels": {"on_hand": on_hand, "available": available, "committed": on_hand - available},
    }


def _order(business: ShopBusiness, order: ShopOrder, now: datetime) -> dict[str, Any]:
    refunds = order.refunds_by(now)
    shipped, cancelled = happened(order.shipped, now), happened(order.cancelled, now)
    back = dict.fromkeys(range(len(order.lines)), 0)
    for refund in refunds:
        back[refund.line] += refund.quantity
    return {
        "id": order.order_id,
        "name": order.name,
        "createdAt": iso(order.placed),
        "processedAt": iso(order.placed),
        "updatedAt": iso(order.updated(now)),
        "cancelledAt": iso(order.cancelled) if cancelled and order.cancelled else None,
        "cancelReason": "CUSTOMER" if cancelled else None,
        "test": False,
        "taxesIncluded": False,
        "currencyCode": business.shop.currency,
        "displayFinancialStatus": _financial(order, refunds, now),
        "displayFulfillmentStatus": "FULFILLED" if shipped else "UNFULFILLED",
        "fulfillments": [{"createdAt": iso(order.shipped), "status": "SUCCESS"}] if shipped and order.shipped else [],
        # what no client of ours asks for: it must never reach a table
        "email": f"Planted-{order.order_id[-6:]}@example.com",
        "lines": [
            _line(business, line, back[index], shipped=shipped, cancelled=cancelled)
            for index, line in enumerate(order.lines)
        ],
        "refunds": [_refund(business, order, each) for each in refunds],
    }


def _financial(order: ShopOrder, refunds: Iterable[ShopRefund], now: datetime) -> str:
    if happened(order.cancelled, now):
        return "REFUNDED" if happened(order.paid, now) else "VOIDED"
    if any(True for _ in refunds):
        return "PARTIALLY_REFUNDED"
    return "PAID" if happened(order.paid, now) else "PENDING"


def _line(business: ShopBusiness, line: ShopLine, back: int, *, shipped: bool, cancelled: bool) -> dict[str, Any]:
    left = 0 if cancelled else line.quantity
    return {
        "id": line.line_id,
        "sku": line.variant.sku or None,
        "title": line.variant.product_title,
        "quantity": line.quantity,
        "currentQuantity": left - back if left else 0,
        "unfulfilledQuantity": 0 if shipped else left,
        "variant": {"id": line.variant.variant_id},
        "originalTotalSet": _money(business, line.price),
        "totalDiscountSet": _money(business, line.discount),
        "taxLines": [{"title": "Sales tax", "priceSet": _money(business, line.tax)}],
    }


def _refund(business: ShopBusiness, order: ShopOrder, refund: ShopRefund) -> dict[str, Any]:
    return {
        "id": refund.refund_id,
        "createdAt": iso(refund.at),
        "lines": [
            {
                "quantity": refund.quantity,
                "restockType": "RETURN" if refund.restocked else "NO_RESTOCK",
                "subtotalSet": _money(business, refund.amount),
                "totalTaxSet": _money(business, refund.tax),
                "lineItem": {"id": order.lines[refund.line].line_id},
            }
        ],
    }


def _money(business: ShopBusiness, value: Decimal) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount(value), "currencyCode": business.shop.currency}}
