"""The month in money of a store: the last whole calendar month as a statement that adds up, and what to do about it."""

from pipelines.insights.briefs.kind import BriefKind, Table, Tile, whole_month
from pipelines.insights.briefs.month.facts import collect
from pipelines.insights.briefs.month.rules import SECTIONS

_ESTIMATED = ("profit_estimated_days", "estimated_days")
_ADS_OPEN = ("ads_open_days", "open_days")

BRIEF = BriefKind(
    name="month",
    period=whole_month,
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset({"month_profit", "left_out_of_profit", "missing_data", "late_data", "unavailable_data"}),
    statements=frozenset(
        {
            "losing_skus",
            "left_out_of_profit",
            "month_profit",
            "month_parts",
            "month_sku_profit",
            "month_settlements",
            "missing_data",
            "unavailable_data",
            "late_data",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("month_profit", "month_profit_vs_before", True, ("profit", "profit"), _ESTIMATED),
        Tile("month_margin"),
        Tile("month_order_profit", "month_order_profit_vs_before", True),
        Tile("month_tacos", "month_tacos_vs_before", False, None, _ADS_OPEN),
        Tile("losing_skus_loss"),
        Tile("month_settlements_amount"),
    ),
    tables=(
        Table(
            "month",
            "month_part",
            (
                "month_part",
                "month_part_before",
                "month_part_vs_before",
                "month_part_year_ago",
                "month_part_vs_year_ago",
            ),
            is_folded=False,
        ),
        Table(
            "losing_skus",
            "sku_loss",
            ("sku_loss", "sku_revenue", "sku_before_ads", "sku_advertising"),
        ),
        Table("month_skus", "month_sku_profit_vs_before", ("month_sku_profit", "month_sku_profit_vs_before")),
        Table(
            "month_settlements",
            "settlement_amount",
            ("settlement_from", "settlement_to", "settlement_deposit_on", "settlement_amount"),
        ),
        Table("left_out", "left_out_sku_units", ("left_out_sku_units", "left_out_sku_revenue")),
    ),
    charts=("profit",),
)
