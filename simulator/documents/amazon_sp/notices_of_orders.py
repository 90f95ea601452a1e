"""What Amazon tells a queue of orders that merchants send themselves, and of money: ORDER_CHANGE and
TRANSACTION_UPDATE. Messages are by Amazon's schemas; that a refund is of the type `Refund` is told by users of the
Finances API (amzn/selling-partner-api-models#4268)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.documents.amazon_sp.notice import Told, tell
from simulator.world.business import StoreBusiness
from simulator.world.instants import iso
from simulator.world.marketplaces import days_between
from simulator.world.money.settlements import paid_for, taken_for
from simulator.world.orders.order import Order, OrderState
from simulator.world.orders.wishes import asked_for, asks_to_cancel

LONGEST = timedelta(days=40)
"""How long after an order anything of it is told."""
_SPELLED = {"Cancelled": "Canceled"}


def of_orders(business: StoreBusiness, day: date) -> Iterator[Told]:
    """The changes of merchants' orders on a day, and what their buyers ask for."""
    for order in _lately(business, day):
        if order.channel != "Merchant":
            continue
        for state in order.states:
            if business.day_of(state.at) == day:
                yield _order(business, order, state, state.at, asked_for(business.seed, order, state))
        at = asks_to_cancel(business.seed, order)
        if at is not None and business.day_of(at) == day:
            yield _order(business, order, order.state(at), at, wish=True)


def of_money(business: StoreBusiness, day: date) -> Iterator[Told]:
    """What was posted on a day: what shipped orders bring, and what refunds take back."""
    for order in _lately(business, day):
        if order.shipped is not None and business.day_of(order.shipped) == day and not order.replacement:
            yield _posted(business, order, "Shipment", order.shipped, paid_for(order), "shipment")
        for number, refund in enumerate(order.refunds):
            if business.day_of(refund.at) == day:
                yield _posted(business, order, "Refund", refund.at, taken_for(order, number), f"refund {number}")


def _lately(business: StoreBusiness, day: date) -> Iterator[Order]:
    for each in days_between(day - LONGEST, day):
        yield from business.orders_on(each)


def _order(business: StoreBusiness, order: Order, state: OrderState, at: datetime, wish: bool) -> Told:
    """A message of the order as it is at that moment. wish: its buyer has asked to cancel it."""
    shipped = state.status == "Shipped"
    asked = wish and at != state.at
    units = sum(line.quantity for line in order.lines)
    items = [
        {
            "OrderItemId": line.item_code,
            "SellerSKU": line.offer.sku,
            "SupplySourceId": None,
            "Quantity": line.quantity,
            "QuantityShipped": line.quantity if shipped else 0,
            "IsBuyerRequestedCancel": wish,
        }
        for line in order.lines
    ]
    summary = {
        "MarketplaceId": business.store.marketplace.marketplace_id,
        "OrderStatus": _SPELLED.get(state.status, state.status),
        "PurchaseDate": iso(order.purchased, millis=True),
        "DestinationPostalCode": order.place[2],
        "FulfillmentType": "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": units if shipped else 0,
        "NumberOfItemsUnshipped": 0 if shipped else units,
        "LatestShipDate": iso(order.purchased + timedelta(days=2), millis=True),
        "OrderPrograms": ["Business"] if order.business else [],
        "ShippingPrograms": [],
        "OrderItems": items,
    }
    change = {
        "NotificationLevel": "OrderLevel",
        "SellerId": business.store.seller_id,
        "AmazonOrderId": order.order_id,
        "OrderChangeType": "BuyerRequestedChange" if asked else "OrderStatusChange",
        "OrderChangeTrigger": {
            "TimeOfOrderChange": iso(at, millis=True),
            "ChangeReason": "Buyer Requested Cancel" if asked else "Order Status Change",
        },
        "Summary": summary,
    }
    return tell(business, "ORDER_CHANGE", at, {"OrderChangeNotification": change}, order.order_id)


def _posted(business: StoreBusiness, order: Order, kind: str, at: datetime, amount: Decimal, about: str) -> Told:
    place = business.store.marketplace
    transaction: dict[str, Any] = {
        "SellingPartnerMetadata": {
            "SellingPartnerId": business.store.seller_id,
            "MarketplaceId": place.marketplace_id,
            "AccountType": "PAYABLE",
        },
        "RelatedIdentifiers": [{"RelatedIdentifierName": "OrderId", "RelatedIdentifierValue": order.order_id}],
        "TransactionType": kind,
        "PostedDate": iso(at, millis=True),
        "TotalAmount": {"CurrencyAmount": float(amount), "CurrencyCode": place.currency},
    }
    told = {"TransactionUpdateNotification": transaction}
    return tell(business, "TRANSACTION_UPDATE", at, told, f"{order.order_id} {about}")
