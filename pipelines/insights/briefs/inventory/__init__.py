"""The inventory brief of a store: what to order, what runs out, what was lost, what to clear."""

from pipelines.insights.briefs.inventory.facts import collect
from pipelines.insights.briefs.inventory.rules import SECTIONS
from pipelines.insights.briefs.kind import BriefKind, Table, Tile, one_day
from pipelines.insights.briefs.tables import STOCK

BRIEF = BriefKind(
    name="inventory",
    period=one_day,
    collect=collect,
    sections=SECTIONS,
    always_told=frozenset({"to_order", "missing_data", "unavailable_data", "late_data"}),
    statements=frozenset(
        {
            "to_order",
            "out_of_stock",
            "low_stock",
            "lost_sales",
            "to_clear",
            "stranded_stock",
            "unsellable_stock",
            "reserved_stock",
            "missing_data",
            "unavailable_data",
            "late_data",
            "figures",
            "ranking",
        }
    ),
    tiles=(
        Tile("orders_due", note=("orders_late", "orders_late")),
        Tile("orders_cost"),
        Tile("skus_out_of_stock"),
        Tile("skus_low_cover"),
        Tile("lost_sales_of_all_30d"),
        Tile("stock_value"),
        Tile("surplus_cost_of_all"),
        Tile("keeping_month_of_all"),
    ),
    tables=(
        Table(
            "reorder",
            "order_units",
            (
                "order_units",
                "order_by",
                "order_cost",
                "unit_cost",
                "stock_on_hand",
                "stock_inbound",
                "days_of_cover",
                "demand_28d_low",
                "demand_28d",
                "demand_28d_high",
                "lead_time",
                "lead_time_assumed",
                "order_lost_sales",
                "order_delay_a_week",
            ),
            {"stock_on_hand": lambda fact: "" if fact.value else "critical"},
        ),
        STOCK,
        Table(
            "clear",
            "surplus_units",
            (
                "surplus_units",
                "surplus_cost",
                "stock_on_hand",
                "days_of_cover",
                "aged_units",
                "storage_month",
                "keeping_month",
            ),
        ),
        Table("aged", "aged_surcharge", ("aged_units", "aged_surcharge", "stock_on_hand", "days_of_cover")),
        Table("lost", "lost_sales_30d", ("out_days_30d", "lost_units_30d", "lost_sales_30d")),
        Table("stranded", "stranded_units", ("stranded_units", "stranded_cost")),
    ),
    charts=("stock",),
)
