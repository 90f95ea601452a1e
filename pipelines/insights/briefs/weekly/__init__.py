"""The weekly brief of a store: the last whole ISO week, against the week before and the same week a year earlier."""

from pipelines.insights.briefs.kind import BriefKind, Table, Tile, whole_week
from pipelines.insights.briefs.tables import MOVES, PROFIT, PROFIT_SKUS, STOCK
from pipelines.insights.briefs.weekly.facts import collect
from pipelines.insights.briefs.weekly.rules import SECTIONS

_VISITS_OPEN = ("visits_open_days", "open_days")
_ADS_OPEN = ("ads_open_days", "open_days")
_ESTIMATED = ("profit_estimated_days", "estimated_days")
_PARTS = ("sku_sales_from_traffic", "sku_sales_from_conversion", "sku_sales_from_units", "sku_sales_from_price")

BRIEF = BriefKind(
    name="weekly",
    period=whole_week,
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset(
        {
            "week_sales",
            "profit_week",
            "week_traffic",
            "week_ads",
            "wasted_spend",
            "settlements_paid",
            "coming_week",
            "missing_data",
            "late_data",
        }
    ),
    statements=frozenset(
        {
            "week_sales",
            "week_traffic",
            "week_ads",
            "sales_drivers",
            "sku_sales",
            "profit_week",
            "profit_parts",
            "sku_profit",
            "settled_profit",
            "out_of_stock",
            "low_stock",
            "buy_box",
            "wasted_spend",
            "campaign_without_sales",
            "terms_without_sales",
            "competitor_price",
            "competitor_out",
            "settlements_paid",
            "coming_week",
            "units_week",
            "orders_week",
            "conversion_week",
            "acos_year",
            "missing_data",
            "unavailable_data",
            "late_data",
            "profit_not_whole",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("sales_7d", "sales_vs_previous_7d", True, ("weeks", "sales"), beside="sales_vs_year_ago"),
        Tile("units_7d", "units_vs_previous_7d", True, ("weeks", "units"), beside="units_vs_year_ago"),
        Tile("orders_7d", "orders_vs_previous_7d", True, None, beside="orders_vs_year_ago"),
        Tile(
            "profit_7d",
            "order_profit_change",
            True,
            ("weeks", "profit"),
            _ESTIMATED,
            beside="order_profit_vs_year_ago",
        ),
        Tile(
            "sessions_7d",
            "sessions_vs_previous_7d",
            True,
            ("weeks", "sessions"),
            _VISITS_OPEN,
            beside="sessions_vs_year_ago",
        ),
        Tile(
            "conversion_7d",
            "conversion_vs_previous_7d",
            True,
            ("weeks", "conversion"),
            _VISITS_OPEN,
            beside="conversion_vs_year_ago",
        ),
        Tile(
            "ad_spend_7d",
            "ad_spend_vs_previous_7d",
            None,
            ("weeks", "cost"),
            _ADS_OPEN,
            beside="ad_spend_vs_year_ago",
        ),
        Tile("margin_7d", "", None, None, _ESTIMATED),
        Tile("acos_7d", "acos_vs_previous_7d", False, ("weeks", "acos"), _ADS_OPEN, beside="acos_vs_year_ago"),
        Tile("tacos_7d", "tacos_vs_previous_7d", False, None, _ADS_OPEN),
        Tile("coming_units", "", None, None, ("coming_sales", "worth"), dated=True),
        Tile("paid_amount", note=("paid_on", "paid_on"), dated=True),
    ),
    tables=(
        Table(
            "movers",
            "sku_sales_change",
            ("sku_sales_previous_7d", "sku_sales_7d", "sku_sales_change", *_PARTS),
            {"sku_sales_change": lambda fact: {"up": "good", "down": "warning"}.get(fact.direction or "", "")},
        ),
        STOCK,
        PROFIT,
        PROFIT_SKUS,
        MOVES,
    ),
    charts=("weeks", "weekdays", "drivers", "stock", "prices"),
)
