"""Feeds of a seller at eBay, from the Sell APIs Inventory v1 and Fulfillment v1: data only.

A document is all pages of one list, an array of the list's objects with the fields that sources/ebay/kept.py names;
nothing of a buyer is among them.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="ebay.inventory_items",
        title="eBay inventory items",
        shape="snapshot",
        scope="shop",
        write_disposition="snapshot",
        report_type="inventory_items",
        query="Items",
        sections=(
            Section(
                path="item",
                known=(
                    "sku",
                    "locale",
                    "condition",
                    "groupIds",
                    "inventoryItemGroupKeys",
                    "product",
                    "availability",
                ),
                required=("sku",),
            ),
        ),
        history=timedelta(0),
        min_interval=timedelta(0),
        refresh_today=timedelta(minutes=55),
        format="json",
    ),
    Feed(
        name="ebay.offers",
        title="eBay offers",
        shape="snapshot",
        scope="shop",
        write_disposition="snapshot",
        report_type="offers",
        query="Offers",
        sections=(
            Section(
                path="item",
                known=(
                    "offerId",
                    "sku",
                    "marketplaceId",
                    "format",
                    "status",
                    "availableQuantity",
                    "quantityLimitPerBuyer",
                    "lotSize",
                    "merchantLocationKey",
                    "pricingSummary",
                    "listing",
                ),
                required=("offerId", "sku"),
            ),
        ),
        history=timedelta(0),
        min_interval=timedelta(0),
        format="json",
        not_personal={"quantityLimitPerBuyer": "how many units one buyer may order"},
    ),
    Feed(
        name="ebay.orders",
        title="eBay orders with refunds",
        shape="windowed",
        scope="shop",
        write_disposition="upsert",
        report_type="orders",
        query="Orders",
        sections=(
            Section(
                path="item",
                known=(
                    "orderId",
                    "salesRecordReference",
                    "sellerId",
                    "creationDate",
                    "lastModifiedDate",
                    "orderFulfillmentStatus",
                    "orderPaymentStatus",
                    "cancelStatus",
                    "ebayCollectAndRemitTax",
                    "pricingSummary",
                    "paymentSummary",
                    "lineItems",
                    "fulfillmentHrefs",
                    "fulfillments",
                ),
                required=("orderId", "lastModifiedDate"),
                day="lastModifiedDate",
            ),
        ),
        days_per_request=30,
        # getOrders answers for two years (Sell Fulfillment v1, getOrders)
        history=timedelta(days=729),
        refresh_today=timedelta(minutes=55),
        format="json",
        order_key="orderId",
        updated_key="lastModifiedDate",
    ),
)
