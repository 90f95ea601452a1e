"""Topics that several kinds of briefs tell: their rules. Those of one kind are in its own folder."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs.kind import claim, named
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook
from pipelines.insights.measures.coverage import late

FEEDS_NAMED = 4  # reports that a finding on missing data names; the list at the end of the page has all


def waste(book: FactBook) -> Iterator[Claim]:
    """What was spent without a sale, as one finding. The costliest term stands for the others."""
    total = book.get("wasted_spend")
    if total is not None:
        shared = named(book, "wasted_share", "wasted_terms", "wasted_terms_spend")
        campaigns = named(book, "wasted_campaigns", "wasted_campaigns_spend")
        term = book.get("term_spend")
        clicks = book.get("term_clicks", term.subject.key) if term else None
        advice = ["negative_keywords"] if term else []
        yield claim("wasted_spend", total, *shared, *campaigns, term, clicks, advice=advice)


def gaps(book: FactBook) -> Iterator[Claim]:
    """What data is not fetched, not available or late, each with the command that helps."""
    for kind, days, last, advice in (
        ("missing_data", "gap_days", "gap_last_day", "pull_again"),
        ("unavailable_data", "unavailable_days", "unavailable_last_day", "import_files"),
    ):
        lacks = list(book.all(days))[:FEEDS_NAMED]
        facts = [fact for lack in lacks for fact in (lack, book.get(last, lack.subject.key))]
        yield claim(kind, *facts, advice=[advice] if facts else [])
    ends = late(book)
    yield claim("late_data", *ends, advice=["pull_again"] if ends else [])
