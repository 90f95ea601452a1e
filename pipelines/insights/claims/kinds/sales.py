"""Kinds of statements about sales: the store's day and week, orders and units. Why they changed is in `why.py`."""

from __future__ import annotations

from pipelines.insights.claims.kinds.measures import of_day, of_week
from pipelines.insights.claims.kinds.types import Part, Role, Stake, Told, found
from pipelines.insights.facts import FactBook

PENDING = {"pending": Role("pending_units_day", when=lambda fact: bool(fact.value))}


def _undecided(told: Told, book: FactBook) -> bool:
    """Whether the day is not compared because what awaits payment may make up for a fall."""
    return found(book, "sales_vs_weekday", "store") is None


SALES_DAY = of_day(
    "sales",
    "the store's sales of the day, against the usual of the weekday",
    roles={
        "orders": Role("orders_day"),
        "units": Role("units_day"),
        "week": Role("sales_7d"),
        "week_change": Role("sales_vs_previous_7d", basis="previous_7d"),
        **PENDING,
    },
    beside=(
        Part("orders", ("orders", "units"), choice="orders"),
        Part("only_orders", ("orders",), choice="orders"),
        Part("only_units", ("units",), choice="orders"),
    ),
    parts=(
        Part("week", ("week", "week_change"), "week_change", choice="week"),
        Part("only_week", ("week",), choice="week"),
        Part("pending", ("pending",)),
        Part("undecided", ("pending", "usual"), when=_undecided),
    ),
    with_it=("pending",),
    whole=(("value", "change", "since", "orders", "units", "pending"), ("week", "week_change")),
    stake=(Stake("sales_day_difference", "value"),),
)
UNITS_DAY = of_day(
    "units",
    "units sold on the day, against the usual of the weekday",
    roles={**PENDING, "cancelled": Role("cancelled_units_day")},
    parts=(Part("cancelled", ("cancelled",)), Part("pending", ("pending",))),
    with_it=("pending",),
    whole=(("value", "change", "since", "cancelled", "pending"),),
)
ORDERS_DAY = of_day(
    "orders",
    "orders of the day, against the usual of the weekday",
    roles=PENDING,
    parts=(Part("pending", ("pending",)),),
    with_it=("pending",),
    whole=(("value", "change", "since", "pending"),),
)
SALES_WEEK = of_week(
    "sales",
    "the store's sales of seven days, against the seven before",
    rise_is_good=True,
    stake=(Stake("sales_change", "value"),),
)
KINDS = (SALES_DAY, SALES_WEEK, UNITS_DAY, ORDERS_DAY)
