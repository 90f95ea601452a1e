"""Sponsored Brands: measures are of 14 days, by click or view; those named `...Clicks` by click only. Kept for 60 days.

Purchased products alone are kept for two years, which one request may cover.
"""

from __future__ import annotations

from pipelines.feeds.amazon_ads.common import AD_GROUP, BUDGET, CAMPAIGN, TRAFFIC, feed
from pipelines.feeds.feed import Feed

BASE = (*CAMPAIGN, *BUDGET, "costType", *TRAFFIC, "addToList", "addToListFromClicks")
SALES = ("purchases", "purchasesClicks", "sales", "salesClicks", "unitsSold")
BRAND = (
    "addToCart",
    "addToCartClicks",
    "addToCartRate",
    "eCPAddToCart",
    "brandedSearches",
    "brandedSearchesClicks",
    "detailPageViews",
    "detailPageViewsClicks",
    "purchasesPromoted",
    "salesPromoted",
    "newToBrandDetailPageViews",
    "newToBrandDetailPageViewsClicks",
    "newToBrandDetailPageViewRate",
    "newToBrandECPDetailPageView",
    "newToBrandPurchases",
    "newToBrandPurchasesClicks",
    "newToBrandPurchasesPercentage",
    "newToBrandPurchasesRate",
    "newToBrandSales",
    "newToBrandSalesClicks",
    "newToBrandSalesPercentage",
    "newToBrandUnitsSold",
    "newToBrandUnitsSoldClicks",
    "newToBrandUnitsSoldPercentage",
)
VIDEO = (
    "video5SecondViews",
    "video5SecondViewRate",
    "videoFirstQuartileViews",
    "videoMidpointViews",
    "videoThirdQuartileViews",
    "videoCompleteViews",
    "videoUnmutes",
    "viewableImpressions",
    "viewabilityRate",
)
KEYWORD = ("keywordId", "keywordText", "keywordBid", "matchType", "adKeywordStatus")


def _sponsored_brands(
    short: str,
    title: str,
    report_type: str,
    group_by: str,
    columns: tuple[str, ...],
    required: tuple[str, ...],
    *,
    history: int = 59,
    days_per_request: int = 31,
) -> Feed:
    return feed(
        f"sb_{short}",
        f"Sponsored Brands {title}",
        "SPONSORED_BRANDS",
        report_type,
        group_by,
        columns,
        required,
        history=history,
        days_per_request=days_per_request,
    )


FEEDS: tuple[Feed, ...] = (
    _sponsored_brands(
        "campaigns",
        "campaigns",
        "sbCampaigns",
        "campaign",
        (
            *BASE,
            *SALES,
            "unitsSoldClicks",
            *BRAND,
            *VIDEO,
            "viewClickThroughRate",
            "topOfSearchImpressionShare",
            "longTermSales",
            "longTermROAS",
        ),
        ("campaignId",),
    ),
    _sponsored_brands(
        "ads",
        "ads",
        "sbAds",
        "ads",
        (*BASE, *AD_GROUP, "adId", *SALES, "unitsSoldClicks", *BRAND, *VIDEO),
        ("campaignId", "adGroupId", "adId"),
    ),
    _sponsored_brands(
        "targeting",
        "targets",
        "sbTargeting",
        "targeting",
        (
            *BASE,
            *AD_GROUP,
            *KEYWORD,
            "keywordType",
            "targetingId",
            "targetingText",
            "targetingExpression",
            "targetingType",
            *SALES,
            *BRAND,
            "topOfSearchImpressionShare",
        ),
        ("campaignId", "adGroupId"),
    ),
    _sponsored_brands(
        "search_term",
        "search terms",
        "sbSearchTerm",
        "searchTerm",
        (*BASE, *AD_GROUP, *KEYWORD, "searchTerm", *SALES, *VIDEO, "viewClickThroughRate"),
        ("campaignId", "adGroupId", "searchTerm"),
    ),
    _sponsored_brands(
        "purchased_product",
        "purchased products",
        "sbPurchasedProduct",
        "purchasedAsin",
        (
            *CAMPAIGN,
            *AD_GROUP,
            "campaignPriceTypeCode",
            "attributionType",
            "purchasedAsin",
            "productName",
            "productCategory",
            "orders14d",
            "ordersClicks14d",
            "sales14d",
            "salesClicks14d",
            "unitsSold14d",
            "unitsSoldClicks14d",
            "newToBrandPurchases14d",
            "newToBrandPurchasesPercentage14d",
            "newToBrandSales14d",
            "newToBrandSalesPercentage14d",
            "newToBrandUnitsSold14d",
            "newToBrandUnitsSoldPercentage14d",
        ),
        ("campaignId", "purchasedAsin"),
        history=730,
        days_per_request=731,
    ),
)
