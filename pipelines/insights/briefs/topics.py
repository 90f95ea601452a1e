"""Topics that several kinds of briefs tell: their rules. Those of one kind are in its own folder."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs.kind import claim, named
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook


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
    """What data is missing or late."""
    for days in list(book.all("gap_days"))[:1]:
        yield claim("missing_data", days, book.get("gap_last_day", days.subject.key))
    yield claim("late_data", *book.all("data_until"))
