"""The rules of the roll-up: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs import why
from pipelines.insights.briefs.kind import by_topic, claim, named
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

NAMED = 3  # SKUs and stores that a finding names; the tables have the others


def _losing_ads(book: FactBook) -> Iterator[Claim]:
    losses = list(book.all("product_ad_loss"))[:NAMED]
    if losses:
        first = losses[0].subject.key
        total = named(book, "losing_products", "losing_products_loss")
        lead = named(book, "product_ad_spend", "product_acos", "product_break_even", "product_paused_spend", key=first)
        paused, spend = (book.get(name, first) for name in ("product_paused_spend", "product_ad_spend"))
        stopped = paused is not None and spend is not None and paused.value == spend.value
        yield claim("losing_ads", *total, *losses, *lead, advice=["keep_paused" if stopped else "lower_bids"])


def _total(book: FactBook) -> Iterator[Claim]:
    names = (
        "rollup_sales",
        "rollup_sales_vs_before",
        "rollup_profit",
        "rollup_margin",
        "rollup_order_profit_change",
        "rollup_ad_spend",
        "rollup_tacos",
    )
    if book.get("rollup_sales"):
        yield claim("rollup_total", *named(book, *names))


def _movers(book: FactBook) -> Iterator[Claim]:
    """The store whose sales changed most; with those that went the other way in a claim of their own."""
    moved = sorted(
        (fact for fact in book.all("shop_sales_change") if fact.value),
        key=lambda fact: -abs(fact.value),  # type: ignore[arg-type]
    )
    if len(list(book.all("shop_until"))) < 2:
        return  # the only store is the whole
    for direction in ("down", "up"):
        alike = [fact for fact in moved if fact.direction == direction][:NAMED]
        if alike:
            lead = alike[0].subject.key
            beside = named(book, "shop_sales_vs_before", "shop_sales_share", key=lead)
            sold = [book.get("shop_sales", fact.subject.key) for fact in alike]
            yield claim("shop_sales", *alike, *sold, *beside)


def _losses(book: FactBook) -> Iterator[Claim]:
    losing = [fact for fact in book.all("shop_profit") if fact.value < 0][:NAMED]  # type: ignore[operator]
    if losing:
        beside = named(book, "shop_margin", "shop_tacos", "shop_order_profit_change", key=losing[0].subject.key)
        yield claim("shop_profit", *losing, *beside)


def _missing(book: FactBook) -> Iterator[Claim]:
    yield claim("shop_without_rate", *book.all("shop_days_without_rate"), advice=["import_rates"])
    for names in (("shop_late_days", "shop_until"), ("shop_gap_days", "shop_gaps")):
        shops = [fact.subject.key for fact in book.all(names[0])][: 2 * NAMED]
        # what a store lacks is told once: of one whose orders are late its gaps are in the table
        late = {fact.subject.key for fact in book.all("shop_late_days")}
        told = [key for key in shops if names[0] == "shop_late_days" or key not in late]
        facts = [fact for key in told for fact in named(book, *names, key=key)]
        if facts:
            yield claim("shop_gaps", *facts, advice=["see_status"])


SECTIONS = by_topic(why.out_of_stock, _losing_ads, _total, _movers, _losses, _missing)
