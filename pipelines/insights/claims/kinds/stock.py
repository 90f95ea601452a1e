"""Kinds of statements about stock: what is out, and what runs out soon."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, always, number
from pipelines.insights.facts import FactBook

LOW_COVER_DAYS = 21  # as the measure has it: cover of more days is not low
URGENT_COVER_DAYS = 7

_OF_SKU = {
    "velocity": Role("sku_velocity", "sku"),
    "inbound": Role("stock_inbound", "sku"),
    "sold": Role("sku_units_30d", "sku"),
    "as_of": Role("stock_as_of"),
}


def _comes(told: Told, book: FactBook) -> bool:
    """Whether some of it is on the way."""
    return bool(told["inbound"].value)


def _is_untold(told: Told, book: FactBook) -> bool:
    """Whether nobody knows what is on the way, so that no other sentence names the SKU."""
    return "inbound" not in told


DEMAND = {
    "low": Role("demand_28d_low", "sku"),
    "demand": Role("demand_28d", "sku"),
    "high": Role("demand_28d_high", "sku"),
}
"""The range of demand of the next four weeks."""
_AHEAD = {
    "early": Role("stock_out_early", "sku"),
    "with_inbound": Role("cover_with_inbound", "sku"),
    **DEMAND,
}
FORECASTS = "insights.demand_forecasts"


def _by(book: FactBook, name: str) -> set[bool]:
    """Whether facts of that name go by the forecast: yes, no, or some of them."""
    return {fact.source == FORECASTS for fact in book.all(name)}


def by_what(role: str) -> tuple[Part, ...]:
    """What days and demand go by. role: of the fact that goes by it."""
    return (
        Part("by_both", (role,), when=lambda told, book: len(_by(book, told[role].name)) > 1, choice="basis"),
        Part("by_forecast", (role,), when=lambda told, book: told[role].source == FORECASTS, choice="basis"),
        Part("by_velocity", (role,), choice="basis"),
    )


def _low_tone(told: Told, book: FactBook) -> Tone:
    if "cover" in told and number(told["cover"]) <= URGENT_COVER_DAYS:
        return Tone("critical", "critical", "critical")
    return Tone("warning", "warning", "critical")


OUT_OF_STOCK = Kind(
    name="out_of_stock",
    meaning="SKUs that have nothing on hand; several SKUs may be named",
    about="sku",
    roles={
        "on_hand": Role("stock_on_hand", "sku", when=lambda fact: fact.value == 0),
        "count": Role("skus_out_of_stock", when=lambda fact: bool(fact.value)),
        **_OF_SKU,
        **_AHEAD,
    },
    needs=("on_hand|count",),
    titles=(Part("title_one", ("on_hand",)), Part("title")),
    parts=(
        Part("hurry", ("on_hand", "inbound"), when=_comes, choice="lead"),
        Part("order", ("on_hand", "inbound"), choice="lead"),
        Part("count", ("count",), choice="lead_count"),
        Part("lead", ("on_hand",), choice="lead",
             when=lambda told, book: _is_untold(told, book) and "count" not in told),
        Part("it_is", ("count", "on_hand"), choice="which",
             when=lambda told, book: _is_untold(told, book) and told["count"].value == 1),
        Part("among", ("count", "on_hand"), when=_is_untold, choice="which"),
        Part("velocity", ("velocity", "on_hand")),
        Part("with_inbound", ("inbound", "with_inbound", "on_hand"), when=_comes),
        Part("demand", ("demand", "low", "high", "on_hand")),
        Part("sold", ("sold", "on_hand")),
        Part("as_of", ("as_of",)),
    ),
    more=(Part("more", ("on_hand",), choice="lead"),),
    tone=always("critical"),
    stake=(Stake("stock_at_risk_a_week", "on_hand"),),
)  # fmt: skip
LOW_STOCK = Kind(
    name="low_stock",
    meaning="SKUs whose stock lasts for few days, with the day on which they run out; several SKUs may be named",
    about="sku",
    roles={
        "cover": Role("days_of_cover", "sku", when=lambda fact: number(fact) < LOW_COVER_DAYS),
        "out": Role("stock_out_date", "sku"),
        "held": Role("stock_on_hand", "sku", when=lambda fact: bool(fact.value)),
        "count": Role("skus_low_cover", when=lambda fact: bool(fact.value)),
        **_OF_SKU,
        **_AHEAD,
    },
    needs=("cover|count",),
    titles=(Part("title_one", ("cover",)), Part("title")),
    parts=(
        Part("hurry", ("cover", "out", "inbound"), when=_comes, choice="lead"),
        Part("order", ("cover", "out", "inbound"), choice="lead"),
        Part("lead", ("cover", "out"), choice="lead"),
        Part("only", ("cover",), choice="lead"),
        Part("count", ("count",), choice="lead_count"),
        Part("held", ("held", "cover")),
        Part("sells", ("velocity", "cover")),
        Part("sold", ("sold", "cover")),
        Part("early", ("early", "cover")),
        Part("with_inbound", ("inbound", "with_inbound", "cover"), when=_comes, choice="inbound"),
        Part("inbound", ("inbound", "cover"), choice="inbound",
             when=lambda told, book: _comes(told, book) and "out" not in told),
        Part("demand", ("demand", "low", "high", "cover")),
        *by_what("cover"),
        Part("as_of", ("as_of",)),
    ),
    more=(Part("more", ("cover", "out"), choice="lead"), Part("only", ("cover",), choice="lead")),
    tone=_low_tone,
    stake=(Stake("stock_at_risk_a_week", "cover"),),
)  # fmt: skip
KINDS = (OUT_OF_STOCK, LOW_STOCK)
