"""Sponsored Products: measures are attributed to clicks, in windows of 1, 7, 14 and 30 days. Kept for 95 days."""

from __future__ import annotations

from pipelines.feeds.amazon_ads.common import AD_GROUP, BUDGET, CAMPAIGN, TRAFFIC, feed, windowed
from pipelines.feeds.feed import Feed

MEASURES = (
    *TRAFFIC,
    "costPerClick",
    "clickThroughRate",
    "addToList",
    *windowed(
        "purchases", "purchasesSameSku", "unitsSoldClicks", "unitsSoldSameSku", "sales", "attributedSalesSameSku"
    ),
)
BELOW_CAMPAIGN = (
    "portfolioId",
    "salesOtherSku7d",
    "unitsSoldOtherSku7d",
    "acosClicks7d",
    "acosClicks14d",
    "roasClicks7d",
    "roasClicks14d",
)
CAMPAIGN_COLUMNS = (
    *CAMPAIGN,
    *BUDGET,
    "campaignBiddingStrategy",
    "campaignRuleBasedBudgetAmount",
    "campaignApplicableBudgetRuleId",
    "campaignApplicableBudgetRuleName",
    "topOfSearchImpressionShare",
    *MEASURES,
    "spend",
)
TARGETING_COLUMNS = (
    *CAMPAIGN,
    *BUDGET,
    *AD_GROUP,
    "keywordId",
    "keyword",
    "keywordType",
    "keywordBid",
    "matchType",
    "targeting",
    "adKeywordStatus",
    *MEASURES,
    *BELOW_CAMPAIGN,
)
PURCHASED_PRODUCT_COLUMNS = (
    *CAMPAIGN,
    *AD_GROUP,
    "portfolioId",
    "keywordId",
    "keyword",
    "keywordType",
    "matchType",
    "advertisedAsin",
    "advertisedSku",
    "purchasedAsin",
    "addToList",
    "addToListFromClicks",
    *windowed("purchases", "purchasesOtherSku", "unitsSoldClicks", "unitsSoldOtherSku", "sales", "salesOtherSku"),
)


def _sponsored_products(
    short: str, title: str, report_type: str, group_by: str, columns: tuple[str, ...], required: tuple[str, ...]
) -> Feed:
    return feed(
        f"sp_{short}",
        f"Sponsored Products {title}",
        "SPONSORED_PRODUCTS",
        report_type,
        group_by,
        columns,
        required,
        history=94,
    )


FEEDS: tuple[Feed, ...] = (
    _sponsored_products("campaigns", "campaigns", "spCampaigns", "campaign", CAMPAIGN_COLUMNS, ("campaignId",)),
    _sponsored_products(
        "placements",
        "placements",
        "spCampaigns",
        "campaignPlacement",
        (*CAMPAIGN_COLUMNS, "placementClassification"),
        ("campaignId", "placementClassification"),
    ),
    _sponsored_products(
        "targeting",
        "targets",
        "spTargeting",
        "targeting",
        (*TARGETING_COLUMNS, "topOfSearchImpressionShare"),
        ("campaignId", "adGroupId", "keywordId"),
    ),
    _sponsored_products(
        "advertised_product",
        "advertised products",
        "spAdvertisedProduct",
        "advertiser",
        (
            *CAMPAIGN,
            *BUDGET,
            *AD_GROUP,
            "adId",
            "advertisedAsin",
            "advertisedSku",
            *MEASURES,
            "spend",
            *BELOW_CAMPAIGN,
        ),
        ("campaignId", "adGroupId", "adId"),
    ),
    _sponsored_products(
        "purchased_product",
        "purchased products",
        "spPurchasedProduct",
        "asin",
        PURCHASED_PRODUCT_COLUMNS,
        ("campaignId", "adGroupId", "purchasedAsin"),
    ),
    _sponsored_products(
        "search_term",
        "search terms",
        "spSearchTerm",
        "searchTerm",
        (*TARGETING_COLUMNS, "searchTerm"),
        ("campaignId", "adGroupId", "searchTerm"),
    ),
)
