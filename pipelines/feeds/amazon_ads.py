"""Amazon Ads reporting v3 feeds: data only. To add a report type, add a Feed here, its fixture and its staging model.

Columns are asked for one by one and one unknown column fails the report, so each list is exactly what the type's contract
allows without the Kindle measures. Restatement: traffic is corrected up to 3 days, conversions 1, 7 and 28 days after the
conversion, so that with a 14-day window a day can move for 42 days (Amazon Ads reporting v3 FAQ).
"""

from __future__ import annotations

from datetime import timedelta

from pipelines.feeds.feed import Feed, Section

SP_CAMPAIGN_COLUMNS = (
    "impressions", "addToList", "clicks", "cost", "purchases1d", "purchases7d", "purchases14d", "purchases30d",
    "purchasesSameSku1d", "purchasesSameSku7d", "purchasesSameSku14d", "purchasesSameSku30d",
    "unitsSoldClicks1d", "unitsSoldClicks7d", "unitsSoldClicks14d", "unitsSoldClicks30d", "sales1d", "sales7d",
    "sales14d", "sales30d", "attributedSalesSameSku1d", "attributedSalesSameSku7d", "attributedSalesSameSku14d",
    "attributedSalesSameSku30d", "unitsSoldSameSku1d", "unitsSoldSameSku7d", "unitsSoldSameSku14d",
    "unitsSoldSameSku30d", "date", "campaignBiddingStrategy", "costPerClick", "clickThroughRate", "spend",
    "campaignName", "campaignId", "campaignStatus", "campaignBudgetAmount", "campaignBudgetType",
    "campaignRuleBasedBudgetAmount", "campaignApplicableBudgetRuleId", "campaignApplicableBudgetRuleName",
    "campaignBudgetCurrencyCode", "topOfSearchImpressionShare",
)

SP_ADVERTISED_PRODUCT_COLUMNS = (
    "date", "campaignName", "campaignId", "adGroupName", "adGroupId", "adId", "addToList", "portfolioId",
    "impressions", "clicks", "costPerClick", "clickThroughRate", "cost", "spend", "campaignBudgetCurrencyCode",
    "campaignBudgetAmount", "campaignBudgetType", "campaignStatus", "advertisedAsin", "advertisedSku",
    "purchases1d", "purchases7d", "purchases14d", "purchases30d", "purchasesSameSku1d", "purchasesSameSku7d",
    "purchasesSameSku14d", "purchasesSameSku30d", "unitsSoldClicks1d", "unitsSoldClicks7d",
    "unitsSoldClicks14d", "unitsSoldClicks30d", "sales1d", "sales7d", "sales14d", "sales30d",
    "attributedSalesSameSku1d", "attributedSalesSameSku7d", "attributedSalesSameSku14d",
    "attributedSalesSameSku30d", "salesOtherSku7d", "unitsSoldSameSku1d", "unitsSoldSameSku7d",
    "unitsSoldSameSku14d", "unitsSoldSameSku30d", "unitsSoldOtherSku7d", "acosClicks7d", "acosClicks14d",
    "roasClicks7d", "roasClicks14d",
)

SP_SEARCH_TERM_COLUMNS = (
    "impressions", "addToList", "clicks", "costPerClick", "clickThroughRate", "cost", "purchases1d",
    "purchases7d", "purchases14d", "purchases30d", "purchasesSameSku1d", "purchasesSameSku7d",
    "purchasesSameSku14d", "purchasesSameSku30d", "unitsSoldClicks1d", "unitsSoldClicks7d",
    "unitsSoldClicks14d", "unitsSoldClicks30d", "sales1d", "sales7d", "sales14d", "sales30d",
    "attributedSalesSameSku1d", "attributedSalesSameSku7d", "attributedSalesSameSku14d",
    "attributedSalesSameSku30d", "unitsSoldSameSku1d", "unitsSoldSameSku7d", "unitsSoldSameSku14d",
    "unitsSoldSameSku30d", "salesOtherSku7d", "unitsSoldOtherSku7d", "acosClicks7d", "acosClicks14d",
    "roasClicks7d", "roasClicks14d", "keywordId", "keyword", "campaignBudgetCurrencyCode", "date",
    "portfolioId", "searchTerm", "campaignName", "campaignId", "campaignBudgetType", "campaignBudgetAmount",
    "campaignStatus", "keywordBid", "adGroupName", "adGroupId", "keywordType", "matchType", "targeting",
    "adKeywordStatus",
)


def _sponsored_products(short: str, title: str, report_type: str, group_by: str, columns: tuple[str, ...], required: tuple[str, ...]) -> Feed:
    return Feed(
        name=f"amazon_ads.{short}",
        title=title,
        shape="windowed",
        scope="store",
        semantics="replace",
        report_type=report_type,
        ads={"adProduct": "SPONSORED_PRODUCTS", "groupBy": (group_by,), "timeUnit": "DAILY", "columns": columns},
        sections=(Section(path="item", known=columns, required=("date", *required), day="date"),),
        days_per_request=31,
        latency=timedelta(hours=1),
        history=timedelta(days=94),
        restate_after=(1, 2, 3, 7, 14, 28, 42),
        min_interval=timedelta(hours=1),
        format="json",
    )


FEEDS: tuple[Feed, ...] = (
    _sponsored_products("sp_campaigns", "Sponsored Products campaigns", "spCampaigns", "campaign", SP_CAMPAIGN_COLUMNS, ("campaignId",)),
    _sponsored_products("sp_advertised_product", "Sponsored Products advertised products", "spAdvertisedProduct", "advertiser", SP_ADVERTISED_PRODUCT_COLUMNS, ("campaignId", "adGroupId", "adId")),
    _sponsored_products("sp_search_term", "Sponsored Products search terms", "spSearchTerm", "searchTerm", SP_SEARCH_TERM_COLUMNS, ("campaignId", "adGroupId", "searchTerm")),
)
