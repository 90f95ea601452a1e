"""Feeds of a shop on WooCommerce, from its REST API v3: data only.

A document is all pages of one list, an array of the list's objects with the fields that sources/woocommerce.py asks
for; nothing of a buyer is among them.
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="woocommerce.products",
        title="WooCommerce products and variations with stock",
        shape="snapshot",
        scope="shop",
        write_disposition="snapshot",
        report_type="products",
        query="Products",
        sections=(
            Section(
                path="item",
                known=(
                    "id",
                    "name",
                    "type",
                    "status",
                    "sku",
                    "global_unique_id",
                    "price",
                    "manage_stock",
                    "stock_quantity",
                    "stock_status",
                    "date_modified_gmt",
                    "attributes",
                    "product",
                ),
                required=("id",),
            ),
        ),
        history=timedelta(0),
        min_interval=timedelta(0),
        refresh_today=timedelta(minutes=55),
        format="json",
    ),
    Feed(
        name="woocommerce.orders",
        title="WooCommerce orders with refunds",
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
                    "number",
                    "status",
                    "currency",
                    "prices_include_tax",
                    "total",
                    "date_created_gmt",
                    "date_modified_gmt",
                    "date_paid_gmt",
                    "date_completed_gmt",
                    "line_items",
                    "refunds",
                ),
                required=("id", "date_modified_gmt"),
                day="date_modified_gmt",
            ),
        ),
        days_per_request=30,
        # a shop has all its orders; two years are as much as eBay has
        history=timedelta(days=730),
        refresh_today=timedelta(minutes=55),
        format="json",
        order_key="id",
        updated_key="date_modified_gmt",
    ),
)
