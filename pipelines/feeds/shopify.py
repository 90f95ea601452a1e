"""Feeds of a shop at Shopify, from its Admin API in GraphQL, version 2026-10: data only.

A document is all pages of one list, an array of the list's nodes as they came. What is asked of a node stands in
sources/shopify/*.graphql; nothing of a buyer is asked for, not even a country.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="shopify.products",
        title="Shopify products and variants",
        shape="snapshot",
        scope="shop",
        write_disposition="snapshot",
        report_type="products",
        query="Variants",
        sections=(
            Section(
                path="item",
                known=("id", "sku", "barcode", "title", "price", "createdAt", "updatedAt", "product", "inventoryItem"),
                required=("id",),
            ),
        ),
        history=timedelta(0),
        min_interval=timedelta(0),
        format="json",
    ),
    Feed(
        name="shopify.inventory_levels",
        title="Shopify inventory levels",
        shape="snapshot",
        scope="shop",
        write_disposition="snapshot",
        report_type="inventory_levels",
        query="Levels",
        sections=(
            Section(
                path="item",
                known=("id", "updatedAt", "item", "quantities", "location"),
                required=("id",),
            ),
        ),
        history=timedelta(0),
        min_interval=timedelta(0),
        refresh_today=timedelta(minutes=55),
        format="json",
        not_personal={"name": "of a location or of a quantity"},
    ),
    Feed(
        name="shopify.orders",
        title="Shopify orders with refunds",
        shape="windowed",
        scope="shop",
        write_disposition="upsert",
        report_type="orders",
        query="Orders",
        sections=(
            Section(
                path="item",
                known=(
                    "id",
                    "name",
                    "createdAt",
                    "updatedAt",
                    "cancelledAt",
                    "test",
                    "taxesIncluded",
                    "currencyCode",
                    "displayFinancialStatus",
                    "displayFulfillmentStatus",
                    "fulfillments",
                    "lineItems",
                    "refunds",
                ),
                required=("id", "updatedAt"),
                day="updatedAt",
            ),
        ),
        days_per_request=30,
        # Without the scope read_all_orders an app sees the orders of 60 days (shopify.dev, access scopes).
        history=timedelta(days=60),
        refresh_today=timedelta(minutes=55),
        format="json",
        not_personal={"name": "the order's number, as #1001"},
        order_key="id",
        updated_key="updatedAt",
    ),
)
