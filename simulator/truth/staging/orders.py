"""What the staging models of orders and shipments must hold."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.truth.known import ORDERS_LATENCY, Known
from simulator.truth.money import known_shipments
from simulator.truth.sales import order_items
from simulator.truth.staging.kind import StagingTruth
from simulator.world.publishing import FULFILLED_SHIPMENTS

# what an order's life does not change
_FIXED = (
    "feed", "account_id", "store_id", "tenant_id", "amazon_order_id", "purchased_at", "date", "fulfillment_channel",
    "sales_channel", "sku", "asin", "product_name", "units", "promotion_ids", "is_business_order",
)  # fmt: skip
_CHANGING = (
    "last_updated_at", "order_status", "item_status", "currency", "item_price_amount", "item_tax_amount",
    "shipping_price_amount", "shipping_tax_amount", "gift_wrap_price_amount", "gift_wrap_tax_amount",
    "item_promotion_discount_amount", "ship_promotion_discount_amount", "ship_country",
)  # fmt: skip
_ORDER = ("account_id", "amazon_order_id")


def _lines(known: Known, feed: str) -> Iterator[dict]:
    """Every order line in its current state; the mart's columns are the document's."""
    accounts = {store.store_id: account for account in known.world.accounts for store in account.stores}
    for row in order_items(known):
        yield row | {"feed": feed, "account_id": accounts[row["store_id"]].account_id}


def _by_last_update(known: Known) -> Iterator[dict]:
    yield from _lines(known, "amazon_sp.all_orders_by_last_update")


def _by_order_date(known: Known) -> Iterator[dict]:
    """Of the days that have ended; in which state an order was delivered depends on when its day was asked for."""
    ended = {account.account_id: set(known.ended(account, ORDERS_LATENCY)) for account in known.world.accounts}
    for row in _lines(known, "amazon_sp.all_orders_by_order_date"):
        if row["date"] in ended[row["account_id"]]:
            yield row


def _shipments(known: Known) -> Iterator[dict]:
    for account in known.world.accounts:
        for day, line in known_shipments(known, account):
            order, view, place = line.order, line.view, line.order.store.marketplace
            unknown = None if order.multi_channel else 0
            yield {
                "account_id": account.account_id,
                "store_id": order.store.store_id,
                "tenant_id": account.tenant_id,
                "date": day,
                "amazon_order_id": order.order_id,
                "merchant_order_id": None,
                "shipment_id": line.shipment_id,
                "shipment_item_id": line.shipment_item_id,
                "order_item_id": view.line.item_code,
                "merchant_order_item_id": None,
                "purchased_at": order.purchased,
                "paid_at": line.at,
                "shipped_at": line.at,
                "reported_at": line.at,
                "estimated_arrival_at": line.arrives,
                "sku": view.line.offer.sku,
                "product_name": view.line.offer.title,
                "units": view.line.quantity,
                "currency": None if order.multi_channel else place.currency,
                "item_price_amount": view.price or unknown,
                "item_tax_amount": view.tax or unknown,
                "shipping_price_amount": view.shipping or unknown,
                "shipping_tax_amount": view.shipping_tax or unknown,
                "gift_wrap_price_amount": view.gift or unknown,
                "gift_wrap_tax_amount": view.gift_tax or unknown,
                "item_promotion_discount_amount": unknown if view.discount is None else -view.discount,
                "ship_promotion_discount_amount": unknown
                if view.shipping_discount is None
                else -view.shipping_discount,
                "points_granted": 0 if place.country == "JP" else None,
                "ship_service_level": "Expedited",
                "ship_state": order.place[1] or None,
                "ship_country": place.country,
                "bill_country": place.country,
                "carrier": line.carrier,
                "tracking_number": line.tracking,
                "fulfillment_center_id": line.warehouse,
                "fulfillment_channel": "AFN",
                "sales_channel": order.sales_channel,
            }


STAGING: dict[str, StagingTruth] = {
    "stg_amazon_sp__all_orders_by_order_date": StagingTruth(
        columns=_FIXED, key=("account_id", "amazon_order_id", "sku"), rows=_by_order_date, newest_of=_ORDER
    ),
    "stg_amazon_sp__all_orders_by_last_update": StagingTruth(
        columns=(*_FIXED, *_CHANGING),
        key=("account_id", "amazon_order_id", "sku"),
        rows=_by_last_update,
        newest_of=_ORDER,
    ),
    "stg_amazon_sp__fulfilled_shipments": StagingTruth(
        columns=(
            "account_id", "store_id", "tenant_id", "date", "amazon_order_id", "merchant_order_id", "shipment_id",
            "shipment_item_id", "order_item_id", "merchant_order_item_id", "purchased_at", "paid_at", "shipped_at",
            "reported_at", "estimated_arrival_at", "sku", "product_name", "units", "currency", "item_price_amount",
            "item_tax_amount", "shipping_price_amount", "shipping_tax_amount", "gift_wrap_price_amount",
            "gift_wrap_tax_amount", "item_promotion_discount_amount", "ship_promotion_discount_amount",
            "points_granted", "ship_service_level", "ship_state", "ship_country", "bill_country", "carrier",
            "tracking_number", "fulfillment_center_id", "fulfillment_channel", "sales_channel",
        ),
        key=("account_id", "shipped_at", "shipment_item_id"),
        rows=_shipments,
        by_days=FULFILLED_SHIPMENTS,
    ),
}  # fmt: skip
