"""What eBay's Sell APIs tell of a seller at an instant: inventory items, offers, orders, and what was sent of them.

Plain objects with the API's names (eBay's OpenAPI documents of Sell Inventory v1 and Sell Fulfillment v1). Which pages
of them are answered is decided in apis/ebay. Money is text; instants are UTC with milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.world.instants import iso
from simulator.world.shops.business import ShopBusiness
from simulator.world.shops.order import ShopOrder, ShopRefund, happened
from simulator.world.shops.shop import Variant

MARKETPLACE = "EBAY_US"
Told = Callable[[Variant], tuple[datetime, int] | None]
"""What a seller has told of an item's quantity, and when; None: nothing since the last count."""


def inventory_items(business: ShopBusiness, now: datetime, told: Told) -> list[dict[str, Any]]:
    """All inventory items, by SKU."""
    rows = []
    for each in sorted(business.variants, key=lambda variant: variant.sku):
        product: dict[str, Any] = {"title": each.product_title, "description": "<p>Made well.</p>" * 20}
        if each.barcode:
            product["ean"] = [each.barcode]
        quantity = business.offered(each, now, told(each))
        rows.append(
            {
                "sku": each.sku,
                "locale": "en_US",
                "product": product,
                "condition": "NEW",
                "availability": {
                    "shipToLocationAvailability": {
                        "quantity": quantity,
                        "allocationByFormat": {"auction": 0, "fixedPrice": quantity},
                    }
                },
            }
        )
    return rows


def offer(business: ShopBusiness, each: Variant, now: datetime, told: Told, own: int | None) -> dict[str, Any] | None:
    """The offer of an item; None where there is none. own: the offer's own quantity, where the seller has told one."""
    if not each.status:
        return None
    offered = business.offered(each, now, told(each))
    most = each.cap if own is None else own
    row = {
        "offerId": each.item_id,
        "sku": each.sku,
        "marketplaceId": MARKETPLACE,
        "format": "FIXED_PRICE",
        "listingDescription": "<p>Made well.</p>" * 20,
        "availableQuantity": offered if most is None else min(offered, most),
        "pricingSummary": {"price": _money(business, each.price)},
        "status": each.status,
        "merchantLocationKey": "main",
    }
    if each.product_id:
        row["listing"] = {"listingId": each.product_id, "listingStatus": "ACTIVE", "soldQuantity": 0}
    return row


def orders(business: ShopBusiness, now: datetime) -> list[dict[str, Any]]:
    """The orders placed by `now`, as they are then, the newest first."""
    rows = [_order(business, each, now) for each in business.orders_by(now)]
    return sorted(rows, key=lambda row: (row["creationDate"], row["orderId"]), reverse=True)


def fulfillments(order: ShopOrder, now: datetime) -> list[dict[str, Any]]:
    """The one package of an order that was sent; none before."""
    if order.shipped is None or not happened(order.shipped, now):
        return []
    lines = [{"lineItemId": each.line_id, "quantity": each.quantity} for each in order.lines]
    return [
        {
            "fulfillmentId": _fulfillment_id(order),
            "shipmentTrackingNumber": _fulfillment_id(order),
            "shippingCarrierCode": "USPS",
            "shippedDate": moment(order.shipped),
            "lineItems": lines,
        }
    ]


def moment(instant: datetime) -> str:
    """An instant as eBay writes it."""
    return iso(instant, millis=True)


def _fulfillment_id(order: ShopOrder) -> str:
    return f"94055{order.lines[0].line_id}"


