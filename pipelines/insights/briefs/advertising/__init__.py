"""The advertising brief of a store: thirty days of ads, what they waste, what they leave, and where there is room."""

from pipelines.insights.briefs.advertising.facts import DAYS, collect
from pipelines.insights.briefs.advertising.rules import SECTIONS
from pipelines.insights.briefs.kind import BriefKind, Table, Tile, days_back

_OPEN = ("ads_open_days", "open_days")
_PRODUCT = ("product_ad_spend", "product_ad_sales", "product_acos", "product_break_even")

BRIEF = BriefKind(
    name="advertising",
    period=days_back(DAYS),
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset({"ad_spend_30d", "missing_data", "unavailable_data", "late_data"}),
    statements=frozenset(
        {
            "wasted_spend",
            "losing_ads",
            "negative_candidates",
            "full_budget",
            "growing_ads",
            "ad_spend_30d",
            "campaign_without_sales",
            "terms_without_sales",
            "missing_data",
            "unavailable_data",
            "late_data",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("ad_spend_30d", "ad_spend_vs_previous_30d", None, ("ads", "cost"), _OPEN),
        Tile("ad_sales_30d", "ad_sales_vs_previous_30d", True, None, _OPEN),
        Tile("acos_30d", "acos_vs_previous_30d", False, ("ads", "acos"), _OPEN),
        Tile("tacos_30d", "", None, None, _OPEN),
        Tile("wasted_spend", "", None, None, _OPEN),
        Tile("losing_products_loss", "", None, None, _OPEN),
    ),
    tables=(
        Table("losing_products", "product_ad_loss", ("product_ad_loss", *_PRODUCT, "click_cost", "click_worth")),
        Table("growing_products", "product_ad_gain", ("product_ad_gain", *_PRODUCT)),
        Table(
            "campaigns",
            "campaign_cost",
            (
                "campaign_cost",
                "campaign_sales",
                "campaign_acos",
                "campaign_break_even",
                "campaign_ad_loss",
                "campaign_ad_gain",
                "campaign_budget",
                "campaign_full_days",
                "campaign_days",
            ),
            {"campaign_ad_loss": lambda fact: "warning" if fact.value else ""},
        ),
        Table("negatives", "negative_spend", ("negative_spend", "negative_clicks", "negative_chance")),
        Table("wasted_terms", "term_spend", ("term_spend", "term_clicks")),
    ),
    charts=("ads",),
)
