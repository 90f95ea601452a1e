"""The rules of the daily brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`. The rules know no language: the same claims are worded in each.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs import why
from pipelines.insights.briefs.kind import by_topic, claim, named, some
from pipelines.insights.briefs.topics import competitors, gaps, not_whole, profit_parts, running_low, waste
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

ALERTS_TOLD = 3
"""Of so many alerts that last the finding tells; the page lists more."""


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


def _profit(book: FactBook) -> Iterator[Claim]:
    names = ("profit_7d", "margin_7d", "tacos_7d", "tacos_vs_previous_7d", "order_profit_7d", "order_profit_change")
    if book.get("profit_7d"):
        settled = ("settled_profit_7d", "settled_margin_7d", "settled_profit_change")
        yield claim("profit_week", *named(book, *names, "profit_day", "margin_day", *settled))
    yield from profit_parts(book)


def _alerts(book: FactBook) -> Iterator[Claim]:
    lasting = list(book.all("alert_since"))[:ALERTS_TOLD]
    if lasting:
        yield claim("open_alerts", some(book, "alerts_open"), some(book, "alerts_critical"), *lasting)


def _settlement(book: FactBook) -> Iterator[Claim]:
    amount = book.get("settlement_amount")
    if amount:
        names = ("settlement_from", "settlement_to", "settlement_deposit_on")
        yield claim("settlement", amount, *named(book, *names, key=amount.subject.key))


SECTIONS = by_topic(
    _sales,
    _profit,
    _traffic,
    why.drivers,
    why.movers,
    why.buy_box,
    why.out_of_stock,
    running_low,
    _ads,
    waste,
    competitors,
    _settlement,
    _alerts,
    gaps,
    not_whole,
)
