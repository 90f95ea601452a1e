"""Kinds of statements about why sales changed: the SKUs that moved, what stands beside them, the parts of the change.

What is beside a change happened at the same time, and its own figure points the same way; that it is the reason is not
said.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.insights.claims.kinds.measures import tone_of_change
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, number
from pipelines.insights.facts import FactBook

SNAPSHOT_WITHIN_DAYS = 2  # The snapshot of the night after the last day, or of the one after that.


def _with(role: str, *, opposite: bool = False) -> Callable[[Told, FactBook], bool]:
    """Whether a figure moved as the sales did, or the opposite way."""
    return lambda told, book: _goes_with(told, role, opposite)


def _goes_with(told: Told, role: str, opposite: bool = False) -> bool:
    way, with_it = told["change"].direction, told[role].direction
    return {way, with_it} == {"up", "down"} if opposite else way == with_it != "flat"


def _went(way: str) -> Callable[[Told, FactBook], bool]:
    return lambda told, book: told["change"].direction == way


def is_out(told: Told, book: FactBook) -> bool:
    """Whether nothing is on hand, soon after the days of the fall: of an earlier week today's stock says nothing."""
    if told["change"].direction != "down" or "on_hand" not in told:
        return False
    return 0 <= (told["on_hand"].period[1] - told["change"].period[1]).days <= SNAPSHOT_WITHIN_DAYS


def _largely(role: str) -> Callable[[Told, FactBook], bool]:
    """Whether a part is at least half of the change, and goes the same way."""
    return lambda told, book: _goes_with(told, role) and 2 * abs(number(told[role])) >= abs(number(told["change"]))


_tone_of_change = tone_of_change("change", rise_is_good=True, else_="warning")


def _tone(told: Told, book: FactBook) -> Tone:
    """What is out of stock and lost sales by it is as urgent as what is out of stock."""
    if is_out(told, book):
        return Tone("critical", "critical", "critical")
    return _tone_of_change(told, book)


BESIDE = (
    Part("out_still", ("out", "on_hand", "change"), when=is_out, choice="out"),
    Part("out", ("out", "change"), when=_went("down"), choice="out"),
    Part("empty", ("on_hand", "change"), when=is_out, choice="out"),
    Part("was_out", ("was_out", "change"), when=_went("up")),
    Part("buy_box", ("buy_box", "change"), "buy_box", when=_with("buy_box")),
    Part("buy_box_open", ("buy_box", "change"), choice="open",
         when=lambda told, book: bool(told["buy_box"].open_days) and _goes_with(told, "buy_box")),
    Part("rival", ("rival", "change"), when=lambda told, book: _went("down")(told, book) and _goes_with(told, "rival")),
    Part("price", ("price_change", "price", "change"), "price_change", when=_with("price_change", opposite=True)),
    Part("clicks", ("clicks_change", "clicks", "change"), "clicks_change", when=_with("clicks_change")),
    Part("by_price", ("by_price", "change"), "by_price", when=_largely("by_price"), choice="by"),
    Part("by_traffic", ("by_traffic", "change"), "by_traffic", when=_largely("by_traffic"), choice="by"),
    Part("by_conversion", ("by_conversion", "change"), "by_conversion", when=_largely("by_conversion"), choice="by"),
)  # fmt: skip
SKU_SALES = Kind(
    name="sku_sales",
    meaning="SKUs whose sales of seven days changed most, in money, and what changed beside; several may be named",
    about="sku",
    roles={
        "change": Role("sku_sales_change", "sku", basis="previous_7d"),
        "sales": Role("sku_sales_7d", "sku", basis="previous_7d"),
        "before": Role("sku_sales_previous_7d", "sku"),
        "on_hand": Role("stock_on_hand", "sku", when=lambda fact: fact.value == 0),
        "out": Role("sku_days_out", "sku", when=lambda fact: bool(fact.value)),
        "was_out": Role("sku_days_out_before", "sku", when=lambda fact: bool(fact.value)),
        "buy_box": Role("buy_box_change", "sku", basis="previous_7d"),
        "rival": Role("sku_competitor_price_change", "sku", basis="previous_price"),
        "price": Role("sku_price", "sku"),
        "price_change": Role("sku_price_change", "sku"),
        "clicks": Role("sku_ad_clicks", "sku"),
        "clicks_change": Role("sku_ad_clicks_change", "sku"),
        "by_price": Role("sku_sales_from_price", "sku"),
        "by_units": Role("sku_sales_from_units", "sku"),
        "by_traffic": Role("sku_sales_from_traffic", "sku"),
        "by_conversion": Role("sku_sales_from_conversion", "sku"),
    },
    needs=("change",),
    # whatever a model cites: a fall whose shelf was empty is half true without it
    with_it=("on_hand", "out", "was_out", "buy_box", "rival", "price", "price_change", "clicks", "clicks_change"),
    titles=(
        Part("title_out", ("change", "on_hand"), when=is_out),
        Part("title", ("change",), "change"),
    ),
    parts=(
        Part("lead", ("change", "sales"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("before", ("before",)),
        *BESIDE,
        Part("by_units", ("by_units", "change"), "by_units", when=_largely("by_units"), choice="by"),
    ),
    more=(
        Part("more", ("change", "sales"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        *BESIDE,
    ),
    whole=(("change", "sales", "out", "buy_box", "by_price", "by_units", "by_traffic", "by_conversion"),),
    tone=_tone,
    stake=(Stake("sku_sales_change", "change"),),
    tells={"out_of_stock": is_out, "buy_box": lambda told, book: "buy_box" in told and _goes_with(told, "buy_box")},
)


def _drivers_tone(told: Told, book: FactBook) -> Tone:
    return Tone("info", "info", "warning") if told["change"].direction == "down" else Tone("info", "info", "info")


SALES_DRIVERS = Kind(
    name="sales_drivers",
    meaning="what the change of the store's sales is made of: visits, conversion, prices and the mix of products; the "
    "parts add up to it",
    roles={
        "change": Role("sales_change"),
        "traffic": Role("sales_from_traffic"),
        "conversion": Role("sales_from_conversion"),
        "units": Role("sales_from_units"),
        "price": Role("sales_from_price"),
        "mix": Role("sales_from_mix"),
    },
    needs=("change", "price", "mix", "units|traffic"),
    with_it=("traffic", "conversion", "units"),
    titles=(Part("title", ("change",), "change"),),
    parts=(
        Part("lead", ("change", "price", "mix"), "change", choice="lead"),
        Part("traffic", ("traffic", "conversion"), "traffic", choice="units"),
        Part("units", ("units",), "units", choice="units"),
        Part("conversion", ("traffic", "conversion"), "conversion"),
        Part("price", ("price",), "price"),
        Part("mix", ("mix",), "mix"),
        Part("same_age", ("traffic",), when=lambda told, book: bool(told["traffic"].open_days), choice="open"),
        Part("unsplit", ("units",), choice="open"),
    ),
    whole=(("change", "traffic", "conversion", "units", "price", "mix"),),
    tone=_drivers_tone,
    stake=(Stake("sales_change", "change"),),
)
KINDS = (SALES_DRIVERS, SKU_SALES)
