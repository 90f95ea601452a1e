"""Kinds of statements of the inventory brief: what to order, what was lost, what to clear, and what cannot be sold."""

from __future__ import annotations

from datetime import timedelta

from pipelines.insights.claims.kinds.stock import DEMAND, by_what
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, always, number
from pipelines.insights.facts import FactBook


def is_late(told: Told, book: FactBook) -> bool:
    """Whether the last day for the order has passed by the day on which the brief is read, the one after its own."""
    return "by" in told and told["by"].value <= book.day  # type: ignore[operator]


def _is_urgent(told: Told, book: FactBook) -> bool:
    return "by" in told and told["by"].value <= book.day + timedelta(days=1)  # type: ignore[operator]


def _is_empty(told: Told, book: FactBook) -> bool:
    return "on_hand" in told and told["on_hand"].value == 0


def _order_tone(told: Told, book: FactBook) -> Tone:
    return Tone("warning", "critical", "critical") if _is_urgent(told, book) else Tone("info", "warning", "warning")


TO_ORDER = Kind(
    name="to_order",
    meaning="what to order: so many units of a SKU by a day, what that costs, and what is lost even so; several may be "
    "named",
    about="sku",
    roles={
        "units": Role("order_units", "sku", when=lambda fact: bool(fact.value)),
        "by": Role("order_by", "sku"),
        "cost": Role("order_cost", "sku"),
        "unit_cost": Role("unit_cost", "sku"),
        "lead": Role("lead_time", "sku"),
        "assumed": Role("lead_time_assumed", "sku"),
        "lost": Role("order_lost_sales", "sku", when=lambda fact: bool(fact.value)),
        "on_hand": Role("stock_on_hand", "sku"),
        "inbound": Role("stock_inbound", "sku"),
        "cover": Role("days_of_cover", "sku"),
        "out": Role("stock_out_date", "sku"),
        **DEMAND,
        "count": Role("orders_due", when=lambda fact: bool(fact.value)),
        "late": Role("orders_late", when=lambda fact: bool(fact.value)),
        "total": Role("orders_cost"),
        "unpriced": Role("orders_without_cost", when=lambda fact: bool(fact.value)),
    },
    needs=("units", "by"),
    with_it=("assumed", "unpriced"),
    titles=(Part("title_late", ("units",), when=is_late), Part("title", ("units",))),
    parts=(
        Part("late", ("units", "by"), when=is_late, choice="lead"),
        Part("lead", ("units", "by"), choice="lead"),
        Part("cost", ("cost", "unit_cost"), choice="cost"),
        Part("only_cost", ("cost",), choice="cost"),
        Part("total", ("count", "total"), when=lambda told, book: number(told["count"]) > 1, choice="count"),
        Part("count", ("count",), when=lambda told, book: number(told["count"]) > 1, choice="count"),
        Part("unpriced", ("total", "unpriced")),
        Part("were_late", ("late",), when=lambda told, book: number(told["late"]) > 1),
        Part("empty_inbound", ("on_hand", "inbound"), choice="stock",
             when=lambda told, book: _is_empty(told, book) and bool(told["inbound"].value)),
        Part("empty", ("on_hand",), when=_is_empty, choice="stock"),
        Part("lasts_inbound", ("cover", "out", "inbound"), choice="stock",
             when=lambda told, book: bool(told["inbound"].value)),
        Part("lasts", ("cover", "out"), choice="stock"),
        Part("lost", ("lost",)),
        Part("demand", ("demand", "low", "high")),
        Part("assumed", ("assumed",)),
        Part("lead_time", ("lead",)),
        *by_what("demand"),
    ),
    more=(
        Part("more_cost", ("units", "by", "cost"), choice="lead"),
        Part("more", ("units", "by"), choice="lead"),
    ),
    whole=(("units", "by", "cost", "count", "total", "lost"),),
    tone=_order_tone,
    stake=(Stake("order_delay_a_week", "units"),),
    tells={
        "out_of_stock": _is_empty,
        "low_stock": lambda told, book: "cover" in told and "out" in told,
    },
)  # fmt: skip
LOST_SALES = Kind(
    name="lost_sales",
    meaning="what days without stock cost in sales over thirty days, an estimate; several SKUs may be named",
    about="sku",
    roles={
        "lost": Role("lost_sales_30d", "sku", when=lambda fact: bool(fact.value)),
        "days": Role("out_days_30d", "sku"),
        "units": Role("lost_units_30d", "sku"),
        "velocity": Role("sku_velocity", "sku"),
        "total": Role("lost_sales_of_all_30d", when=lambda fact: bool(fact.value)),
        "count": Role("skus_out_30d", when=lambda fact: bool(fact.value)),
    },
    needs=("lost",),
    titles=(Part("title", ("lost",)),),
    parts=(
        Part("total", ("total", "count"), when=lambda told, book: number(told["count"]) > 1),
        Part("days", ("lost", "days"), choice="lead"),
        Part("lead", ("lost",), choice="lead"),
        Part("units", ("units", "velocity"), choice="units"),
        Part("only_units", ("units",), choice="units"),
    ),
    more=(Part("more_days", ("lost", "days"), choice="lead"), Part("more", ("lost",), choice="lead")),
    whole=(("lost", "days", "units", "total", "count"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("lost_sales_a_week", "lost"),),
)
TO_CLEAR = Kind(
    name="to_clear",
    meaning="what to clear: units beyond what sells in ninety days, units that grow old, and what keeping them costs; "
    "several SKUs may be named",
    about="sku",
    roles={
        "surplus": Role("surplus_units", "sku", when=lambda fact: bool(fact.value)),
        "cost": Role("surplus_cost", "sku"),
        "cover": Role("days_of_cover", "sku"),
        "held": Role("stock_on_hand", "sku"),
        "aged": Role("aged_units", "sku", when=lambda fact: bool(fact.value)),
        "surcharge": Role("aged_surcharge", "sku", when=lambda fact: bool(fact.value)),
        "storage": Role("storage_month", "sku"),
        "keeping": Role("keeping_month", "sku"),
        "count": Role("skus_to_clear", when=lambda fact: bool(fact.value)),
        "total": Role("surplus_cost_of_all"),
        "keeping_total": Role("keeping_month_of_all"),
        "value": Role("stock_value"),
    },
    needs=("surplus|surcharge",),
    titles=(Part("title", ("surplus",)), Part("title_aged", ("surcharge",))),
    parts=(
        Part("lead_cost", ("surplus", "cost"), choice="lead"),
        Part("lead", ("surplus",), choice="lead"),
        Part("lead_aged", ("aged", "surcharge"), choice="lead"),
        Part("lead_surcharge", ("surcharge",), choice="lead"),
        Part("keeping", ("keeping",)),
        Part("cover", ("cover", "held"), when=lambda told, book: "surplus" in told),
        Part("aged", ("surplus", "aged", "surcharge"), choice="aged"),
        Part("surcharge", ("surplus", "surcharge"), choice="aged"),
        Part("old", ("surplus", "aged"), choice="aged"),
        Part("storage", ("storage",)),
        Part("of_value", ("total", "value", "count"), choice="total"),
        Part("total", ("total", "count"), choice="total"),
        Part("keeping_total", ("keeping_total", "count"), when=lambda told, book: number(told["count"]) > 1),
    ),
    more=(
        Part("more_keeping", ("surplus", "keeping"), choice="lead"),
        Part("more", ("surplus",), choice="lead"),
        Part("more_surcharge", ("surcharge",), choice="lead"),
    ),
    whole=(("surplus", "cost", "cover", "aged", "surcharge", "count", "total", "value"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("keeping_a_week", "surplus"), Stake("keeping_a_week", "surcharge")),
)
STRANDED = Kind(
    name="stranded_stock",
    meaning="units that lie at Amazon without a listing that sells; several SKUs may be named",
    about="sku",
    roles={
        "units": Role("stranded_units", "sku", when=lambda fact: bool(fact.value)),
        "cost": Role("stranded_cost", "sku"),
        "count": Role("stranded_skus", when=lambda fact: bool(fact.value)),
        "total": Role("stranded_units_of_all"),
    },
    needs=("units",),
    titles=(Part("title", ("units",)),),
    parts=(
        Part("lead_cost", ("units", "cost"), choice="lead"),
        Part("lead", ("units",), choice="lead"),
        Part("total", ("count", "total"), when=lambda told, book: number(told["count"]) > 1),
    ),
    more=(Part("more", ("units",), choice="lead"),),
    whole=(("units", "cost", "count", "total"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("stranded_sales_a_week", "units"),),
)
UNSELLABLE = Kind(
    name="unsellable_stock",
    meaning="units that cannot be sold, what they cost, and what is being removed",
    roles={
        "units": Role("unsellable_units", when=lambda fact: bool(fact.value)),
        "count": Role("unsellable_skus", when=lambda fact: bool(fact.value)),
        "cost": Role("unsellable_cost"),
        "removing": Role("removals_in_process", when=lambda fact: bool(fact.value)),
        "fees": Role("removal_fees"),
    },
    needs=("units",),
    titles=(Part("title", ("units",)),),
    parts=(
        Part("lead", ("units", "count"), choice="lead"),
        Part("only", ("units",), choice="lead"),
        Part("cost", ("cost",)),
        Part("removing", ("removing",)),
        Part("fees", ("fees",)),
    ),
    whole=(("units", "count", "cost"), ("removing", "fees")),
)
RESERVED = Kind(
    name="reserved_stock",
    meaning="units that are reserved, and what for",
    roles={
        "units": Role("reserved_units", when=lambda fact: bool(fact.value)),
        "orders": Role("reserved_for_orders"),
        "transfer": Role("reserved_in_transfer"),
        "processing": Role("reserved_in_processing"),
    },
    needs=("units",),
    titles=(Part("title", ("units",)),),
    parts=(
        Part("lead", ("units",), choice="lead"),
        Part("split", ("orders", "transfer", "processing")),
        Part("orders", ("orders",), when=lambda told, book: not {"transfer", "processing"} <= told.keys()),
    ),
    whole=(("units", "orders", "transfer", "processing"),),
)
KINDS = (TO_ORDER, LOST_SALES, TO_CLEAR, STRANDED, UNSELLABLE, RESERVED)
