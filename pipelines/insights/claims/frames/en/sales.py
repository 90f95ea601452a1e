"""The frames of English: sales, orders and units. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.en.measures import of_day, of_week
from pipelines.insights.claims.frames.shapes import Frames, titles

_PENDING = (
    "Not counted yet: {pending|that awaits|that await} payment.",
    "Another {pending|awaits|await} payment, not counted yet.",
)


FRAMES: Frames = {
    **titles(
        "sales_day",
        "Sales above the usual level",
        "Sales below the usual level",
        "Sales at their usual level",
        "Sales of the day",
    ),
    **of_day("sales", "Sales"),
    "sales_day.orders": (
        "They came from {orders|order|orders} with {units}.",
        "Behind them are {orders|order|orders} with {units}.",
        "{orders|order|orders} with {units} brought them in.",
    ),
    "sales_day.only_orders": ("They came from {orders|order|orders}.", "Behind them are {orders|order|orders}."),
    "sales_day.only_units": ("{units} were sold.", "They came from {units}."),
    "sales_day.week.up": (
        "{week.When}, sales rose {week_change.size} against {week_change.against}, to {week}.",
        "Sales rose {week_change.size} {week.when} against {week_change.against}, to {week}.",
    ),
    "sales_day.week.down": (
        "{week.When}, sales fell {week_change.size} against {week_change.against}, to {week}.",
        "Sales fell {week_change.size} {week.when} against {week_change.against}, to {week}.",
    ),
    "sales_day.week.flat": (
        "{week.When}, sales came to {week}, about the same as {week_change.against}.",
        "At {week}, sales {week.when} stayed near {week_change.against}.",
    ),
    "sales_day.only_week": ("{week.When}, sales came to {week}.", "Sales came to {week} {week.when}."),
    "sales_day.pending": _PENDING,
    "sales_day.undecided": (
        "They decide how the day compares with {usual}, the usual for this weekday.",
        "How the day compares with {usual}, the usual for this weekday, depends on them.",
    ),
    **titles(
        "sales_week",
        "Sales of the week are up",
        "Sales of the week are down",
        "Sales of the week hold their level",
        "Sales of the week",
    ),
    **of_week("sales", "Sales"),
    **titles("units_day", "More units than usual", "Fewer units than usual", "Units as usual", "Units of the day"),
    **of_day("units", "Units sold"),
    "units_day.cancelled": ("Cancelled: {cancelled}.",),
    "units_day.pending": _PENDING,
    **titles("orders_day", "More orders than usual", "Fewer orders than usual", "Orders as usual", "Orders of the day"),
    **of_day("orders", "Orders"),
    "orders_day.pending": _PENDING,
}