def _order(business: ShopBusiness, order: ShopOrder, now: datetime) -> dict[str, Any]:
    shipped, cancelled, paid = (happened(each, now) for each in (order.shipped, order.cancelled, order.paid))
    whole = sum((each.price - each.discount for each in order.lines), Decimal(0))
    refunds = [
        {"refundId": each.refund_id, "refundDate": moment(each.at), "amount": _money(business, each.amount)}
        for each in order.refunds_by(now)
    ]
    if cancelled and paid and order.cancelled:
        refunds = [{"refundDate": moment(order.cancelled), "amount": _money(business, whole)}]
    given = sum((each.amount for each in order.refunds_by(now)), Decimal(0))
    back = "FULLY_REFUNDED" if (cancelled and paid) or (given and given == whole) else "PARTIALLY_REFUNDED"
    state = "FULFILLED" if shipped else "NOT_STARTED"
    cancel: dict[str, Any] = {"cancelState": "CANCELED" if cancelled else "NONE_REQUESTED", "cancelRequests": []}
    if cancelled and order.cancelled:
        cancel["cancelledDate"] = moment(order.cancelled)
    return {
        "orderId": order.order_id,
        "salesRecordReference": order.name,
        "creationDate": moment(order.placed),
        "lastModifiedDate": moment(order.updated(now)),
        "orderFulfillmentStatus": state,
        "orderPaymentStatus": back if refunds else "PAID" if paid else "PENDING",
        "sellerId": business.shop.domain,
        "cancelStatus": cancel,
        "ebayCollectAndRemitTax": True,
        "pricingSummary": {
            "priceSubtotal": _money(business, sum((each.price for each in order.lines), Decimal(0))),
            "total": _money(business, whole),
        },
        "paymentSummary": {"payments": [], "refunds": refunds, "totalDueSeller": _money(business, whole)},
        "fulfillmentHrefs": [
            f"https://api.ebay.com/sell/fulfillment/v1/order/{order.order_id}/shipping_fulfillment/{each}"
            for each in ([_fulfillment_id(order)] if shipped else [])
        ],
        "lineItems": [_line(business, order, index, refunds, state, cancelled) for index in range(len(order.lines))],
        **_buyer(order),
    }


def _line(
    business: ShopBusiness, order: ShopOrder, index: int, refunds: list[dict[str, Any]], state: str, cancelled: bool
) -> dict[str, Any]:
    line = order.lines[index]
    row: dict[str, Any] = {
        "lineItemId": line.line_id,
        "legacyItemId": line.variant.product_id,
        "sku": line.variant.sku,
        "title": line.variant.product_title,
        "lineItemCost": _money(business, line.price),
        "quantity": line.quantity,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": MARKETPLACE,
        "purchaseMarketplaceId": MARKETPLACE,
        "lineItemFulfillmentStatus": state,
        "total": _money(business, line.price - line.discount),
        "appliedPromotions": [],
        "taxes": [],
        "ebayCollectAndRemitTaxes": [
            {"taxType": "STATE_SALES_TAX", "amount": _money(business, line.tax), "collectionMethod": "NET"}
        ],
        "refunds": [] if cancelled else [told for told, made in _of_line(order, refunds) if made.line == index],
    }
    if line.discount:
        row["discountedLineItemCost"] = _money(business, line.price - line.discount)
        row["appliedPromotions"] = [{"promotionId": "5000", "discountAmount": _money(business, line.discount)}]
    return row


def _of_line(order: ShopOrder, refunds: list[dict[str, Any]]) -> list[tuple[dict[str, Any], ShopRefund]]:
    """The refunds that were made of a line. Of an order with one line some are made of the order: eBay tells these at
    the order only."""
    if len(order.lines) == 1 and order.lines[0].quantity == 1:
        return []
    return list(zip(refunds, order.refunds, strict=False))


def _buyer(order: ShopOrder) -> dict[str, Any]:
    """Who bought: it must never reach a table, a file or a log."""
    who = f"Planted-{order.order_id[-5:]}"
    contact = {
        "fullName": f"{who} Person",
        "email": f"{who}@example.com",
        "primaryPhone": {"phoneNumber": "5550100"},
        "contactAddress": {"addressLine1": f"{who} Street 1", "city": "Planted City", "postalCode": "94103"},
    }
    return {
        "buyer": {"username": f"{who}-buyer", "buyerRegistrationAddress": contact},
        "buyerCheckoutNotes": f"Leave it with {who}",
        "fulfillmentStartInstructions": [
            {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": contact}},
        ],
    }


def _money(business: ShopBusiness, value: Decimal) -> dict[str, str]:
    return {"value": f"{value:.2f}", "currency": business.shop.currency}
