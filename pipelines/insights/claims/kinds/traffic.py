"""Kinds of statements about visits, conversion and the buy box. What is not final is told with each of them."""

from __future__ import annotations

from pipelines.insights.claims.kinds.measures import of_day
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, Tone, found
from pipelines.insights.facts import FactBook

FINAL_ON = {"final_on": Role("traffic_final_on")}


def _uncompared(told: Told, book: FactBook) -> bool:
    return found(book, "sessions_vs_weekday", "store") is None and found(book, "sessions_week_ago", "store") is None


OPEN = (
    Part("same_age", ("final_on", "change"), choice="open"),
    Part("uncompared", ("final_on",), when=_uncompared, choice="open"),
    Part("not_final", ("final_on",), choice="open"),
)
SESSIONS_DAY = of_day(
    "sessions",
    "the store's visits of the day, against the usual of the weekday; conversion may stand with them",
    roles={
        **FINAL_ON,
        "conversion": Role("conversion_day"),
        "conversion_change": Role("conversion_vs_weekday", basis="weekday_average"),
    },
    parts=(
        Part("conversion", ("conversion", "conversion_change"), "conversion_change", choice="conversion"),
        Part("conversion_open", ("conversion", "final_on"), choice="conversion"),
        Part("conversion_alone", ("conversion",), choice="conversion"),
        *OPEN,
    ),
    with_it=("final_on",),
    whole=(("value", "change", "since", "conversion", "conversion_change"),),
    open_title=True,
)
CONVERSION_DAY = of_day(
    "conversion",
    "units sold per visit on the day, against the usual of the weekday",
    roles=FINAL_ON,
    parts=OPEN,
    with_it=("final_on",),
    open_title=True,
)


def _buy_box_tone(told: Told, book: FactBook) -> Tone:
    change = told.get("change")
    if change is not None and change.direction == "down":
        return Tone("info", "warning", "warning")
    return Tone("info", "good", "good") if change is not None and change.direction == "up" else Tone()


BUY_BOX = Kind(
    name="buy_box",
    meaning="how much of a SKU's page views had the buy box in seven days, against the seven before",
    about="sku",
    roles={
        "change": Role("buy_box_change", "sku", basis="previous_7d"),
        "share": Role("buy_box_7d", "sku", basis="previous_7d"),
        "before": Role("buy_box_previous_7d", "sku"),
        "open_days": Role("traffic_open_days"),
    },
    needs=("change", "share"),
    with_it=("open_days",),
    titles=(Part("title", ("change",), "change"),),
    parts=(
        Part("lead", ("change", "share"), "change", choice="lead"),
        Part("before", ("before",)),
        Part("open_days", ("open_days",)),
    ),
    more=(Part("more", ("change", "share"), "change", choice="lead"),),
    whole=(("change", "share", "open_days"),),
    tone=_buy_box_tone,
    stake=(Stake("buy_box_at_risk_a_week", "change"),),
)
KINDS = (SESSIONS_DAY, CONVERSION_DAY, BUY_BOX)
