"""Sponsored Display: measures are of 14 days, by click or view; those named `...Clicks` by click only. Kept 65 days.

Each report is asked for by the entity itself, never by matched target: those rows would show the same clicks again.
"""

from __future__ import annotations

from pipelines.feeds.amazon_ads.common import AD_GROUP, CAMPAIGN, TRAFFIC, feed
from pipelines.feeds.feed import Feed

LISTS = ("addToList", "addToListFromClicks", "addToListFromViews")
MEASURES = (
    *TRAFFIC,
    "impressionsViews",
    "viewabilityRate",
    *LISTS,
    "addToCart",
    "addToCartClicks",
    "addToCartViews",
    "addToCartRate",
    "eCPAddToCart",
    "brandedSearches",
    "brandedSearchesClicks",
    "brandedSearchesViews",
    "brandedSearchRate",
    "eCPBrandSearch",
    "detailPageViews",
    "detailPageViewsClicks",
    "purchases",
    "purchasesClicks",
    "purchasesPromotedClicks",
    "sales",
    "salesClicks",
    "salesPromotedClicks",
    "unitsSold",
    "unitsSoldClicks",
    "newToBrandPurchases",
    "newToBrandPurchasesClicks",
    "newToBrandSales",
    "newToBrandSalesClicks",
    "newToBrandUnitsSold",
    "newToBrandUnitsSoldClicks",
    "newToBrandDetailPageViews",
    "newToBrandDetailPageViewClicks",
    "newToBrandDetailPageViewViews",
    "newToBrandDetailPageViewRate",
    "newToBrandECPDetailPageView",
    "videoFirstQuartileViews",
    "videoMidpointViews",
    "videoCompleteViews",
    "videoUnmutes",
)
REST = ("videoThirdQuartileViews", "viewClickThroughRate")
REACH = ("cumulativeReach", "impressionsFrequencyAverage")


def _sponsored_display(
    short: str, title: str, report_type: str, group_by: str, columns: tuple[str, ...], required: tuple[str, ...]
) -> Feed:
    return feed(
        f"sd_{short}",
        f"Sponsored Display {title}",
        "SPONSORED_DISPLAY",
        report_type,
        group_by,
        columns,
        required,
        history=64,
    )


FEEDS: tuple[Feed, ...] = (
    _sponsored_display(
        "campaigns",
        "campaigns",
        "sdCampaigns",
        "campaign",
        (
            *CAMPAIGN,
            "campaignStatus",
            "campaignBudgetAmount",
            "costType",
            *MEASURES,
            *REST,
            *REACH,
            "longTermSales",
            "longTermROAS",
        ),
        ("campaignId",),
    ),
    _sponsored_display(
        "advertised_product",
        "advertised products",
        "sdAdvertisedProduct",
        "advertiser",
        (*CAMPAIGN, *AD_GROUP, "bidOptimization", "adId", "promotedAsin", "promotedSku", *MEASURES, *REST, *REACH),
        ("campaignId", "adGroupId", "adId"),
    ),
    _sponsored_display(
        "targeting",
        "targets",
        "sdTargeting",
        "targeting",
        (
            *CAMPAIGN,
            *AD_GROUP,
            "targetingId",
            "targetingText",
            "targetingExpression",
            "adKeywordStatus",
            *MEASURES,
        ),
        ("campaignId", "adGroupId", "targetingId"),
    ),
    _sponsored_display(
        "purchased_product",
        "purchased products",
        "sdPurchasedProduct",
        "asin",
        (
            *CAMPAIGN,
            *AD_GROUP,
            "promotedAsin",
            "promotedSku",
            "asinBrandHalo",
            *LISTS,
            "conversionsBrandHalo",
            "conversionsBrandHaloClicks",
            "salesBrandHalo",
            "salesBrandHaloClicks",
            "unitsSoldBrandHalo",
            "unitsSoldBrandHaloClicks",
        ),
        ("campaignId", "promotedAsin", "asinBrandHalo"),
    ),
)
