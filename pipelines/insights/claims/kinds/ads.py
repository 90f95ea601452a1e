"""Kinds of statements about advertising: the week, and what costs and does not sell."""

from __future__ import annotations

from pipelines.insights.claims.kinds.measures import of_week
from pipelines.insights.claims.kinds.types import Kind, Part, Role, Stake, Told, always, found, is_open
from pipelines.insights.facts import FactBook

OPEN_ROLES = {"open_days": Role("ads_open_days"), "final_on": Role("ads_final_on")}


def _uncompared(told: Told, book: FactBook) -> bool:
    return found(book, "ad_spend_vs_previous_7d", "store") is None


OPEN = (
    Part("same_age", ("open_days", "final_on", "change"), choice="open"),
    Part("uncompared", ("open_days", "final_on"), when=_uncompared, choice="open"),
    Part("not_final", ("open_days", "final_on"), choice="open"),
    Part("open_days", ("open_days",), choice="open"),
)
AD_SPEND_WEEK = of_week(
    "ad_spend",
    "what Sponsored Products cost in seven days, against the seven before; ACoS may stand with it",
    rise_is_good=None,
    roles={
        **OPEN_ROLES,
        "acos": Role("acos_7d"),
        "acos_change": Role("acos_vs_previous_7d", basis="previous_7d"),
    },
    parts=(
        Part("acos", ("acos", "acos_change"), "acos_change", choice="acos"),
        Part("acos_open", ("acos", "open_days"), choice="acos"),
        Part("acos_alone", ("acos",), choice="acos"),
        *OPEN,
    ),
    with_it=("open_days", "final_on"),
    whole=(("value", "change", "acos", "acos_change"),),
    open_title=True,
    stake=(Stake("ad_spend_difference_7d", "value"),),
)
AD_SALES_WEEK = of_week(
    "ad_sales",
    "sales that Amazon attributes to Sponsored Products in seven days, against the seven before",
    rise_is_good=True,
    roles=OPEN_ROLES,
    parts=OPEN,
    with_it=("open_days", "final_on"),
)
ACOS_WEEK = of_week(
    "acos",
    "advertising cost as a share of attributed sales in seven days, against the seven before",
    rise_is_good=False,
    roles=OPEN_ROLES,
    parts=OPEN,
    with_it=("open_days", "final_on"),
)
IDLE_CAMPAIGN = Kind(
    name="campaign_without_sales",
    meaning="campaigns that cost money and sold nothing; several campaigns may be named",
    about="campaign",
    roles={
        "spend": Role("campaign_spend", "campaign", when=lambda fact: bool(fact.value)),
        "clicks": Role("campaign_clicks", "campaign"),
    },
    needs=("spend",),
    titles=(Part("title", ("spend",)),),
    parts=(
        Part("lead", ("spend", "clicks"), choice="lead"),
        Part("only", ("spend",), choice="lead"),
        Part("late", ("spend",), when=lambda told, book: is_open(told)),
    ),
    more=(Part("lead", ("spend", "clicks"), choice="lead"), Part("only", ("spend",), choice="lead")),
    whole=(("spend", "clicks"),),
    tone=always("info", "warning", "warning"),
    stake=(Stake("campaign_spend_a_week", "spend"),),
)


def _is_costliest(told: Told, book: FactBook) -> bool:
    """Whether no other term without a sale cost as much: the listed ones are the costliest of all. Its clicks, where
    they are cited, are told with its cost instead."""
    term = told["term"]
    return "clicks" not in told and all(
        other.value < term.value  # type: ignore[operator]
        for other in book.all("term_spend")
        if other.subject.key != term.subject.key and other.period == term.period
    )


WASTED_TERMS = Kind(
    name="terms_without_sales",
    meaning="search terms that got clicks and no sale: how many, what they cost, and which; several may be named",
    about="search_term",
    roles={
        "term": Role("term_spend", "search_term"),
        "clicks": Role("term_clicks", "search_term"),
        "count": Role("wasted_terms", when=lambda fact: bool(fact.value)),
        "total": Role("wasted_terms_spend"),
    },
    needs=("count|term",),
    titles=(Part("title"),),
    parts=(
        Part("lead", ("count", "total"), choice="lead"),
        Part("count", ("count",), choice="lead"),
        Part("costliest", ("term",), when=_is_costliest, choice="lead_term"),
        Part("term_clicks", ("term", "clicks"), choice="lead_term"),
        Part("term", ("term",), choice="lead_term"),
        Part("late", (), when=lambda told, book: is_open(told)),
    ),
    more=(Part("term_clicks", ("term", "clicks"), choice="lead"), Part("term", ("term",), choice="lead")),
    whole=(("count", "total", "term", "clicks"),),
    tone=always("info", "warning", "warning"),
    stake=(
        Stake("wasted_terms_spend_a_week", "count"),
        Stake("wasted_terms_spend_a_week", "total"),
        Stake("term_spend_a_week", "term"),
    ),
)
KINDS = (AD_SPEND_WEEK, AD_SALES_WEEK, ACOS_WEEK, IDLE_CAMPAIGN, WASTED_TERMS)
