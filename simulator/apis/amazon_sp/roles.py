"""Which roles of an application open which report types and operations, where the simulator is strict about them.

Any one role of a line is enough (developer-docs, role mappings for types and for operations; report type values). A
type that is not named here is taken for one of inventory and orders.
"""

from __future__ import annotations

from collections.abc import Iterable

INVENTORY, FBA, PRICING = "Inventory and Order Tracking", "Amazon Fulfillment", "Pricing"
MONEY, BRAND, INSIGHTS, LISTING = (
    "Finance and Accounting",
    "Brand Analytics",
    "Selling Partner Insights",
    "Product Listing",
)

ALL = frozenset({INVENTORY, FBA, PRICING, MONEY, BRAND, INSIGHTS, LISTING})

_OF_TYPES: dict[str, tuple[str, ...]] = {
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2": (MONEY,),
    "GET_SALES_AND_TRAFFIC_REPORT": (BRAND, INSIGHTS),
    "GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT": (BRAND,),
    "GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT": (BRAND,),
    "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT": (BRAND,),
    "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT": (BRAND,),
    "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT": (BRAND,),
    "GET_MERCHANT_LISTINGS_ALL_DATA": (INVENTORY, LISTING),
    "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": (PRICING, FBA, INVENTORY),
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA": (FBA,),
    "GET_FBA_MYI_ALL_INVENTORY_DATA": (FBA,),
    "GET_AFN_INVENTORY_DATA": (FBA,),
    "GET_RESERVED_INVENTORY_DATA": (FBA,),
    "GET_STRANDED_INVENTORY_UI_DATA": (FBA,),
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT": (FBA,),
    "GET_FBA_INVENTORY_PLANNING_DATA": (FBA,),
    "GET_LEDGER_SUMMARY_VIEW_DATA": (FBA,),
    "GET_LEDGER_DETAIL_VIEW_DATA": (FBA,),
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": (FBA,),
    "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA": (FBA,),
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": (FBA,),
    "GET_FBA_REIMBURSEMENTS_DATA": (FBA,),
    "GET_FBA_STORAGE_FEE_CHARGES_DATA": (FBA,),
    "GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA": (FBA,),
}
LISTINGS_ITEMS = (LISTING,)
DATA_KIOSK = (BRAND, MONEY)


def lacks(given: frozenset[str] | None, wanted: Iterable[str]) -> bool:
    """Whether an application has none of these roles. given: its roles; None: nobody asks."""
    return given is not None and not given & set(wanted)


def lacks_types(given: frozenset[str] | None, report_types: Iterable[str]) -> bool:
    """Whether one of these report types is closed to an application of these roles."""
    return any(lacks(given, _OF_TYPES.get(each, (INVENTORY,))) for each in report_types)
