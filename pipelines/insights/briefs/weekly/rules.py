"""The rules of the weekly brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs import why
from pipelines.insights.briefs.kind import by_topic, claim, named
from pipelines.insights.briefs.topics import competitors, gaps, not_whole, profit_parts, running_low, waste
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook


def _sales(book: FactBook) -> Iterator[Claim]:
    if book.get("sales_7d"):
        names = ("sales_7d", "sales_vs_previous_7d", "sales_vs_year_ago", "sales_year_ago", "orders_7d", "units_7d")
        yield claim("week_sales", *named(book, *names))


def _traffic(book: FactBook) -> Iterator[Claim]:
    if book.get("sessions_7d"):
        names = ("sessions_7d", "sessions_vs_previous_7d", "sessions_vs_year_ago", "conversion_7d")
        changes = ("conversion_vs_previous_7d", "conversion_vs_year_ago")
        yield claim("week_traffic", *named(book, *names, *changes))


def _ads(book: FactBook) -> Iterator[Claim]:
    if book.get("ad_spend_7d"):
        names = ("ad_spend_7d", "ad_spend_vs_previous_7d", "ad_spend_vs_year_ago", "ad_sales_7d")
        others = ("ad_sales_vs_previous_7d", "acos_7d", "acos_vs_previous_7d", "acos_vs_year_ago")
        yield claim("week_ads", *named(book, *names, *others))


def _profit(book: FactBook) -> Iterator[Claim]:
    if book.get("profit_7d"):
        names = ("profit_7d", "margin_7d", "order_profit_7d", "order_profit_change", "order_profit_vs_year_ago")
        others = ("order_profit_year_ago", "tacos_7d", "tacos_vs_previous_7d")
        settled = ("settled_profit_7d", "settled_margin_7d", "settled_profit_change")
        yield claim("profit_week", *named(book, *names, *others, *settled))
    yield from profit_parts(book)


def _paid(book: FactBook) -> Iterator[Claim]:
    amounts = list(book.all("paid_amount"))
    dates = [named(book, "paid_from", "paid_to", "paid_on", key=amount.subject.key) for amount in amounts]
    yield claim("settlements_paid", *amounts, *(fact for each in dates for fact in each))


def _coming(book: FactBook) -> Iterator[Claim]:
    skus = list(book.all("sku_coming_units"))
    ranges = [named(book, "sku_coming_low", "sku_coming_high", key=fact.subject.key) for fact in skus]
    store = named(book, "coming_units", "coming_sales", "coming_low", "coming_high")
    yield claim("coming_week", *store, *skus, *(fact for each in ranges for fact in each))


SECTIONS = by_topic(
    _sales,
    _profit,
    why.drivers,
    why.movers,
    why.out_of_stock,
    running_low,
    why.buy_box,
    competitors,
    waste,
    _traffic,
    _ads,
    _paid,
    _coming,
    gaps,
    not_whole,
)
