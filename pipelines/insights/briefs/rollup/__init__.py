"""The roll-up of a tenant: the seven days that have ended in all its stores, in its reporting currency."""

from pipelines.insights.briefs.kind import BriefKind, Table, Tile, days_back
from pipelines.insights.briefs.rollup.facts import collect
from pipelines.insights.briefs.rollup.rules import SECTIONS

_SETTLED = ("rollup_settled_until", "settled_until")

BRIEF = BriefKind(
    name="rollup",
    about="tenant",
    period=days_back(7),
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset({"rollup_total", "shop_without_rate", "shop_gaps"}),
    statements=frozenset(
        {
            "out_of_stock",
            "losing_ads",
            "rollup_total",
            "shop_sales",
            "shop_profit",
            "shop_gaps",
            "shop_without_rate",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("rollup_sales", "rollup_sales_vs_before", True),
        Tile("rollup_profit", "rollup_order_profit_change", True, None, _SETTLED),
        Tile("rollup_margin"),
        Tile("rollup_ad_spend"),
        Tile("rollup_tacos"),
    ),
    tables=(
        Table(
            "shops",
            "shop_until",
            (
                "shop_sales",
                "shop_sales_share",
                "shop_sales_change",
                "shop_sales_vs_before",
                "shop_tacos",
                "shop_until",
            ),
        ),
        Table(
            "shops_profit",
            "shop_until",
            ("shop_profit", "shop_margin", "shop_order_profit_change", "shop_estimated_days", "shop_gap_days"),
            {
                "shop_profit": lambda fact: "warning" if fact.value < 0 else "",  # type: ignore[operator]
                "shop_gap_days": lambda fact: "warning",
            },
        ),
        Table(
            "urgent_stock",
            "stock_on_hand",
            ("stock_on_hand", "sku_velocity", "stock_inbound", "stock_at_risk_a_week"),
            {"stock_on_hand": lambda fact: "critical"},
        ),
        Table(
            "losing_products",
            "product_ad_loss",
            ("product_ad_loss", "product_ad_spend", "product_ad_sales", "product_acos", "product_break_even"),
        ),
    ),
    charts=("stores",),
)
