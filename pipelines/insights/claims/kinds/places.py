"""Kinds of statements about our places in searches: where we stood before, and first pages that we came to or left."""

from __future__ import annotations

from pipelines.insights.claims.kinds.types import Kind, Part, Role, always

_PLACES = (
    Part("lead", ("now", "week", "month"), choice="lead"),
    Part("week", ("now", "week"), choice="lead"),
    Part("month", ("now", "month"), choice="lead"),
    Part("only", ("now",), choice="lead"),
)
_TURNED = (Part("lead", ("since", "now"), choice="lead"), Part("only", ("since",), choice="lead"))
KEYWORD_PLACES = Kind(
    name="keyword_places",
    meaning="where we stand in the unpaid results of watched keywords, and where we stood; several may be named",
    about="search_term",
    roles={
        "now": Role("keyword_place", "search_term"),
        "week": Role("keyword_place_week_ago", "search_term"),
        "month": Role("keyword_place_month_ago", "search_term"),
    },
    needs=("now",),
    with_it=("week", "month"),
    titles=(Part("title"),),
    parts=_PLACES,
    more=_PLACES,
)


def _turned(name: str, meaning: str, fact: str, *severities: str) -> Kind:
    return Kind(
        name=name,
        meaning=f"{meaning}; several may be named",
        about="search_term",
        roles={"since": Role(fact, "search_term"), "now": Role("keyword_place", "search_term")},
        needs=("since",),
        with_it=("now",),
        titles=(Part("title", ("since",)),),
        parts=_TURNED,
        more=_TURNED,
        tone=always(*severities),  # type: ignore[arg-type]
    )


FIRST_PAGE_ENTERED = _turned(
    "first_page_entered",
    "watched keywords on whose first page we stand since a day of the week",
    "first_page_entered_on",
    *("info", "good", "good"),
)
FIRST_PAGE_LEFT = _turned(
    "first_page_left",
    "watched keywords whose first page we left on a day of the week",
    "first_page_left_on",
    *("info", "warning", "warning"),
)
KINDS = (KEYWORD_PLACES, FIRST_PAGE_ENTERED, FIRST_PAGE_LEFT)
