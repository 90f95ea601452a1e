"""The frames of Chinese: sales, orders and units. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, titles
from pipelines.insights.claims.frames.zh.measures import of_day, of_week

_PENDING = ("另有{pending}待付款，尚未计入。", "尚未计入的还有待付款的{pending}。")


FRAMES: Frames = {
    **titles("sales_day", "销售额高于常态", "销售额低于常态", "销售额与常态相当", "当日销售额"),
    **of_day("sales", "销售额"),
    "sales_day.orders": ("来自{orders}笔订单，共{units}。", "共{orders}笔订单、{units}。"),
    "sales_day.only_orders": ("来自{orders}笔订单。", "共{orders}笔订单。"),
    "sales_day.only_units": ("共售出{units}。", "售出{units}。"),
    "sales_day.week.up": (
        "{week.when}销售额较{week_change.against}增长{week_change.size}，达到{week}。",
        "与{week_change.against}相比，{week.when}销售额增长{week_change.size}，达到{week}。",
    ),
    "sales_day.week.down": (
        "{week.when}销售额较{week_change.against}下降{week_change.size}，为{week}。",
        "与{week_change.against}相比，{week.when}销售额下降{week_change.size}，为{week}。",
    ),
    "sales_day.week.flat": (
        "{week.when}销售额为{week}，与{week_change.against}大致相当。",
        "与{week_change.against}相比，{week.when}销售额变化不大，为{week}。",
    ),
    "sales_day.only_week": ("{week.when}销售额为{week}。", "销售额在{week.when}为{week}。"),
    "sales_day.pending": _PENDING,
    "sales_day.undecided": (
        "当日能否达到同一星期几的常态{usual}，取决于这些待付款件。",
        "这些待付款件决定当日能否达到同一星期几的常态{usual}。",
    ),
    **titles("sales_week", "周销售额增长", "周销售额下降", "周销售额持平", "周销售额"),
    **of_week("sales", "销售额"),
    **titles("units_day", "销量高于常态", "销量低于常态", "销量与常态相当", "当日销量"),
    **of_day("units", "销量"),
    "units_day.cancelled": ("取消：{cancelled}。",),
    "units_day.pending": _PENDING,
    **titles("orders_day", "订单多于常态", "订单少于常态", "订单与常态相当", "当日订单"),
    **of_day("orders", "订单数"),
    "orders_day.pending": _PENDING,
}
