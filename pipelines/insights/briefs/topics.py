"""Topics that several kinds of briefs tell: their rules. Those of one kind are in its own folder."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs.kind import claim, dearest, named, order_or_hurry, some
from pipelines.insights.briefs.why import NAMED
from pipelines.insights.claims.kinds.profit import SUBTOTALS
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook
from pipelines.insights.measures.coverage import late

LINES_TOLD = 4  # of the profit, those that moved it most
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


def running_low(book: FactBook) -> Iterator[Claim]:
    """The SKUs that run out soon, those of which most is at stake."""
    soon = dearest(book, book.all("days_of_cover"))[:NAMED]
    if soon:
        dates = [book.get("stock_out_date", fact.subject.key) for fact in soon]
        inbound = book.get("stock_inbound", soon[0].subject.key)
        advice = order_or_hurry(book, soon[0].subject.key)
        yield claim("low_stock", some(book, "skus_low_cover"), *soon, *dates, inbound, advice=advice)


def competitors(book: FactBook) -> Iterator[Claim]:
    """Competitors' price cuts, and who is out of stock."""
    cuts = [change for change in book.all("competitor_price_change") if change.direction == "down"]
    names = ("competitor_price", "competitor_changed_on", "price_gap")
    beside = [fact for change in cuts for fact in named(book, *names, key=change.subject.key)]
    gap = book.get("price_gap", cuts[0].subject.key) if cuts else None
    is_below = gap is not None and gap.direction == "down"
    yield claim("competitor_price", *cuts, *beside, advice=["weigh_our_price"] if is_below else [])
    for since in list(book.all("competitor_out_since"))[:1]:
        yield claim("competitor_out", since, advice=["be_visible"])


def profit_parts(book: FactBook) -> Iterator[Claim]:
    """The lines of the profit that moved it most."""
    total = book.get("order_profit_change")
    lines = sorted(
        (fact for fact in book.all("part_change") if fact.subject.key not in SUBTOTALS),
        key=lambda fact: -abs(fact.value),  # type: ignore[arg-type]
    )
    if lines and total is not None:
        yield claim("profit_parts", total, *lines[:LINES_TOLD], book.get("part_7d", lines[0].subject.key))


def not_whole(book: FactBook) -> Iterator[Claim]:
    """Units of which it is not known what they earn."""
    yield claim("profit_not_whole", *named(book, "incomplete_units", "incomplete_share"))
