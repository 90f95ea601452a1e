"""Returns reports of SP-API, for goods that Amazon shipped and for goods that the merchant shipped: data only."""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

CUSTOMER_RETURN_COLUMNS = (
    "return-date",
    "order-id",
    "sku",
    "asin",
    "fnsku",
    "product-name",
    "quantity",
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "status",
    "license-plate-number",
    "customer-comments",
)

MERCHANT_RETURN_COLUMNS = (
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Label cost",
    "Currency code",
    "Return carrier",
    "Tracking ID",
    "Label to be paid by",
    "A-to-Z Claim",
    "Is prime",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "In policy",
    "Return type",
    "Resolution",
    "Invoice number",
    "Return delivery date",
    "Order Amount",
    "Order quantity",
    "SafeT Action reason",
    "SafeT claim id",
    "SafeT claim state",
    "SafeT claim creation time",
    "SafeT claim reimbursement amount",
    "Refunded Amount",
    "Order Item ID",
)

FEEDS: tuple[Feed, ...] = (
    Feed(
        name="amazon_sp.customer_returns",
        title="FBA customer returns",
        shape="windowed",
        scope="account",
        write_disposition="replace",
        report_type="GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
        sections=(
            Section(
                known=CUSTOMER_RETURN_COLUMNS,
                required=("return-date", "order-id", "sku", "quantity"),
                day="return-date",
                # an instant; for some accounts Amazon gives only the date, as its midnight in UTC
                day_formats=("dated",),
            ),
        ),
        # no limit is documented; a month has always been answered
        days_per_request=30,
        latency=timedelta(hours=4),
        history=timedelta(days=540),
        # units are graded and reimbursed some days after they have come back
        restate_after=(1, 2, 7),
        min_interval=timedelta(hours=4),
        # free text, in which buyers write their names, addresses and telephone numbers
        personal=("customer-comments",),
    ),
    Feed(
        name="amazon_sp.merchant_returns",
        title="Merchant-fulfilled returns",
        shape="windowed",
        # no column names the marketplace; it is the one of the request
        scope="store",
        write_disposition="replace",
        report_type="GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
        sections=(
            Section(
                known=MERCHANT_RETURN_COLUMNS,
                required=("Order ID", "Return request date", "Merchant SKU", "Return quantity"),
                dates=("Return request date", "Order date", "Return delivery date"),
                day="Return request date",
                day_formats=("%d-%b-%Y", "iso"),
            ),
        ),
        # Amazon: 60 days at most
        days_per_request=60,
        latency=timedelta(hours=4),
        history=timedelta(days=540),
        # a request goes on for weeks: the parcel arrives, the money is given back, a claim is decided
        restate_after=(1, 3, 7, 14, 30),
        min_interval=timedelta(hours=4),
    ),
)
