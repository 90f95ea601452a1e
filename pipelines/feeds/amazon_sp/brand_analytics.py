"""Brand Analytics reports of SP-API: data only.

Weeks, Sunday to Saturday. Amazon has a week up to 72 hours after its end (a report asked for earlier ends FATAL) and
restates it within the next one. How far back it answers is not documented: two years, as of sales and traffic, is an
assumption; a week that it no longer has ends FATAL and becomes unavailable. Needs the Brand Analytics role and an
enrolled brand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pipelines.feeds.feed import Feed, Section

_WEEKLY: dict[str, Any] = {
    "shape": "windowed",
    "scope": "store",
    "write_disposition": "replace",
    "options": {"reportPeriod": "WEEK"},
    "period": "week",
    "whole_dates": True,
    "latency": timedelta(hours=72),
    "history": timedelta(days=729),
    "restate_after": (1, 8),
    "min_interval": timedelta(hours=1),
    "format": "json",
}
_OF_ASIN = ("startDate", "endDate", "asin")

FEEDS: tuple[Feed, ...] = (
    # The document is of the whole marketplace and has gigabytes: it is streamed, and staging is a view of raw.
    Feed(
        name="amazon_sp.search_terms",
        title="Search terms",
        report_type="GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT",
        # the rows name no period; theirs is that of the slice
        sections=(
            Section(
                path="dataByDepartmentAndSearchTerm.item",
                required=("departmentName", "searchTerm", "searchFrequencyRank", "clickedAsin", "clickShareRank"),
            ),
        ),
        **_WEEKLY,
    ),
    Feed(
        name="amazon_sp.market_basket",
        title="Market basket",
        report_type="GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT",
        sections=(
            Section(
                path="dataByAsin.item",
                required=(*_OF_ASIN, "purchasedWithAsin", "purchasedWithRank"),
                day="startDate",
            ),
        ),
        periods_per_request=13,
        **_WEEKLY,
    ),
    Feed(
        name="amazon_sp.repeat_purchase",
        title="Repeat purchase",
        report_type="GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT",
        sections=(Section(path="dataByAsin.item", required=(*_OF_ASIN, "orders", "uniqueCustomers"), day="startDate"),),
        periods_per_request=13,
        **_WEEKLY,
    ),
    Feed(
        name="amazon_sp.search_query_performance",
        title="Search query performance",
        report_type="GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT",
        sections=(
            Section(
                path="dataByAsin.item",
                required=(*_OF_ASIN, "searchQueryData", "impressionData", "clickData", "cartAddData", "purchaseData"),
                day="startDate",
            ),
        ),
        asins_option="asin",
        **_WEEKLY,
    ),
    Feed(
        name="amazon_sp.search_catalog_performance",
        title="Search catalog performance",
        report_type="GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT",
        sections=(
            Section(
                path="dataByAsin.item",
                required=(*_OF_ASIN, "impressionData", "clickData", "cartAddData", "purchaseData"),
                day="startDate",
            ),
        ),
        asins_option="asins",
        **_WEEKLY,
    ),
)
