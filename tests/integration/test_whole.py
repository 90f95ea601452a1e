"""What is not whole in profit is told: by `status` with what to do, and by the store's brief in its language."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from rich.console import Console

from pipelines.insights import writer
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.claims.compose import Statement, compose, unholdable
from pipelines.insights.facts import FactBook
from pipelines.local.whole import print_whole, units_of_stores
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of
from tests.support.marts import MadeMarts

BUCKET = "unmapped:A1:amazon.ca"


@pytest.fixture
def made(warehouse: Warehouse) -> MadeMarts:
    """Ten units of the last day: three without costs, two of them without fees too, five of no configured store."""
    made = MadeMarts()
    whole = {"date": made.day, "units_without_cost": 0, "units_without_fees": 0, "fx_rate": 1, "is_complete": True}
    made.rows["profit_daily"] = [
        {**whole, "sku": "A", "units": 2},
        {**whole, "sku": "B", "units": 3, "units_without_cost": 3, "units_without_fees": 2, "is_complete": False},
        {**whole, "sku": None, "units": 0},
        {**whole, "sku": "A", "units": 5, "store_id": BUCKET, "units_without_cost": 5, "is_complete": False},
    ]
    with warehouse.connect() as conn:
        made.write(conn)
    return made


def _told(warehouse: Warehouse, *tenants: str) -> str:
    console = Console(file=io.StringIO(), width=200)
    with warehouse.connect() as conn:
        print_whole(console, units_of_stores(conn), tenants or None)
    return console.file.getvalue()


def test_status_tells_the_share_the_stores_and_what_to_do(warehouse: Warehouse, made: MadeMarts):
    told = _told(warehouse).splitlines()
    assert told[0] == (
        "Profit of harbor, 2026-10-22 .. 2026-11-20: 8 of 10 units (80.0 %) are not whole in it; "
        "sum rows where is_complete."
    )
    assert [line.split(": ")[:2] for line in told[1:]] == [
        ["  harbor-us", "3 without costs"],
        ["  harbor-us", "2 without fees, settled or estimated"],
        [f"  {BUCKET}", "5 of no configured store"],
    ]
    assert "manual.product_costs --store harbor-us" in told[1]
    assert _told(warehouse, "sakura") == ""


def test_status_is_silent_where_all_is_whole_and_where_nothing_is_built(warehouse: Warehouse):
    assert _told(warehouse) == ""
    with warehouse.connect() as conn:
        MadeMarts().write(conn)
    assert _told(warehouse) == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_brief_tells_the_share_of_its_own_store(warehouse: Warehouse, made: MadeMarts, language: str):
    book = book_of(warehouse, made)
    told = {fact.id: (fact.name, fact.value) for fact in book.facts if fact.name.startswith("incomplete")}
    assert sorted(told.values()) == [("incomplete_share", Decimal("60.0")), ("incomplete_units", Decimal(3))]
    statements = _written(book, language)
    assert [set(told) <= set(each.facts) for each in statements if set(each.facts) & set(told)] == [True]
    alone = FactBook(made.store_id, made.day, made.currency, [book.by_id()[fact] for fact in told])
    (statement,) = _written(alone, language)
    assert set(statement.facts) == set(told)


def _written(book: FactBook, language: str) -> list[Statement]:
    shown, defects = writer.write(DAILY, book)
    statements = compose(shown, book, language)
    assert defects == [] == unholdable(statements, book, language)
    return statements


def test_a_brief_of_a_store_that_is_whole_says_nothing(warehouse: Warehouse):
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)
    book = book_of(warehouse, made)
    assert book.get("incomplete_units") is None
