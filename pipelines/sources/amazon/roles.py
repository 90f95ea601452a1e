"""Which roles of an SP-API application open which reports, as far as the feeds ask for them, as data.

Any one role of a group is enough. Sources: developer-docs of SP-API, report type values and role mappings for types.
Whether an application has a role is found by asking (`probes.py`); this table tells what to ask with and what to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.feeds import Feed

MONEY, INVENTORY, FBA = "Finance and Accounting", "Inventory and Order Tracking", "Amazon Fulfillment"
BRAND, INSIGHTS, LISTING = "Brand Analytics", "Selling Partner Insights", "Product Listing"


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that the same roles open. what: what they are called in messages. roles: any of them is enough."""

    what: str
    roles: tuple[str, ...]

    @property
    def roles_text(self) -> str:
        """`Brand Analytics or Selling Partner Insights`."""
        return " or ".join(self.roles)


ORDERS = Group("orders and returns of your own dispatch", (INVENTORY,))
LISTINGS = Group("listings", (INVENTORY, LISTING))
OF_FBA = Group("FBA stock, ledger, returns, fees, removals and reimbursements", (FBA,))
SETTLEMENTS = Group("settlements", (MONEY,))
TRAFFIC = Group("sales and traffic", (BRAND, INSIGHTS))
SEARCHES = Group("Brand Analytics", (BRAND,))
DATA_KIOSK = Group("Data Kiosk", (BRAND, MONEY))

_BY_TYPE: Mapping[str, Group] = MappingProxyType(
    {
        "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2": SETTLEMENTS,
        "GET_MERCHANT_LISTINGS_ALL_DATA": LISTINGS,
        "GET_SALES_AND_TRAFFIC_REPORT": TRAFFIC,
        "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": ORDERS,
        "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": ORDERS,
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": ORDERS,
        "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": ORDERS,
    }
)


def group_of(report_type: str) -> Group:
    """The group of one of Amazon's report types."""
    if report_type.startswith("GET_BRAND_ANALYTICS_"):
        return SEARCHES
    return _BY_TYPE.get(report_type, OF_FBA)


def groups_of(feeds: Iterable[Feed]) -> dict[Group, str]:
    """The groups of the feeds of the reports API among these, each with a report type to ask with."""
    found: dict[Group, str] = {}
    for feed in feeds:
        if feed.source == "amazon_sp" and feed.report_type and feed.is_asked_for:
            found.setdefault(group_of(feed.report_type), feed.report_type)
    return found
