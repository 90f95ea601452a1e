"""What SP-API accepts in a createReport body: report types, options, marketplaces, dates. No state, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.world.brand_analytics import periods
from simulator.world.instants import parse_instant

SETTLEMENTS = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
SALES_AND_TRAFFIC = "GET_SALES_AND_TRAFFIC_REPORT"
LEDGER_SUMMARY = "GET_LEDGER_SUMMARY_VIEW_DATA"
ORDERS_BY_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
ORDERS_BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
MYI = "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA"
FULFILLED_SHIPMENTS = "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL"
MERCHANT_RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
ESTIMATED_FEES = "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA"

# Amazon makes these itself; they are listed, never asked for.
NOT_REQUESTABLE = frozenset(
    {SETTLEMENTS, "GET_V2_SETTLEMENT_REPORT_DATA_XML", "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE"}
)

# Types that exist at Amazon. The world has documents of some; of the others there is "no data to return".
NEAR_REAL_TIME = frozenset({
    MYI, "GET_FBA_MYI_ALL_INVENTORY_DATA", "GET_AFN_INVENTORY_DATA", "GET_AFN_INVENTORY_DATA_BY_COUNTRY",
    "GET_RESERVED_INVENTORY_DATA", "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT", "GET_STRANDED_INVENTORY_UI_DATA",
    "GET_EXCESS_INVENTORY_DATA", "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",
    "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_SALES_DATA", "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA",
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA",
})  # fmt: skip
DAILY = frozenset({
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", "GET_FBA_REIMBURSEMENTS_DATA",
    "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA", "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_PROMOTION_DATA",
})  # fmt: skip
OTHER_TYPES = frozenset({
    SALES_AND_TRAFFIC, LEDGER_SUMMARY, ORDERS_BY_DATE, ORDERS_BY_UPDATE, LISTINGS, "GET_LEDGER_DETAIL_VIEW_DATA",
    "GET_FBA_INVENTORY_PLANNING_DATA", "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA",
    "GET_FBA_STORAGE_FEE_CHARGES_DATA", "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT",
    "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT", "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT",
    "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT", "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT",
    "GET_FLAT_FILE_OPEN_LISTINGS_DATA", "GET_MERCHANT_LISTINGS_DATA", "GET_MERCHANT_LISTINGS_INACTIVE_DATA",
})  # fmt: skip
KNOWN_TYPES = NEAR_REAL_TIME | DAILY | OTHER_TYPES | NOT_REQUESTABLE

# How long after a report of the type another one of the same content is refused.
MIN_INTERVAL = {
    **dict.fromkeys(NEAR_REAL_TIME, timedelta(minutes=30)),
    **dict.fromkeys(DAILY, timedelta(hours=4)),
}

OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    SALES_AND_TRAFFIC: {
        "dateGranularity": ("DAY", "WEEK", "MONTH"),
        "asinGranularity": ("PARENT", "CHILD", "SKU"),
    },
    LEDGER_SUMMARY: {
        "aggregateByLocation": ("COUNTRY", "FC"),
        "aggregatedByTimePeriod": ("MONTHLY", "WEEKLY", "DAILY"),
    },
}

# Spans and ages beyond which Amazon answers no data or an error; a day of slack for the change of clocks.
MAX_SPAN = {
    ORDERS_BY_DATE: timedelta(days=31),
    ORDERS_BY_UPDATE: timedelta(days=31),
    FULFILLED_SHIPMENTS: timedelta(days=31),
    MERCHANT_RETURNS: timedelta(days=61),
}
# What must be asked for at least.
MIN_SPAN = {ESTIMATED_FEES: timedelta(hours=72)}
MAX_AGE = {
    SALES_AND_TRAFFIC: timedelta(days=731),
    ORDERS_BY_DATE: timedelta(days=731),
    ORDERS_BY_UPDATE: timedelta(days=731),
    LEDGER_SUMMARY: timedelta(days=549),
    "GET_LEDGER_DETAIL_VIEW_DATA": timedelta(days=549),
    **dict.fromkeys(periods.TYPES, timedelta(days=731)),
}
ONE_MARKETPLACE = frozenset({SALES_AND_TRAFFIC})


class Invalid(ValueError):
    """The body is answered 400; the message becomes the error's details."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A createReport body that Amazon accepts. Dates are UTC; None where the client gave none."""

    report_type: str
    marketplace_ids: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    options: dict[str, str]


