"""The rules of the inventory brief: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.insights.briefs import why
from pipelines.insights.briefs.kind import by_topic, claim, dearest, named, order_or_hurry, some
from pipelines.insights.briefs.topics import gaps
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

NAMED = 3  # SKUs that a finding names; the tables have the others
_DEMAND = ("demand_28d_low", "demand_28d", "demand_28d_high")


def _orders(book: FactBook) -> Iterator[Claim]:
    orders = list(book.all("order_units"))[:NAMED]
    if orders:
        first = orders[0].subject.key
        leads = named(
            book,
            "order_by",
            "order_cost",
            "unit_cost",
            "stock_on_hand",
            "stock_inbound",
            "days_of_cover",
            "stock_out_date",
            "lead_time",
            "lead_time_assumed",
            "order_lost_sales",
            *_DEMAND,
            key=first,
        )
        others = [fact for each in orders[1:] for fact in named(book, "order_by", "order_cost", key=each.subject.key)]
        total = [some(book, "orders_due"), some(book, "orders_late"), book.get("orders_cost")]
        yield claim("to_order", *total, *orders, *leads, *others, advice=["place_order"])


def _runs_out(book: FactBook) -> Iterator[Claim]:
    yield from why.out_of_stock(book)
    soon = dearest(book, [fact for fact in book.all("days_of_cover") if _is_low(book, fact.subject.key)])[:NAMED]
    if soon:
        first = soon[0].subject.key
        dates = [book.get("stock_out_date", fact.subject.key) for fact in soon]
        beside = named(book, "stock_inbound", "cover_with_inbound", "stock_out_early", *_DEMAND, key=first)
        yield claim(
            "low_stock", some(book, "skus_low_cover"), *soon, *dates, *beside, advice=order_or_hurry(book, first)
        )


def _is_low(book: FactBook, sku: str) -> bool:
    """Whether it is one of those that run out soon, and not in the book for another reason."""
    return book.get("stock_at_risk_a_week", sku) is not None


def _lost(book: FactBook) -> Iterator[Claim]:
    lost = list(book.all("lost_sales_30d"))[:NAMED]
    if lost:
        days = [book.get("out_days_30d", fact.subject.key) for fact in lost]
        first = lost[0].subject.key
        beside = named(book, "lost_units_30d", "sku_velocity", key=first)
        total = [book.get("lost_sales_of_all_30d"), some(book, "skus_out_30d")]
        yield claim("lost_sales", *total, *lost, *days, *beside, advice=["order_earlier"])


def _clear(book: FactBook) -> Iterator[Claim]:
    surplus = list(book.all("surplus_units"))[:NAMED]
    total = named(book, "skus_to_clear", "surplus_cost_of_all", "keeping_month_of_all", "stock_value")
    if surplus:
        first = surplus[0].subject.key
        names = ("surplus_cost", "days_of_cover", "stock_on_hand", "aged_units", "aged_surcharge", "storage_month")
        kept = [book.get("keeping_month", fact.subject.key) for fact in surplus]
        advice = ["sell_before_charge"] if book.get("aged_surcharge", first) else ["clear_stock"]
        yield claim("to_clear", *total, *surplus, *named(book, *names, key=first), *kept, advice=advice)
    told = {fact.subject.key for fact in surplus}
    aged = [fact for fact in book.all("aged_surcharge") if fact.subject.key not in told][:NAMED]
    if aged:
        first = aged[0].subject.key
        beside = named(book, "aged_units", key=first)
        yield claim("to_clear", *aged, *beside, advice=["sell_before_charge"])


def _unsold(book: FactBook) -> Iterator[Claim]:
    stranded = list(book.all("stranded_units"))[:NAMED]
    if stranded:
        beside = named(book, "stranded_cost", key=stranded[0].subject.key)
        total = [some(book, "stranded_skus"), book.get("stranded_units_of_all")]
        yield claim("stranded_stock", *total, *stranded, *beside, advice=["fix_listing"])
    bad = named(book, "unsellable_units", "unsellable_skus", "unsellable_cost", "removals_in_process", "removal_fees")
    if bad[0]:
        advice = [] if book.get("removals_in_process") else ["remove_unsellable"]
        yield claim("unsellable_stock", *bad, advice=advice)
    names = ("reserved_units", "reserved_for_orders", "reserved_in_transfer", "reserved_in_processing")
    if some(book, "reserved_units"):
        yield claim("reserved_stock", *named(book, *names))


SECTIONS = by_topic(_orders, _runs_out, _lost, _clear, _unsold, gaps)
