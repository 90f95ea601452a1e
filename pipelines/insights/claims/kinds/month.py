"""Kinds of statements of the month in money: its profit, what moved it, what loses money, what is left out of it.

What is at stake by them is money of the whole month, by all alike.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.insights.claims.kinds.profit import SUBTOTALS, moved_tone, of_skus
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, always, number
from pipelines.insights.facts import Fact, FactBook

_MONTH, _YEAR = "previous_month", "month_a_year_ago"


def _is_line(fact: Fact) -> bool:
    """Whether it is a line of the statement, and no sum of lines."""
    return fact.subject.key not in SUBTOTALS and bool(fact.value)


def _tone(told: Told, book: FactBook) -> Tone:
    """A loss is a warning. More profit is good news, less is one to look at."""
    if number(told["value"]) < 0:
        return Tone("warning", "warning", "critical")
    change = told.get("change", told.get("orders_change"))
    if change is None or change.direction not in ("up", "down"):
        return Tone()
    return Tone("info", "good", "good") if change.direction == "up" else Tone("info", "info", "warning")


def _several(role: str) -> Callable[[Told, FactBook], bool]:
    return lambda told, book: told[role].value != 1


def _above(role: str) -> Callable[[Told, FactBook], bool]:
    return lambda told, book: number(told[role]) > 0


PROFIT = Kind(
    name="month_profit",
    meaning="the store's profit of the month with margin and TACoS, against the month before and a year ago as far as "
    "they are alike, and how much of it is estimated",
    roles={
        "value": Role("month_profit"),
        "margin": Role("month_margin"),
        "before": Role("month_profit_before"),
        "change": Role("month_profit_vs_before", basis=_MONTH),
        "year_ago": Role("month_profit_year_ago"),
        "year": Role("month_profit_vs_year_ago", basis=_YEAR),
        "orders": Role("month_order_profit"),
        "orders_before": Role("month_order_profit_before"),
        "orders_change": Role("month_order_profit_vs_before", basis=_MONTH),
        "orders_year_ago": Role("month_order_profit_year_ago"),
        "orders_year": Role("month_order_profit_vs_year_ago", basis=_YEAR),
        "tacos": Role("month_tacos"),
        "tacos_before": Role("month_tacos_before"),
        "tacos_change": Role("month_tacos_vs_before", basis=_MONTH),
        "days": Role("month_days"),
        "days_before": Role("month_days_before"),
        "known_from": Role("month_known_from"),
        "estimated": Role("profit_estimated_days", when=lambda fact: bool(fact.value)),
        "until": Role("profit_settled_until"),
        "ads_open": Role("ads_open_days", when=lambda fact: bool(fact.value)),
        "without_ads": Role("profit_days_without_ads", when=lambda fact: bool(fact.value)),
        "estimated_fees": Role("month_estimated_share", when=lambda fact: bool(fact.value)),
        "left_out_share": Role("profit_left_out_share"),
    },
    needs=("value",),
    with_it=("days", "days_before", "known_from", "estimated", "until", "ads_open", "without_ads", "estimated_fees"),
    titles=(
        Part("title.loss", ("value",), when=lambda told, book: number(told["value"]) < 0),
        Part("title", ("value",)),
    ),
    parts=(
        Part("vs", ("value", "margin", "change"), "change", choice="lead"),
        Part("lead", ("value", "margin"), choice="lead"),
        Part("only", ("value",), choice="lead"),
        Part("change", ("change",), "change", when=lambda told, book: "margin" not in told),
        Part("before", ("before",)),
        Part("orders.vs", ("orders", "orders_change"), "orders_change", choice="orders"),
        Part("orders_alone", ("orders_change",), "orders_change", choice="orders"),
        Part("orders", ("orders",), choice="orders"),
        Part("orders_before", ("orders_before",)),
        Part("lengths", ("days", "days_before", "change"), choice="lengths"),
        Part("lengths", ("days", "days_before", "orders_change"), choice="lengths"),
        Part("year", ("year",), "year", choice="year"),
        Part("orders_year", ("orders_year",), "orders_year", choice="year"),
        Part("year_ago", ("year_ago",)),
        Part("orders_year_ago", ("orders_year_ago",)),
        Part("tacos.vs", ("tacos", "tacos_change"), "tacos_change", choice="tacos"),
        Part("tacos", ("tacos",), choice="tacos"),
        Part("tacos_before", ("tacos_before",)),
        Part("known_from", ("known_from",)),
        Part("left_out", ("left_out_share",)),
        Part("without_ads", ("without_ads",)),
        Part("open_until", ("estimated", "until"), choice="open"),
        Part("open", ("estimated",), choice="open"),
        Part("ads_open", ("ads_open",), choice="open"),
        Part("estimated_fees", ("estimated_fees",), when=lambda told, book: "estimated" not in told),
    ),
    whole=(
        ("value", "margin", "change", "year", "orders", "orders_change", "orders_year", "tacos", "days", "estimated"),
    ),
    tone=_tone,
)
MOVED = Kind(
    name="month_parts",
    meaning="the lines of the month's profit that moved it, against the month before; several lines may be named",
    about="part",
    roles={
        "change": Role("month_part_vs_before", "part", basis=_MONTH, when=_is_line),
        "value": Role("month_part", "part"),
        "before": Role("month_part_before", "part"),
        "year": Role("month_part_vs_year_ago", "part", basis=_YEAR, when=_is_line),
        "year_ago": Role("month_part_year_ago", "part"),
        "total": Role("month_profit_vs_before", basis=_MONTH),
        "orders": Role("month_order_profit_vs_before", basis=_MONTH),
    },
    needs=("change",),
    titles=(Part("title.total", ("total",), "total"), Part("title.total", ("orders",), "orders"), Part("title")),
    parts=(
        Part("total", ("total",), "total", choice="sum"),
        Part("orders", ("orders",), "orders", choice="sum"),
        Part("lead", ("change", "value"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("before", ("before",)),
        Part("year", ("year",), "year"),
        Part("year_ago", ("year_ago",)),
    ),
    more=(
        Part("more", ("change", "value"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
    ),
    tone=moved_tone,
)
SKU = of_skus(
    "month_sku_profit",
    "the month before",
    change=Role("month_sku_profit_vs_before", "sku", basis=_MONTH),
    profit=Role("month_sku_profit", "sku"),
)
LOSING = Kind(
    name="losing_skus",
    meaning="a SKU that lost money in the month after its advertising, and how much all such SKUs lost",
    about="sku",
    roles={
        "loss": Role("sku_loss", "sku"),
        "ads": Role("sku_advertising", "sku", when=lambda fact: bool(fact.value)),
        "before": Role("sku_before_ads", "sku"),
        "revenue": Role("sku_revenue", "sku"),
        "count": Role("losing_skus"),
        "total": Role("losing_skus_loss"),
    },
    needs=("loss",),
    titles=(Part("title", ("loss",)),),
    parts=(
        Part("lead_many", ("loss", "count", "total"), when=_several("count"), choice="lead"),
        Part("lead", ("loss",), choice="lead"),
        Part("by_ads", ("ads", "before"), when=_above("before"), choice="by"),
        Part("with_ads", ("ads", "before"), choice="by"),
        Part("without_ads", ("before",), when=lambda told, book: number(told["before"]) < 0, choice="by"),
        Part("ads", ("ads",), choice="by"),
        Part("revenue", ("revenue",)),
    ),
    whole=(("loss", "ads", "before", "revenue", "count", "total"),),
    with_it=("before", "ads", "count", "total"),
    tone=always("info", "warning", "warning"),
    stake=(Stake("losing_skus_loss", "count"), Stake("sku_loss", "loss")),
)
LEFT_OUT = Kind(
    name="left_out_of_profit",
    meaning="how many units are left out of the month's profit, since their costs or fees are not known, and what was "
    "sold of them",
    about="sku",
    roles={
        "units": Role("profit_left_out_units", when=lambda fact: bool(fact.value)),
        "share": Role("profit_left_out_share"),
        "no_cost": Role("units_without_cost", when=lambda fact: bool(fact.value)),
        "no_fees": Role("units_without_fees", when=lambda fact: bool(fact.value)),
        "revenue": Role("left_out_revenue"),
        "of_sku": Role("left_out_sku_units", "sku"),
        "sku_revenue": Role("left_out_sku_revenue", "sku"),
    },
    needs=("units",),
    with_it=("no_cost", "no_fees"),
    titles=(
        Part("title.cost", ("no_cost",)),
        Part(
            "title",
        ),
    ),
    parts=(
        Part("lead", ("units", "share"), choice="lead"),
        Part("only", ("units",), choice="lead"),
        Part("both", ("no_cost", "no_fees"), choice="why"),
        Part("no_cost", ("no_cost",), choice="why"),
        Part("no_fees", ("no_fees",), choice="why"),
        Part("sku", ("of_sku",)),
        Part("sku_revenue", ("sku_revenue",)),
        Part("revenue", ("revenue",)),
    ),
    whole=(("units", "share", "no_cost", "no_fees", "revenue", "of_sku", "sku_revenue"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("left_out_revenue", "units"),),
)
SETTLEMENTS = Kind(
    name="month_settlements",
    meaning="the settlements that ended in the month and what they came to; one may be named with its days",
    about="settlement",
    roles={
        "count": Role("month_settlements", when=lambda fact: bool(fact.value)),
        "total": Role("month_settlements_amount"),
        "amount": Role("settlement_amount", "settlement"),
        "first": Role("settlement_from", "settlement"),
        "last": Role("settlement_to", "settlement"),
        "paid": Role("settlement_deposit_on", "settlement"),
    },
    needs=("count",),
    titles=(Part("title", ("count",)),),
    parts=(
        Part("lead", ("count", "total"), choice="lead"),
        Part("only", ("count",), choice="lead"),
        Part("one_paid", ("amount", "first", "last", "paid"), choice="one"),
        Part("one", ("amount", "first", "last"), choice="one"),
        Part("amount", ("amount",), choice="one"),
        Part("first", ("first",), choice="one"),
        Part("last", ("last",), choice="one"),
        Part("paid", ("paid",), choice="one"),
    ),
)
KINDS = (LOSING, LEFT_OUT, PROFIT, MOVED, SKU, SETTLEMENTS)
