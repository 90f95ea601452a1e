"""The daily brief of a store: the day, the week up to it, and what to act on."""

from pipelines.insights.briefs.daily.facts import collect
from pipelines.insights.briefs.daily.rules import SECTIONS
from pipelines.insights.briefs.kind import BriefKind, Tile, one_day
from pipelines.insights.briefs.tables import ALERTS, MOVES, PROFIT, PROFIT_SKUS, STOCK

_PENDING = ("pending_units_day", "pending")
_TRAFFIC_OPEN = ("traffic_final_on", "open_until")
_ADS_OPEN = ("ads_open_days", "open_days")

BRIEF = BriefKind(
    name="daily",
    period=one_day,
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset(
        {
            "sales_day",
            "missing_data",
            "unavailable_data",
            "late_data",
            "profit_not_whole",
            "profit_week",
            "profit_parts",
            "open_alerts",
        }
    ),
    tiles=(
        Tile("sales_day", "sales_vs_weekday", True, ("sales", "sales"), _PENDING),
        Tile("orders_day", "orders_vs_weekday", True, None, _PENDING),
        Tile("units_day", "units_vs_weekday", True, ("sales", "units"), _PENDING),
        Tile("sessions_day", "sessions_vs_weekday", True, ("sales", "sessions"), _TRAFFIC_OPEN),
        Tile("conversion_day", "conversion_vs_weekday", True, None, _TRAFFIC_OPEN),
        Tile("ad_spend_7d", "ad_spend_vs_previous_7d", None, ("ads", "cost"), _ADS_OPEN),
        Tile("acos_7d", "acos_vs_previous_7d", False, ("ads", "acos"), _ADS_OPEN),
        Tile(
            "profit_7d", "order_profit_change", True, ("profit", "profit"), ("profit_estimated_days", "estimated_days")
        ),
        Tile("margin_7d"),
        Tile("tacos_7d", "tacos_vs_previous_7d", False, None, _ADS_OPEN),
        Tile("settlement_amount", note=("settlement_deposit_on", "paid_on"), dated=True),
    ),
    tables=(ALERTS, STOCK, PROFIT, PROFIT_SKUS, MOVES),
    charts=("sales", "ads", "stock", "prices"),
)
