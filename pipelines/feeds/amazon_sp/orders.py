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

FULFILLED_SHIPMENT_COLUMNS = (
    "amazon-order-id",
    "merchant-order-id",
    "shipment-id",
    "shipment-item-id",
    "amazon-order-item-id",
    "merchant-order-item-id",
    "purchase-date",
    "payments-date",
    "shipment-date",
    "reporting-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-shipped",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "ship-service-level",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "ship-phone-number",
    "bill-address-1",
    "bill-address-2",
    "bill-address-3",
    "bill-city",
    "bill-state",
    "bill-postal-code",
    "bill-country",
    "item-promotion-discount",
    "ship-promotion-discount",
    "carrier",
    "tracking-number",
    "estimated-arrival-date",
    "fulfillment-center-id",
    "fulfillment-channel",
    "sales-channel",
    "points-granted",
)

# Where the parcel went, a tax number, the buyer's own reference: never needed by a mart.
ORDER_PERSONAL = ("ship-city", "ship-postal-code", "cpf", "purchase-order-number")

# Who bought and where it went: all but the state and the country.
FULFILLED_SHIPMENT_PERSONAL = (
    "buyer-name",
    "buyer-phone-number",
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-postal-code",
    "ship-phone-number",
    "bill-address-1",
    "bill-address-2",
    "bill-address-3",
    "bill-city",
    "bill-state",
    "bill-postal-code",
)


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
    Feed(
        name="amazon_sp.fulfilled_shipments",
        title="Amazon-fulfilled shipments",
        shape="windowed",
        scope="account",
        semantics="replace",
        report_type="GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",
        sections=(
            Section(
                known=FULFILLED_SHIPMENT_COLUMNS,
                required=(
                    "amazon-order-id",
                    "shipment-id",
                    "amazon-order-item-id",
                    "shipment-date",
                    "sku",
                    "quantity-shipped",
                    "sales-channel",
                ),
                day="shipment-date",
            ),
        ),
        # Amazon: one month at most
        days_per_request=30,
        # usually one to three hours late, now and then a day: the second look finds those
        latency=timedelta(hours=3),
        history=timedelta(days=540),
        restate_after=(1, 2),
        min_interval=timedelta(minutes=30),
        personal=FULFILLED_SHIPMENT_PERSONAL,
        # the same buyer stays the same buyer
        hashed=("buyer-email",),
    ),
)
