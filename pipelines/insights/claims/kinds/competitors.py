"""Kinds of statements about competitors: a changed price against our own, and who is out of stock."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, always
from pipelines.insights.facts import FactBook


def _one_currency(told: Told, book: FactBook) -> bool:
    price = told.get("price")
    return price is None or price.currency == told["own"].currency


def _tone(told: Told, book: FactBook) -> Tone:
    if told["change"].direction == "down" and "gap" in told and told["gap"].direction == "down":
        return Tone("info", "warning", "warning")
    return Tone()


COMPETITOR_PRICE = Kind(
    name="competitor_price",
    meaning="competitors' changed prices, and how they stand to ours; several may be named",
    about="competitor",
    roles={
        "change": Role("competitor_price_change", "competitor", basis="previous_price"),
        "price": Role("competitor_price", "competitor", basis="previous_price"),
        "before": Role("competitor_previous_price", "competitor"),
        "on": Role("competitor_changed_on", "competitor"),
        "gap": Role("price_gap", "competitor", basis="own_price"),
        "own": Role("own_price", "asin"),
    },
    needs=("change",),
    with_it=("price",),
    titles=(Part("title", ("change",), "change"),),
    parts=(
        Part("lead", ("change", "price", "on"), "change", choice="lead"),
        Part("price", ("change", "price"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("before", ("before",)),
        Part("gap", ("gap", "own", "price"), "gap", when=_one_currency, choice="gap"),
        Part("own", ("own",), when=lambda told, book: "gap" not in told, choice="gap"),
    ),
    more=(
        Part("lead", ("change", "price", "on"), "change", choice="lead"),
        Part("price", ("change", "price"), "change", choice="lead"),
        Part("only", ("change",), "change", choice="lead"),
        Part("gap", ("gap", "own", "price"), "gap", when=_one_currency),
    ),
    tone=_tone,
    stake=(Stake("undercut_a_week", "gap"),),
)
COMPETITOR_OUT = Kind(
    name="competitor_out",
    meaning="competitors that are out of stock, and since when; several may be named",
    about="competitor",
    roles={"since": Role("competitor_out_since", "competitor")},
    needs=("since",),
    titles=(Part("title", ("since",)),),
    parts=(Part("lead", ("since",), choice="lead"),),
    more=(Part("lead", ("since",), choice="lead"),),
    tone=always("info", "good", "good"),
    stake=(Stake("rival_tenth_a_week", "since"),),
)
KINDS = (COMPETITOR_PRICE, COMPETITOR_OUT)