def parse_request(body: Any, own_marketplaces: tuple[str, ...], now: datetime) -> ReportRequest:
    """Check a createReport body of a seller with these marketplaces. Raises Invalid.

    Keys that Amazon does not know are ignored: the Python client adds its own spellings of marketplaceIds.
    """
    if not isinstance(body, dict):
        raise Invalid("The body must be a JSON object.")
    report_type = body.get("reportType")
    if not isinstance(report_type, str) or not report_type:
        raise Invalid("reportType is required.")
    if report_type not in KNOWN_TYPES:
        raise Invalid(f"Report type {report_type} is invalid.")
    if report_type in NOT_REQUESTABLE:
        raise Invalid(f"Report type {report_type} cannot be requested; it is generated by Amazon.")
    marketplaces = _marketplaces(body.get("marketplaceIds"), own_marketplaces)
    if report_type in ONE_MARKETPLACE and len(marketplaces) != 1:
        raise Invalid(f"Report type {report_type} takes exactly one marketplaceId.")
    start, end = (_date(body, name, now) for name in ("dataStartTime", "dataEndTime"))
    last = end or now
    if start is not None:
        if start > last:
            raise Invalid("dataStartTime must be before dataEndTime.")
        if report_type in MAX_AGE and start < now - MAX_AGE[report_type]:
            raise Invalid(f"dataStartTime is older than {MAX_AGE[report_type].days} days.")
        if report_type in MIN_SPAN and last - start < MIN_SPAN[report_type]:
            hours = MIN_SPAN[report_type] // timedelta(hours=1)
            raise Invalid(f"The date range of {report_type} must be at least {hours} hours.")
        if report_type in MAX_SPAN and last - start > MAX_SPAN[report_type]:
            raise Invalid(f"The date range of {report_type} must not exceed {MAX_SPAN[report_type].days} days.")
    elif report_type in MIN_SPAN:
        raise Invalid(f"Report type {report_type} needs a dataStartTime.")
    options = _options(report_type, body.get("reportOptions"))
    if problem := periods.options_problem(report_type, options):
        raise Invalid(problem)
    return ReportRequest(report_type, marketplaces, start, end, options)


def _marketplaces(given: Any, own: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(given, list) or not given or len(given) > 25 or not all(isinstance(m, str) for m in given):
        raise Invalid("marketplaceIds must be a list of 1 to 25 strings.")
    foreign = [m for m in given if m not in own]
    if foreign:
        raise Invalid(f"marketplaceIds {', '.join(foreign)} are not marketplaces of this selling partner.")
    return tuple(dict.fromkeys(given))


def _date(body: dict[str, Any], name: str, now: datetime) -> datetime | None:
    text = body.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise Invalid(f"{name} must be a string in ISO 8601 format.")
    try:
        moment = parse_instant(text)
    except ValueError as error:
        raise Invalid(f"{name}: {error}") from error
    if moment > now:
        raise Invalid(f"{name} must be prior to or equal to the current date and time.")
    return moment


def _options(report_type: str, given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise Invalid("reportOptions must be a map of strings to strings.")
    allowed = OPTIONS.get(report_type)
    if allowed is None:
        return dict(given)
    for name, value in given.items():
        if name not in allowed:
            raise Invalid(f"reportOptions: {name} is not an option of {report_type}.")
        if value not in allowed[name]:
            raise Invalid(f"reportOptions: {name} must be one of {', '.join(allowed[name])}, not {value!r}.")
    return dict(given)
