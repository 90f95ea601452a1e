"""Order reports of SP-API: data only."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

ORDER_COLUMNS = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "cpf",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "signature-confirmation-recommended",
    "order-item-id",
    "url",
)

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
                required=(
                    "amazon-order-id",
                    "purchase-date",
                    "last-updated-date",
                    "order-status",
                    "sku",
                    "quantity",
                    "item-price",
                ),
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
)
