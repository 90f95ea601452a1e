"""Kinds of statements about what is missing, and about the last settlement."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, always

SETTLEMENT = Kind(
    name="settlement",
    meaning="what the last settlement came to, which days it covers, and when it is paid out",
    about="settlement",
    roles={
        "amount": Role("settlement_amount", "settlement"),
        "first": Role("settlement_from", "settlement"),
        "last": Role("settlement_to", "settlement"),
        "paid": Role("settlement_deposit_on", "settlement"),
    },
    needs=("amount",),
    titles=(Part("title"),),
    with_it=("first", "last", "paid"),
    parts=(
        Part("lead", ("amount", "first", "last"), choice="lead"),
        Part("only", ("amount",), choice="lead"),
        Part("paid_on", ("paid",)),
    ),
)
MISSING = Kind(
    name="missing_data",
    meaning="reports of which days are not fetched; several may be named",
    about="feed",
    roles={
        "days": Role("gap_days", "feed", when=lambda fact: bool(fact.value)),
        "last": Role("gap_last_day", "feed"),
    },
    needs=("days",),
    titles=(Part("title"),),
    parts=(Part("lead", ("days", "last"), choice="lead"), Part("only", ("days",), choice="lead")),
    more=(Part("lead", ("days", "last"), choice="lead"), Part("only", ("days",), choice="lead")),
    whole=(("days", "last"),),
    tone=always("info", "info", "warning"),
)
GONE = Kind(
    name="unavailable_data",
    meaning="reports of which days are not available any more; several may be named",
    about="feed",
    roles={
        "days": Role("unavailable_days", "feed", when=lambda fact: bool(fact.value)),
        "last": Role("unavailable_last_day", "feed"),
    },
    needs=("days",),
    titles=(Part("title"),),
    parts=(Part("lead", ("days", "last"), choice="lead"), Part("only", ("days",), choice="lead")),
    more=(Part("lead", ("days", "last"), choice="lead"), Part("only", ("days",), choice="lead")),
    whole=(("days", "last"),),
)
LATE = Kind(
    name="late_data",
    meaning="reports whose data ends before the day; several may be named",
    about="feed",
    roles={"until": Role("data_until", "feed")},
    needs=("until",),
    titles=(Part("title"),),
    parts=(Part("lead", ("until",), choice="lead"),),
    more=(Part("lead", ("until",), choice="lead"),),
    tone=always("info", "info", "warning"),
)
NOT_WHOLE = Kind(
    name="profit_not_whole",
    meaning="how many units lack costs, fees or a rate, so that what they earn is not known",
    roles={
        "units": Role("incomplete_units", when=lambda fact: bool(fact.value)),
        "share": Role("incomplete_share"),
    },
    needs=("units",),
    titles=(Part("title"),),
    parts=(
        Part("lead", ("units", "share"), choice="lead"),
        Part("only", ("units",), choice="lead"),
        Part("unknown", ("units",)),
    ),
    whole=(("units", "share"),),
    tone=always("info", "info", "warning"),
)
KINDS = (SETTLEMENT, MISSING, GONE, LATE, NOT_WHOLE)
