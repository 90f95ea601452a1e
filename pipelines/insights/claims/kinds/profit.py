"""Kinds of statements about profit: the week's, what moved it, and that of the days which settlements cover."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, number
from pipelines.insights.facts import Fact, FactBook

SUBTOTALS = ("order_profit", "profit")
_BASIS = "orders_previous_7d"


def _is_line(fact: Fact) -> bool:
    """Whether it is a line of the statement, and no sum of lines."""
    return fact.subject.key not in SUBTOTALS and bool(fact.value)


def _loses(told: Told, book: FactBook) -> bool:
    return number(told["value"]) < 0


def _is_the_reason(told: Told, book: FactBook) -> bool:
    """Whether the first line moved the profit of orders the way that it went. Advertising is no line of it."""
    change = told["change"]
    return change.subject.key != "advertising" and change.direction == told["total"].direction


def _profit_tone(told: Told, book: FactBook) -> Tone:
    """A loss is a warning. What orders earn more is good news, what they earn less is one to look at."""
    if "value" in told and number(told["value"]) < 0:
        return Tone("warning", "warning", "critical")
    change = told.get("change")
    if change is None or change.direction not in ("up", "down"):
        return Tone()
    return Tone("info", "good", "good") if change.direction == "up" else Tone("info", "info", "warning")


def moved_tone(told: Told, book: FactBook) -> Tone:
    """Of a change of profit: good up, to be watched down."""
    up = told["change"].direction == "up"
    return Tone("info", "info", "good" if up else "warning")


def of_skus(name: str, before: str, *, change: Role, profit: Role, stake: tuple[Stake, ...] = ()) -> Kind:
    """SKUs that moved the profit. before: the days that they are compared with, in words."""
    return Kind(
        name=name,
        meaning=f"SKUs whose orders earned most more or less than in {before}, before advertising; several SKUs may be "
        "named",
        about="sku",
        roles={"change": change, "profit": profit},
        needs=("change",),
        titles=(Part("title", ("change",), "change"),),
        parts=(
            Part("lead", ("change", "profit"), "change", choice="lead"),
            Part("only", ("change",), "change", choice="lead"),
        ),
        more=(
            Part("more", ("change", "profit"), "change", choice="lead"),
            Part("only", ("change",), "change", choice="lead"),
        ),
        whole=(("change", "profit"),),
        tone=moved_tone,
        stake=stake,
    )


WEEK = Kind(
    name="profit_week",
    meaning="the store's profit of seven days with margin and TACoS, what its orders earned against the seven days "
    "before, and how much of it is estimated",
    roles={
        "value": Role("profit_7d"),
        "margin": Role("margin_7d"),
        "tacos": Role("tacos_7d"),
        "tacos_before": Role("tacos_previous_7d"),
        "tacos_change": Role("tacos_vs_previous_7d", basis="previous_7d"),
        "orders": Role("order_profit_7d"),
        "orders_before": Role("order_profit_previous_7d"),
        "change": Role("order_profit_change", basis=_BASIS),
        "year": Role("order_profit_year_ago"),
        "year_change": Role("order_profit_vs_year_ago", basis="orders_year_ago"),
        "day": Role("profit_day"),
        "day_margin": Role("margin_day"),
        "settled": Role("settled_profit_7d"),
        "settled_margin": Role("settled_margin_7d"),
        "settled_change": Role("settled_profit_change", basis="seven_before"),
        "estimated": Role("profit_estimated_days", when=lambda fact: bool(fact.value)),
        "until": Role("profit_settled_until"),
        "left_out": Role("profit_left_out_units", when=lambda fact: bool(fact.value)),
        "left_out_share": Role("profit_left_out_share"),
        "without_ads": Role("profit_days_without_ads", when=lambda fact: bool(fact.value)),
    },
    needs=("value",),
    with_it=("estimated", "until", "without_ads", "left_out", "left_out_share"),
    titles=(
        Part("title.loss", ("value",), when=_loses),
        Part("title.vs", ("change",), "change"),
        Part("title"),
    ),
    parts=(
        Part("lead", ("value", "margin"), choice="lead"),
        Part("only", ("value",), choice="lead"),
        Part("vs", ("change", "orders"), "change", choice="vs"),
        Part("vs_alone", ("change",), "change", choice="vs"),
        Part("orders", ("orders",), choice="vs"),
        Part("orders_before", ("orders_before",)),
        Part("year", ("year_change", "year"), "year_change", choice="year"),
        Part("year_alone", ("year_change",), "year_change", choice="year"),
        Part("year_ago", ("year",), choice="year"),
        Part("tacos.vs", ("tacos", "tacos_change"), "tacos_change", choice="tacos"),
        Part("tacos", ("tacos",), choice="tacos"),
        Part("tacos_before", ("tacos_before",)),
        Part("day", ("day", "day_margin"), choice="day"),
        Part("day_alone", ("day",), choice="day"),
        Part("left_out", ("left_out", "left_out_share")),
        Part("without_ads", ("without_ads",)),
        Part("open_until", ("estimated", "until"), choice="open"),
        Part("open", ("estimated",), choice="open"),
        Part("settled.vs", ("settled", "settled_margin", "settled_change"), "settled_change", choice="settled"),
        Part("settled", ("settled", "settled_margin"), choice="settled"),
    ),
    whole=(
        ("settled", "settled_margin", "settled_change"),
        ("value", "margin", "tacos", "orders", "change", "year_change", "estimated", "left_out", "left_out_share"),
        ("day", "day_margin"),
    ),
    tone=_profit_tone,
    stake=(Stake("order_profit_change", "value"),),
)
MOVED = Kind(
    name="profit_parts",
    meaning="the lines of the profit (revenue, fees, advertising, goods) that moved it, against the seven days before; "
    "several lines may be named",
    about="part",
    roles={
        "change": Role("part_change", "part", basis=_BASIS, when=_is_line),
        "value": Role("part_7d", "part"),
        "before": Role("part_previous_7d", "part"),
        "total": Role("order_profit_change", basis=_BASIS),
    },
    needs=("change",),
    titles=(Part("title.total", ("total", "change"), "total", when=_is_the_reason), Part("title")),
    parts=(
        Part("total", ("total",), "total"),
        Part("lead", ("change", "value"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("before", ("before",)),
    ),
    more=(
        Part("more", ("change", "value"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
    ),
    tone=moved_tone,
    stake=(Stake("order_profit_change", "total"), Stake("part_change", "change")),
)
SKU = of_skus(
    "sku_profit",
    "the seven days before",
    change=Role("sku_profit_change", "sku", basis=_BASIS),
    profit=Role("sku_profit_7d", "sku"),
    stake=(Stake("sku_profit_change", "change"),),
)
SETTLED = Kind(
    name="settled_profit",
    meaning="the profit of the last seven days that settlements cover, refunds and storage in it, against the seven "
    "before",
    roles={
        "value": Role("settled_profit_7d"),
        "margin": Role("settled_margin_7d"),
        "change": Role("settled_profit_change", basis="seven_before"),
        "estimated": Role("settled_estimated_share", when=lambda fact: bool(fact.value)),
    },
    needs=("value",),
    with_it=("estimated",),
    titles=(
        Part("title.loss", ("value",), when=_loses),
        Part("title.vs", ("change",), "change"),
        Part("title"),
    ),
    parts=(
        Part("lead", ("value", "margin"), choice="lead"),
        Part("only", ("value",), choice="lead"),
        Part("vs", ("change",), "change"),
        Part("estimated", ("estimated",)),
    ),
    whole=(("value", "margin", "change", "estimated"),),
    tone=_profit_tone,
    stake=(Stake("settled_profit_change", "value"),),
)
KINDS = (WEEK, MOVED, SKU, SETTLED)
