"""Tables that several kinds of briefs show. Their words are in the locale's TABLES and COLUMNS."""

from __future__ import annotations

from pipelines.insights.briefs.kind import Table

STOCK = Table(
    "stock",
    "stock_on_hand",
    ("stock_on_hand", "sku_velocity", "days_of_cover", "stock_out_date", "stock_inbound"),
    {"stock_on_hand": lambda fact: "" if fact.value else "critical"},
)
PROFIT = Table("profit", "part_7d", ("part_7d", "part_previous_7d", "part_change"))
PROFIT_SKUS = Table("profit_skus", "sku_profit_change", ("sku_profit_7d", "sku_profit_change"))
ALERTS = Table("alerts", "alert_since", ("alert_since",))
MOVES = Table(
    "moves",
    "competitor_price",
    ("competitor_previous_price", "competitor_price", "competitor_price_change", "own_price", "price_gap"),
    {"price_gap": lambda fact: "warning" if fact.direction == "down" else "good"},
)
