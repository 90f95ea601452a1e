"""The rules of the daily brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`. The rules know no language: the same claims are worded in each.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs import why
from pipelines.insights.briefs.kind import by_topic, claim, dearest, named, some
from pipelines.insights.briefs.topics import gaps, waste
from pipelines.insights.claims.kinds.profit import SUBTOTALS
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

LINES_TOLD = 4  # of the profit, those that moved it most


def _sales(book: FactBook) -> Iterator[Claim]:
    if book.get("sales_day"):
        names = (
            "sales_day",
            "sales_vs_weekday",
            # the range of what is usual is told by itself; beside it the average would be one figure too many
            *(() if book.get("sales_usual_high") else ("sales_weekday_average",)),
            "orders_day",
            "units_day",
            "pending_units_day",
        )
        week = named(book, "sales_7d", "sales_vs_previous_7d") if book.get("sales_vs_previous_7d") else []
        yield claim("sales_day", *named(book, *names), *week)


def _traffic(book: FactBook) -> Iterator[Claim]:
    if book.get("sessions_day") and (book.get("sessions_vs_weekday") or book.get("traffic_final_on")):
        names = ("sessions_day", "sessions_vs_weekday", "conversion_day", "conversion_vs_weekday", "traffic_final_on")
        yield claim("sessions_day", *named(book, *names))


def _stock(book: FactBook) -> Iterator[Claim]:
    yield from why.out_of_stock(book)
    soon = dearest(book, book.all("days_of_cover"))[: why.NAMED]
    if soon:
        dates = [book.get("stock_out_date", fact.subject.key) for fact in soon]
        inbound = book.get("stock_inbound", soon[0].subject.key)
        yield claim("low_stock", some(book, "skus_low_cover"), *soon, *dates, inbound)


def _ads(book: FactBook) -> Iterator[Claim]:
    if book.get("ad_spend_7d") and (book.get("ad_spend_vs_previous_7d") or book.get("ads_open_days")):
        names = (
            "ad_spend_7d",
            "ad_spend_vs_previous_7d",
            "acos_7d",
            "acos_vs_previous_7d",
            "ads_open_days",
            "ads_final_on",
        )
        yield claim("ad_spend_week", *named(book, *names))


def _competitors(book: FactBook) -> Iterator[Claim]:
    cuts = [change for change in book.all("competitor_price_change") if change.direction == "down"]
    names = ("competitor_price", "competitor_changed_on", "price_gap")
    beside = [fact for change in cuts for fact in named(book, *names, key=change.subject.key)]
    gap = book.get("price_gap", cuts[0].subject.key) if cuts else None
    is_below = gap is not None and gap.direction == "down"
    yield claim("competitor_price", *cuts, *beside, advice=["weigh_our_price"] if is_below else [])
    for since in list(book.all("competitor_out_since"))[:1]:
        yield claim("competitor_out", since, advice=["be_visible"])


def _profit(book: FactBook) -> Iterator[Claim]:
    names = ("profit_7d", "margin_7d", "tacos_7d", "tacos_vs_previous_7d", "order_profit_7d", "order_profit_change")
    if book.get("profit_7d"):
        settled = ("settled_profit_7d", "settled_margin_7d", "settled_profit_change")
        yield claim("profit_week", *named(book, *names, "profit_day", "margin_day", *settled))
    total = book.get("order_profit_change")
    lines = sorted(
        (fact for fact in book.all("part_change") if fact.subject.key not in SUBTOTALS),
        key=lambda fact: -abs(fact.value),  # type: ignore[arg-type]
    )
    if lines and total is not None:
        yield claim("profit_parts", total, *lines[:LINES_TOLD], book.get("part_7d", lines[0].subject.key))


def _settlement(book: FactBook) -> Iterator[Claim]:
    amount = book.get("settlement_amount")
    if amount:
        names = ("settlement_from", "settlement_to", "settlement_deposit_on")
        yield claim("settlement", amount, *named(book, *names, key=amount.subject.key))


def _not_whole(book: FactBook) -> Iterator[Claim]:
    yield claim("profit_not_whole", *named(book, "incomplete_units", "incomplete_share"))


SECTIONS = by_topic(
    _sales,
    _profit,
    _traffic,
    why.drivers,
    why.movers,
    why.buy_box,
    _stock,
    _ads,
    waste,
    _competitors,
    _settlement,
    gaps,
    _not_whole,
)
