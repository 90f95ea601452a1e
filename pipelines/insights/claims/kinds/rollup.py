"""Kinds of statements of the roll-up: all stores of a tenant together, and which of them moved, lost, or lacks what."""

from __future__ import annotations

from pipelines.insights.claims.kinds.measures import tone_of_change
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Told, Tone, always, number
from pipelines.insights.facts import FactBook

_WEEK, _ORDERS = "previous_7d", "orders_previous_7d"


def _moved_most(told: Told, book: FactBook) -> bool:
    """Whether no other store's sales moved as far."""
    own = abs(number(told["change"]))
    others = [fact for fact in book.all("shop_sales_change") if fact.subject.key != told["change"].subject.key]
    return bool(others) and all(abs(number(fact)) < own for fact in others)


def _loses(told: Told, book: FactBook) -> bool:
    return number(told["profit"]) < 0


def _shop_tone(told: Told, book: FactBook) -> Tone:
    return Tone("warning", "warning", "critical") if _loses(told, book) else Tone()


TOTAL = Kind(
    name="rollup_total",
    meaning="sales without VAT of all stores in the reporting currency, against the week before, with profit, margin, "
    "advertising and TACoS",
    roles={
        "sales": Role("rollup_sales"),
        "change": Role("rollup_sales_vs_before", basis=_WEEK),
        "amount": Role("rollup_sales_change", basis=_WEEK),
        "before": Role("rollup_sales_before"),
        "stores": Role("rollup_stores"),
        "compared": Role("rollup_compared_stores"),
        "profit": Role("rollup_profit"),
        "margin": Role("rollup_margin"),
        "profit_stores": Role("rollup_profit_stores"),
        "orders": Role("rollup_order_profit_change", basis=_ORDERS),
        "ads": Role("rollup_ad_spend"),
        "tacos": Role("rollup_tacos"),
        "until": Role("rollup_settled_until"),
        "left_out": Role("profit_left_out_units", when=lambda fact: bool(fact.value)),
        "left_out_share": Role("profit_left_out_share"),
    },
    needs=("sales",),
    with_it=("compared", "profit_stores", "until", "left_out", "left_out_share"),
    titles=(Part("title.vs", ("change",), "change"), Part("title")),
    parts=(
        Part("vs_some", ("sales", "change", "compared"), "change", choice="lead"),
        Part("vs", ("sales", "change"), "change", choice="lead"),
        Part("value", ("sales",), choice="lead"),
        Part("amount", ("amount",), "amount"),
        Part("before", ("before",)),
        Part("stores", ("stores",)),
        Part("profit_some", ("profit", "margin", "profit_stores"), choice="profit"),
        Part("profit", ("profit", "margin"), choice="profit"),
        Part("profit_alone", ("profit",), choice="profit"),
        Part("margin", ("margin",), choice="profit"),
        Part("orders", ("orders",), "orders"),
        Part("ads", ("ads", "tacos"), choice="ads"),
        Part("ads_alone", ("ads",), choice="ads"),
        Part("tacos", ("tacos",), choice="ads"),
        Part("left_out", ("left_out", "left_out_share", "profit")),
        Part("open", ("until", "profit"), choice="open"),
    ),
    whole=(("sales", "change", "amount", "profit", "margin", "orders", "ads", "tacos", "left_out", "left_out_share"),),
    tone=tone_of_change("change", rise_is_good=True),
)
SALES = Kind(
    name="shop_sales",
    meaning="a store of the tenant whose sales moved those of all stores, in the reporting currency; several may be "
    "named",
    about="shop",
    roles={
        "change": Role("shop_sales_change", "shop", basis=_WEEK),
        "percent": Role("shop_sales_vs_before", "shop", basis=_WEEK),
        "sales": Role("shop_sales", "shop"),
        "share": Role("shop_sales_share", "shop"),
    },
    needs=("change",),
    titles=(
        Part("title_most", ("change",), "change", when=_moved_most),
        Part("title", ("change",), "change"),
    ),
    parts=(
        Part("lead", ("change", "sales"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("percent", ("percent",), "percent"),
        Part("share", ("share",)),
    ),
    more=(
        Part("more", ("change", "sales"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
    ),
    whole=(("change", "percent", "sales", "share"),),
    tone=tone_of_change("percent", rise_is_good=True),
)
PROFIT = Kind(
    name="shop_profit",
    meaning="the profit of one of the tenant's stores in the reporting currency, with its margin and TACoS; several "
    "may be named",
    about="shop",
    roles={
        "profit": Role("shop_profit", "shop"),
        "margin": Role("shop_margin", "shop"),
        "change": Role("shop_order_profit_change", "shop", basis=_ORDERS),
        "tacos": Role("shop_tacos", "shop"),
        "estimated": Role("shop_estimated_days", "shop", when=lambda fact: bool(fact.value)),
    },
    needs=("profit",),
    with_it=("estimated",),
    titles=(Part("title_loss", ("profit",), when=_loses), Part("title", ("profit",))),
    parts=(
        Part("lead", ("profit", "margin"), choice="lead"),
        Part("only", ("profit",), choice="lead"),
        Part("change", ("change",), "change"),
        Part("tacos", ("tacos",)),
        Part("estimated", ("estimated",), choice="open"),
    ),
    more=(Part("only", ("profit",), choice="lead"),),
    whole=(("profit", "margin", "change", "tacos", "estimated"),),
    tone=_shop_tone,
)
GAPS = Kind(
    name="shop_gaps",
    meaning="a store of the tenant whose reports lack days, or whose orders end before the last day; several may be "
    "named",
    about="shop",
    roles={
        "days": Role("shop_gap_days", "shop", when=lambda fact: bool(fact.value)),
        "reports": Role("shop_gaps", "shop", when=lambda fact: bool(fact.value)),
        "late": Role("shop_late_days", "shop", when=lambda fact: bool(fact.value)),
        "until": Role("shop_until", "shop"),
    },
    needs=("days|late",),
    with_it=("until",),
    titles=(Part("title_late", ("late",)), Part("title", ("days",))),
    parts=(
        Part("late", ("late", "until"), choice="lead"),
        Part("lead", ("days", "reports"), choice="lead_gaps"),
        Part("only", ("days",), choice="lead_gaps"),
    ),
    more=(
        Part("late", ("late", "until"), choice="lead"),
        Part("lead", ("days", "reports"), choice="lead_gaps"),
        Part("only", ("days",), choice="lead_gaps"),
    ),
    tone=lambda told, book: (
        Tone("warning", "warning", "critical") if "late" in told else Tone("info", "info", "warning")
    ),
)
RATES = Kind(
    name="shop_without_rate",
    meaning="a store of the tenant that is in no sum, since its currency has no exchange rate; several may be named",
    about="shop",
    roles={"days": Role("shop_days_without_rate", "shop", when=lambda fact: bool(fact.value))},
    needs=("days",),
    titles=(Part("title", ("days",)),),
    parts=(Part("lead", ("days",), choice="lead"),),
    more=(Part("more", ("days",), choice="lead"),),
    tone=always("warning"),
)
KINDS = (TOTAL, SALES, PROFIT, GAPS, RATES)
