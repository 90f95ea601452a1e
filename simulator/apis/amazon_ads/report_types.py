"""What the Amazon Ads API knows of each report type: columns, groups, filters, how long it is kept. Data only.

Typed from Amazon's guide to the report types of reporting v3, on purpose apart from the pipeline's lists. A request is
checked against it in requests.py. What the rows hold is the world's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WINDOWS = ("1d", "7d", "14d", "30d")


def _windows(*stems: str) -> set[str]:
    return {stem + window for stem in stems for window in WINDOWS}


def _words(text: str) -> set[str]:
    return set(text.split())


@dataclass(frozen=True)
class ReportType:
    """One report type: columns of every group, columns and filters that a group adds, days a request may span."""

    columns: frozenset[str]
    groups: dict[str, frozenset[str]]
    filters: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    max_range: int = 31
    retention: int = 95
    ad_product: str = "SPONSORED_PRODUCTS"


STATES = ("ENABLED", "PAUSED", "ARCHIVED")
KEYWORD_TYPES = ("BROAD", "PHRASE", "EXACT", "TARGETING_EXPRESSION", "TARGETING_EXPRESSION_PREDEFINED")

DATES = _words("date startDate endDate")
KINDLE = _words("kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d")
BORROWS = _words("qualifiedBorrows royaltyQualifiedBorrows")
FROM_CLICKS = _words("addToListFromClicks qualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromClicks")
FROM_VIEWS = _words("addToListFromViews qualifiedBorrowsFromViews royaltyQualifiedBorrowsFromViews")
NAMES = _words("campaignId campaignName campaignBudgetCurrencyCode")
BUDGET = _words("campaignStatus campaignBudgetAmount campaignBudgetType")
AD_GROUP = _words("adGroupName adGroupId")

# Sponsored Products --------------------------------------------------------------------------------------------------
TRAFFIC = _words("impressions clicks cost costPerClick clickThroughRate")
CONVERSIONS = _windows(
    "purchases", "purchasesSameSku", "unitsSoldClicks", "unitsSoldSameSku", "sales", "attributedSalesSameSku"
)
OTHER_SKU = _words("salesOtherSku7d unitsSoldOtherSku7d")
RATIOS = _words("acosClicks7d acosClicks14d roasClicks7d roasClicks14d")
CAMPAIGN = NAMES | BUDGET
CAMPAIGN_MORE = CAMPAIGN | _words(
    "campaignRuleBasedBudgetAmount campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName "
    "topOfSearchImpressionShare"
)
COMMON = TRAFFIC | DATES | BORROWS | KINDLE | CONVERSIONS | {"addToList"}
KEYWORD = _words("keywordId keyword keywordBid keywordType matchType targeting portfolioId")

# Sponsored Brands and Sponsored Display ------------------------------------------------------------------------------
SALES = _words("purchases purchasesClicks sales salesClicks unitsSold")
NEW_TO_BRAND = _words(
    "newToBrandPurchases newToBrandPurchasesClicks newToBrandSales newToBrandSalesClicks newToBrandUnitsSold "
    "newToBrandUnitsSoldClicks"
)
CART = _words("addToCart addToCartClicks addToCartRate eCPAddToCart")
INTEREST = _words("brandedSearches brandedSearchesClicks detailPageViews detailPageViewsClicks")
VIDEO = _words("videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoCompleteViews videoUnmutes")

SB_COMMON = (
    DATES | BORROWS | FROM_CLICKS | KINDLE | NAMES | BUDGET | SALES
    | _words("addToList costType clicks cost impressions")
)  # fmt: skip
SB_BRAND = (
    CART | INTEREST | NEW_TO_BRAND
    | _words(
        "newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewsClicks "
        "newToBrandECPDetailPageView newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSalesPercentage "
        "newToBrandUnitsSoldPercentage purchasesPromoted salesPromoted"
    )
)  # fmt: skip
SB_VIDEO = VIDEO | _words("video5SecondViews video5SecondViewRate viewabilityRate viewableImpressions")
SB_KEYWORD = _words("keywordBid keywordId keywordText matchType")

SD_COMMON = (
    DATES | NAMES | AD_GROUP | SALES | CART | INTEREST | BORROWS | FROM_CLICKS | FROM_VIEWS
    | _words(
        "addToCartViews addToList brandedSearchesViews brandedSearchRate clicks cost eCPBrandSearch impressions "
        "impressionsViews purchasesPromotedClicks salesPromotedClicks unitsSoldClicks videoCompleteViews "
        "videoFirstQuartileViews videoMidpointViews videoUnmutes viewabilityRate"
    )
)  # fmt: skip
SD_VIEWS = _words(
    "newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews "
    "newToBrandDetailPageViewViews newToBrandECPDetailPageView"
)
SD_REST = _words("videoThirdQuartileViews viewClickThroughRate")
MATCHED = frozenset({"matchedTargetAsin"})


def _brands(
    columns: set[str], groups: dict[str, frozenset[str]], filters: dict | None = None, days: tuple[int, int] = (31, 60)
) -> ReportType:
    return ReportType(frozenset(columns), groups, filters or {}, *days, "SPONSORED_BRANDS")


def _display(columns: set[str], groups: dict[str, frozenset[str]]) -> ReportType:
    return ReportType(frozenset(columns), groups, {}, 31, 65, "SPONSORED_DISPLAY")


SPONSORED_PRODUCTS = {
    "spCampaigns": ReportType(
        frozenset(COMMON | {"campaignBiddingStrategy", "spend"}),
        {
            "campaign": frozenset(CAMPAIGN_MORE),
            "adGroup": frozenset(AD_GROUP | {"adStatus"}),
            "campaignPlacement": frozenset(CAMPAIGN_MORE | {"placementClassification"}),
        },
        {
            "campaign": {"campaignStatus": STATES},
            "adGroup": {"adStatus": STATES},
            "campaignPlacement": {"campaignSite": ("AmazonBusiness",)},
        },
    ),
    "spTargeting": ReportType(
        frozenset(
            COMMON | CAMPAIGN | AD_GROUP | OTHER_SKU | RATIOS | KEYWORD | {"topOfSearchImpressionShare"}
        ),
        {"targeting": frozenset({"adKeywordStatus"})},
        {"targeting": {"adKeywordStatus": STATES, "keywordType": KEYWORD_TYPES}},
    ),
    "spAdvertisedProduct": ReportType(
        frozenset(
            COMMON | CAMPAIGN | AD_GROUP | OTHER_SKU | RATIOS
            | {"adId", "portfolioId", "spend", "advertisedAsin", "advertisedSku"}
        ),
        {"advertiser": frozenset()},
    ),
    "spPurchasedProduct": ReportType(
        frozenset(
            DATES | BORROWS | FROM_CLICKS | KINDLE | NAMES | AD_GROUP
            | _words("addToList portfolioId keywordId keyword keywordType matchType")
            | _words("advertisedAsin advertisedSku purchasedAsin")
            | _windows("purchases", "unitsSoldClicks", "sales")
            | _windows("purchasesOtherSku", "unitsSoldOtherSku", "salesOtherSku")
        ),
        {"asin": frozenset()},
    ),
    "spSearchTerm": ReportType(
        frozenset(COMMON | CAMPAIGN | AD_GROUP | OTHER_SKU | RATIOS | KEYWORD | {"searchTerm"}),
        {"searchTerm": frozenset({"adKeywordStatus"})},
        {"searchTerm": {"keywordType": KEYWORD_TYPES}},
    ),
}  # fmt: skip

SPONSORED_BRANDS = {
    "sbCampaigns": _brands(
        SB_COMMON | SB_BRAND | SB_VIDEO
        | {"unitsSoldClicks", "viewClickThroughRate", "topOfSearchImpressionShare"},
        {
            "campaign": frozenset(
                _words(
                    "campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType longTermSales longTermROAS "
                    "topOfSearchImpressionShare"
                )
            )
        },
        {"campaign": {"campaignStatus": STATES}},
    ),
    "sbAds": _brands(
        SB_COMMON | SB_BRAND | SB_VIDEO | AD_GROUP | {"adId", "unitsSoldClicks"},
        {"ads": frozenset()},
        {"ads": {"adStatus": STATES}},
    ),
    "sbTargeting": _brands(
        (SB_COMMON - KINDLE) | SB_BRAND | SB_KEYWORD | AD_GROUP
        | _words("adKeywordStatus keywordType targetingExpression targetingId targetingText targetingType")
        | {"topOfSearchImpressionShare"},
        {"targeting": frozenset()},
        {"targeting": {"adKeywordStatus": STATES, "keywordType": (*KEYWORD_TYPES, "THEME")}},
    ),
    "sbSearchTerm": _brands(
        SB_COMMON | SB_VIDEO | SB_KEYWORD | AD_GROUP | {"searchTerm", "viewClickThroughRate"},
        {"searchTerm": frozenset({"adKeywordStatus"})},
        {"searchTerm": {"keywordType": KEYWORD_TYPES}},
    ),
    "sbPurchasedProduct": _brands(
        DATES | KINDLE | NAMES | AD_GROUP
        | _words(
            "campaignPriceTypeCode attributionType purchasedAsin productName productCategory orders14d ordersClicks14d "
            "sales14d salesClicks14d unitsSold14d unitsSoldClicks14d newToBrandSales14d newToBrandPurchases14d "
            "newToBrandUnitsSold14d newToBrandSalesPercentage14d newToBrandPurchasesPercentage14d "
            "newToBrandUnitsSoldPercentage14d"
        ),
        {"purchasedAsin": frozenset()},
        days=(731, 731),
    ),
}  # fmt: skip

SPONSORED_DISPLAY = {
    "sdCampaigns": _display(
        (SD_COMMON | SD_REST | NEW_TO_BRAND) - AD_GROUP - {"newToBrandSales"},
        {
            "campaign": frozenset(
                SD_VIEWS
                | _words(
                    "campaignBudgetAmount campaignStatus costType cumulativeReach impressionsFrequencyAverage "
                    "longTermSales longTermROAS newToBrandSales"
                )
            ),
            "matchedTarget": MATCHED,
        },
    ),
    "sdAdvertisedProduct": _display(
        SD_COMMON | SD_REST | NEW_TO_BRAND | SD_VIEWS
        | _words("adId bidOptimization cumulativeReach impressionsFrequencyAverage promotedAsin promotedSku"),
        {"advertiser": frozenset()},
    ),
    "sdTargeting": _display(
        SD_COMMON | NEW_TO_BRAND | _words("targetingExpression targetingId targetingText"),
        {"targeting": frozenset(SD_VIEWS | {"adKeywordStatus"}), "matchedTarget": MATCHED},
    ),
    "sdPurchasedProduct": _display(
        DATES | NAMES | AD_GROUP | BORROWS | FROM_CLICKS | FROM_VIEWS
        | _words(
            "addToList asinBrandHalo conversionsBrandHalo conversionsBrandHaloClicks promotedAsin promotedSku "
            "salesBrandHalo salesBrandHaloClicks unitsSoldBrandHalo unitsSoldBrandHaloClicks"
        ),
        {"asin": frozenset()},
    ),
}  # fmt: skip

TYPES: dict[str, ReportType] = SPONSORED_PRODUCTS | SPONSORED_BRANDS | SPONSORED_DISPLAY
