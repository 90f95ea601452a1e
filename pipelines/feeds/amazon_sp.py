"""SP-API report feeds: data only. To add a report, add a Feed here, its fixture and its staging model.

Columns are the union of every header variant seen; documents are read by name, so an unknown or missing one is no error
unless it is required. Latencies, histories and intervals are Amazon's (reports use-case guide, report type values).
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

ORDER_COLUMNS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku",
    "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
    "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "cpf", "is-business-order",
    "purchase-order-number", "price-designation", "signature-confirmation-recommended", "order-item-id", "url",
) 

LISTING_COLUMNS = (
    "item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date", "image-url",
    "item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note", "item-condition",
    "zshop-category1", "zshop-browse-path", "zshop-storefront-feature", "asin1", "asin2", "asin3",
    "will-ship-internationally", "expedited-shipping", "zshop-boldface", "product-id",
    "bid-for-featured-placement", "add-delete", "pending-quantity", "fulfillment-channel",
    "merchant-shipping-group", "status", "Minimum order quantity", "Sell remainder", "Business Price",
    "Quantity Price Type", "Quantity Lower Bound 1", "Quantity Price 1", "Quantity Lower Bound 2",
    "Quantity Price 2", "Quantity Lower Bound 3", "Quantity Price 3", "Quantity Lower Bound 4",
    "Quantity Price 4", "Quantity Lower Bound 5", "Quantity Price 5", "Progressive Price Type",
    "Progressive Lower Bound 1", "Progressive Price 1", "Progressive Lower Bound 2", "Progressive Price 2",
    "Progressive Lower Bound 3", "Progressive Price 3",
) 

MYI_COLUMNS = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
    "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
    "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
    "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity",
    "afn-researching-quantity", "afn-reserved-future-supply", "afn-future-supply-buyable", "store",
    "afn-fc-transfer-quantity", "afn-onhand-buyable-quantity", "afn-fulfillable-quantity-local",
    "afn-fulfillable-quantity-remote",
) 

LEDGER_SUMMARY_COLUMNS = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance",
    "In Transit Between Warehouses", "Receipts", "Customer Shipments", "Customer Returns", "Vendor Returns",
    "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed", "Other Events",
    "Ending Warehouse Balance", "Unknown Events", "Location", "Store",
) 

SETTLEMENT_COLUMNS = (
    "settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency",
    "transaction-type", "order-id", "merchant-order-id", "adjustment-id", "shipment-id", "marketplace-name",
    "amount-type", "amount-description", "amount", "fulfillment-id", "posted-date", "posted-date-time",
    "order-item-code", "merchant-order-item-id", "merchant-adjustment-item-id", "sku", "quantity-purchased",
    "promotion-id",
) 

# Amazon.co.jp writes the listings report's headers in Japanese.
JAPANESE_LISTING_HEADERS = {
    "商品名": "item-name",
    "商品の説明": "item-description",
    "出品ID": "listing-id",
    "出品者SKU": "seller-sku",
    "価格": "price",
    "数量": "quantity",
    "出品日": "open-date",
    "商品IDタイプ": "product-id-type",
    "コンディション説明": "item-note",
    "コンディション": "item-condition",
    "ASIN 1": "asin1",
    "国外へ配送可": "will-ship-internationally",
    "迅速な配送": "expedited-shipping",
    "商品ID": "product-id",
    "在庫数": "pending-quantity",
    "フルフィルメント・チャンネル": "fulfillment-channel",
    "ステータス": "status",
}

# Where the parcel went, a tax number, the buyer's own reference: never needed by a mart.
ORDER_PERSONAL = ("ship-city", "ship-postal-code", "cpf", "purchase-order-number")


def _all_orders(short: str, title: str, report_type: str, day: str, refresh_today: timedelta | None) -> Feed:
    return Feed(
        name=f"amazon_sp.{short}",
        title=title,
        shape="windowed",
        scope="account",
        semantics="upsert",
        report_type=report_type,
        sections=(
            Section(
                known=ORDER_COLUMNS,
                required=("amazon-order-id", "purchase-date", "last-updated-date", "order-status", "sku", "quantity", "item-price"),
                day=day,
            ),
        ),
        days_per_request=30,
        latency=timedelta(minutes=30),
        history=timedelta(days=729),
        restate_after=(1,),
        min_interval=timedelta(0),
        refresh_today=refresh_today,
        personal=ORDER_PERSONAL,
        order_key="amazon-order-id",
        updated_key="last-updated-date",
    )


FEEDS: tuple[Feed, ...] = (
    _all_orders(
        "all_orders_by_order_date",
        "All orders by order date",
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL",
        "purchase-date",
        None,
    ),
    _all_orders(
        "all_orders_by_last_update",
        "All orders by last update",
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
        "last-updated-date",
        timedelta(hours=1),
    ),
    Feed(
        name="amazon_sp.sales_and_traffic",
        title="Sales and traffic",
        shape="windowed",
        scope="store",
        semantics="replace",
        report_type="GET_SALES_AND_TRAFFIC_REPORT",
        options={"dateGranularity": "DAY", "asinGranularity": "CHILD"},
        sections=(
            Section(name="by_date", path="salesAndTrafficByDate.item", required=("date", "salesByDate", "trafficByDate"), day="date"),
            # one row per ASIN for the whole range: the day is the slice's, so a document of several days cannot fill it
            Section(name="by_asin", path="salesAndTrafficByAsin.item", required=("parentAsin", "salesByAsin", "trafficByAsin")),
        ),
        days_per_request=1,
        latency=timedelta(hours=1),
        history=timedelta(days=729),
        restate_after=(1, 2, 3, 7, 14),
        min_interval=timedelta(hours=1),
        format="json",
    ),
    Feed(
        name="amazon_sp.merchant_listings",
        title="Merchant listings",
        shape="snapshot",
        scope="store",
        semantics="snapshot",
        report_type="GET_MERCHANT_LISTINGS_ALL_DATA",
        sections=(Section(known=LISTING_COLUMNS, required=("seller-sku", "price", "status")),),
        history=timedelta(0),
        min_interval=timedelta(minutes=30),
        aliases=JAPANESE_LISTING_HEADERS,
    ),
    Feed(
        name="amazon_sp.fba_myi_unsuppressed_inventory",
        title="FBA inventory (MYI, unsuppressed)",
        shape="snapshot",
        scope="account",
        semantics="snapshot",
        report_type="GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA",
        sections=(Section(known=MYI_COLUMNS, required=("sku", "fnsku", "asin", "afn-fulfillable-quantity")),),
        history=timedelta(0),
        min_interval=timedelta(minutes=30),
    ),
    Feed(
        name="amazon_sp.ledger_summary",
        title="Inventory ledger, daily summary by country",
        shape="windowed",
        scope="account",
        semantics="replace",
        report_type="GET_LEDGER_SUMMARY_VIEW_DATA",
        options={"aggregateByLocation": "COUNTRY", "aggregatedByTimePeriod": "DAILY"},
        sections=(
            Section(
                known=LEDGER_SUMMARY_COLUMNS,
                required=("Date", "FNSKU", "MSKU", "Disposition", "Starting Warehouse Balance", "Ending Warehouse Balance", "Location"),
                day="Date",
                day_formats=("%m/%d/%Y",),
            ),
        ),
        days_per_request=31,
        latency=timedelta(hours=1),
        history=timedelta(days=540),
        restate_after=(1, 2, 3),
        min_interval=timedelta(hours=4),
        quoting="standard",
    ),
    Feed(
        name="amazon_sp.settlements_v2",
        title="Settlements (flat file V2)",
        shape="listed",
        scope="account",
        semantics="snapshot",
        report_type="GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
        sections=(
            Section(
                known=SETTLEMENT_COLUMNS,
                required=("settlement-id", "total-amount", "transaction-type", "amount-type", "amount-description", "amount"),
            ),
        ),
        history=timedelta(days=90),
        min_interval=timedelta(hours=4),
    ),
)
