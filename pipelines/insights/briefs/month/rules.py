"""The rules of the month in money: which claims are made, of which facts, with which advice.

What a claim says and how is in `claims/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipelines.insights.briefs.kind import by_topic, claim, named
from pipelines.insights.briefs.topics import gaps
from pipelines.insights.claims.kinds.profit import SUBTOTALS
from pipelines.insights.claims.schema import Claim
from pipelines.insights.facts import FactBook

LINES_TOLD = 4  # of the profit, those that moved it most
SKUS_TOLD = 3
TRIFLE = Decimal("0.01")  # SKUs that together lose less of the profit than this are in the table and no finding


def _losing(book: FactBook) -> Iterator[Claim]:
    loss, total, profit = book.get("sku_loss"), book.get("losing_skus_loss"), book.get("month_profit")
    if loss is not None and total is not None and profit is not None and total.value >= TRIFLE * abs(profit.value):  # type: ignore[arg-type, operator]
        before = book.get("sku_before_ads", loss.subject.key)
        totals = named(book, "losing_skus", "losing_skus_loss")
        beside = named(book, "sku_advertising", "sku_before_ads", key=loss.subject.key)
        earns = before is not None and before.value > 0  # type: ignore[operator]
        yield claim("losing_skus", loss, *totals, *beside, advice=["spend_less_on_ads" if earns else "raise_or_clear"])


def _left_out(book: FactBook) -> Iterator[Claim]:
    units = book.get("profit_left_out_units")
    if units is not None:
        why = named(book, "profit_left_out_share", "units_without_cost", "units_without_fees")
        advice = "import_costs" if book.get("units_without_cost") else "await_fees"
        yield claim("left_out_of_profit", units, *why, book.get("left_out_sku_units"), advice=[advice])


def _profit(book: FactBook) -> Iterator[Claim]:
    if book.get("month_profit"):
        names = [
            "month_profit",
            "month_margin",
            "month_profit_vs_before",
            "month_order_profit",
            "month_order_profit_vs_before",
            "month_profit_vs_year_ago",
            "month_tacos",
            "month_tacos_vs_before",
        ]
        if book.get("month_profit_vs_before"):  # the whole is compared: its part would say less
            names = [name for name in names if not name.startswith("month_order_profit")]
        if not book.get("month_profit_vs_year_ago"):
            names.append("month_order_profit_vs_year_ago")
        yield claim("month_profit", *named(book, *names))


def _moved(book: FactBook) -> Iterator[Claim]:
    total = book.get("month_profit_vs_before") or book.get("month_order_profit_vs_before")
    lines = sorted(
        (fact for fact in book.all("month_part_vs_before") if fact.subject.key not in SUBTOTALS and fact.value),
        key=lambda fact: -abs(fact.value),  # type: ignore[arg-type]
    )
    if lines and total is not None:
        yield claim("month_parts", total, *lines[:LINES_TOLD], book.get("month_part", lines[0].subject.key))
    for direction in ("down", "up"):
        moved = [fact for fact in book.all("month_sku_profit_vs_before") if fact.direction == direction][:SKUS_TOLD]
        earned = [book.get("month_sku_profit", fact.subject.key) for fact in moved]
        if moved:
            yield claim("month_sku_profit", *moved, *earned)


def _settlements(book: FactBook) -> Iterator[Claim]:
    if book.get("month_settlements"):
        last = list(book.all("settlement_amount"))[-1].subject.key
        names = ("settlement_amount", "settlement_from", "settlement_to", "settlement_deposit_on")
        totals = named(book, "month_settlements", "month_settlements_amount")
        yield claim("month_settlements", *totals, *named(book, *names, key=last))


SECTIONS = by_topic(_losing, _left_out, _profit, _moved, _settlements, gaps)
