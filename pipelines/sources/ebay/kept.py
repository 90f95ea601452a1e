"""Which fields of eBay's objects are kept: those that say what is offered and sold, and none that says to whom.

eBay sends whole objects, with the buyer's name, address and e-mail in an order. What is not named here is dropped as
soon as an answer is read, before it is in a file. Descriptions of listings, of up to 500,000 characters, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Kept = Mapping[str, "Kept | None"]
"""Field -> the fields of its object, or of each object of its list, that are kept; None: all of it."""

_AMOUNT: Kept = {"value": None, "currency": None}
_REFUND: Kept = {"refundId": None, "refundDate": None, "refundStatus": None, "amount": _AMOUNT}

ITEM: Kept = {
    "sku": None,
    "locale": None,
    "condition": None,
    "groupIds": None,
    "inventoryItemGroupKeys": None,
    "product": {"title": None, "ean": None, "upc": None, "isbn": None, "epid": None, "mpn": None, "brand": None},
    "availability": {"shipToLocationAvailability": None},
}
OFFER: Kept = {
    "offerId": None,
    "sku": None,
    "marketplaceId": None,
    "format": None,
    "status": None,
    "availableQuantity": None,
    "quantityLimitPerBuyer": None,
    "lotSize": None,
    "merchantLocationKey": None,
    "pricingSummary": {"price": _AMOUNT},
    "listing": None,
}
LINE: Kept = {
    "lineItemId": None,
    "legacyItemId": None,
    "legacyVariationId": None,
    "sku": None,
    "title": None,
    "quantity": None,
    "soldFormat": None,
    "listingMarketplaceId": None,
    "purchaseMarketplaceId": None,
    "lineItemFulfillmentStatus": None,
    "lineItemCost": _AMOUNT,
    "discountedLineItemCost": _AMOUNT,
    "total": _AMOUNT,
    "taxes": {"amount": _AMOUNT, "taxType": None},
    "ebayCollectAndRemitTaxes": {"amount": _AMOUNT, "taxType": None, "collectionMethod": None},
    "refunds": _REFUND,
}
ORDER: Kept = {
    "orderId": None,
    "salesRecordReference": None,
    "sellerId": None,
    "creationDate": None,
    "lastModifiedDate": None,
    "orderFulfillmentStatus": None,
    "orderPaymentStatus": None,
    "cancelStatus": {"cancelState": None, "cancelledDate": None},
    "ebayCollectAndRemitTax": None,
    "pricingSummary": None,
    "paymentSummary": {"totalDueSeller": _AMOUNT, "refunds": _REFUND},
    "lineItems": LINE,
    "fulfillmentHrefs": None,
}
FULFILLMENT: Kept = {
    "fulfillmentId": None,
    "shippedDate": None,
    "shippingCarrierCode": None,
    "lineItems": {"lineItemId": None, "quantity": None},
}


def kept(value: Any, of: Kept) -> Any:
    """An object, or a list of objects, with the fields of `of` only.

    >>> kept({"orderId": "1", "buyer": {"username": "x"}, "lineItems": [{"sku": "A", "giftDetails": {}}]}, ORDER)
    {'orderId': '1', 'lineItems': [{'sku': 'A'}]}
    """
    if isinstance(value, list):
        return [kept(each, of) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: each if (within := of[name]) is None else kept(each, within) for name, each in value.items() if name in of
    }
