"""Profit in the daily brief: it equals the mart, its lines add up, and only what is alike is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights import writer
from pipelines.insights.briefs.daily import BRIEF as DAILY
from pipelines.insights.facts import FactBook
from pipelines.insights.measures.statement import LATER_PARTS, ORDER_PARTS
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, read_out, value_of
from tests.support.marts import MadeMarts

BookOf = Callable[[MadeMarts], FactBook]


@pytest.fixture
def book(warehouse: Warehouse) -> BookOf:
    def write(made: MadeMarts) -> FactBook:
        with warehouse.connect() as conn:
            made.write(conn)
        return book_of(warehouse, made)

    return write


def test_the_lines_add_up_to_the_profit_and_their_changes_to_its_change(book: BookOf) -> None:
    facts = book(MadeMarts())
    lines = {fact.subject.key: fact.value for fact in facts.all("part_7d")}
    assert sum(lines[part] for part in ORDER_PARTS if part in lines) == lines["order_profit"]
    assert lines["order_profit"] + sum(lines[part] for part in LATER_PARTS if part in lines) == lines["profit"]
    assert (lines["profit"], lines["order_profit"]) == (
        value_of(facts, "profit_7d"),
        value_of(facts, "order_profit_7d"),
    )
    changes = {fact.subject.key: fact.value for fact in facts.all("part_change")}
    assert sum(changes[part] for part in ORDER_PARTS if part in changes) == value_of(facts, "order_profit_change")
    assert changes["order_profit"] == value_of(facts, "order_profit_7d") - value_of(facts, "order_profit_previous_7d")
    for key, change in changes.items():
        assert change == lines[key] - value_of(facts, "part_previous_7d", key)
    # what is posted with settlements is never set beside days that have it
    assert not {"refunds", "storage_fees", "profit"} & changes.keys() and "refunds" in lines


def test_it_is_said_what_is_estimated_and_what_is_settled(book: BookOf) -> None:
    facts = book(MadeMarts())
    assert value_of(facts, "profit_estimated_days") == 6
    told = read_out(DAILY, facts)
    assert "Nov 14" in told["profit_week"] and "6 days" in told["profit_week"] and "estimate" in told["profit_week"]
    assert "before advertising, refunds and storage" in told["profit_week"].lower()
    assert "last seven days that settlements cover earned" in told["profit_week"]
    assert all(fact.open_days == 6 for fact in facts.all("part_7d"))
    assert not any(
        fact.open_days for name in ("settled_profit_7d", "settled_profit_change") for fact in facts.all(name)
    )
    in_chinese = read_out(DAILY, facts, "zh")
    assert "预估" in in_chinese["profit_week"] and "截至11月14日" in in_chinese["profit_week"]


def test_without_settlements_all_is_estimated_and_nothing_is_settled(book: BookOf) -> None:
    made = MadeMarts()
    made.rows["settlement_lines"] = []
    facts = book(made)
    assert value_of(facts, "profit_estimated_days") == 7 and not facts.get("settled_profit_7d")
    assert "No settlement is in" in read_out(DAILY, facts)["profit_week"]


def test_units_without_costs_are_left_out_of_both_weeks_and_told(book: BookOf) -> None:
    made, sku = MadeMarts(), "HG-MUG-01"
    for row in made.rows["profit_daily"]:
        if row["sku"] == sku and row["date"] > made.day - timedelta(days=7):
            row |= {"units_without_cost": row["units"], "is_complete": False}
    facts = book(made)
    assert sum(row["units"] for row in made.rows["profit_daily"] if row["units_without_cost"]) == value_of(
        facts, "profit_left_out_units"
    )
    before = [row for row in made.rows["profit_daily"] if row["date"] in _days(made, 13, 7) and row["sku"] != sku]
    of_orders = ("revenue", "referral_fees", "fulfilment_fees", "cost_of_goods")
    expected = sum(row[f"{part}_amount"] for row in before for part in of_orders)
    assert abs(value_of(facts, "order_profit_previous_7d") - expected) < Decimal("0.01")
    assert "costs or fees are not known" in read_out(DAILY, facts)["profit_week"]
    assert sku not in {fact.subject.key for fact in facts.all("sku_profit_change")}


def _days(made: MadeMarts, first: int, last: int) -> set[Any]:
    return {made.day - timedelta(days=back) for back in range(last, first + 1)}


def test_weeks_that_are_not_alike_are_not_compared(book: BookOf) -> None:
    made = MadeMarts()
    for row in made.rows["profit_daily"]:  # costs came with the last week
        if row["sku"] in made.skus[:4] and row["date"] in _days(made, 13, 7):
            row |= {"units_without_cost": row["units"], "is_complete": False}
    facts = book(made)
    assert value_of(facts, "profit_7d") and not facts.get("order_profit_change") and not facts.get("sku_profit_change")
    assert "profit_parts" not in read_out(DAILY, facts)


def test_a_gap_in_orders_is_no_fall_of_profit(book: BookOf) -> None:
    made = MadeMarts()
    for row in made.rows["data_coverage"]:
        if row["feed"].startswith("amazon_sp.all_orders") and row["date"] == made.day - timedelta(days=9):
            row["state"] = "unavailable"
    assert not book(made).get("order_profit_change")


def test_a_fall_that_pending_orders_may_make_up_for_is_not_told(book: BookOf) -> None:
    made = MadeMarts()
    for row in made.rows["profit_daily"]:
        if row["date"] in _days(made, 13, 7) and row["sku"]:
            row["revenue_amount"] *= Decimal("1.6")
    for row in made.rows["sales_daily"]:
        row["pending_units"] = 40 if row["date"] == made.day else 0
    assert not book(made).get("order_profit_change")


def test_without_the_costs_of_most_goods_no_profit_is_told(book: BookOf) -> None:
    made = MadeMarts()
    for row in made.rows["profit_daily"]:
        row |= {"units_without_cost": row["units"], "is_complete": not row["units"]}
    facts = book(made)
    assert not any(facts.get(name) for name in ("profit_7d", "profit_day", "margin_7d", "part_7d", "settled_profit_7d"))
    assert "profit_not_whole" in read_out(DAILY, facts) and "profit_week" not in read_out(DAILY, facts)


def test_advertising_is_compared_at_the_same_age_or_not_at_all(book: BookOf, warehouse: Warehouse) -> None:
    made = MadeMarts()
    made.ages = {day: max((made.day - day).days + 1, 1) for day in _days(made, 13, 0)}
    facts = book(made)
    assert not facts.get("part_change", "advertising") and facts.get("part_7d", "advertising")
    assert facts.get("tacos_7d") and not facts.get("tacos_vs_previous_7d")
    products = [row for row in made.rows["ads_campaigns_daily"] if row["ad_product"] == "SPONSORED_PRODUCTS"]
    cost = {day: sum(row["cost"] for row in products if row["date"] == day) for day in _days(made, 13, 7)}
    with warehouse.connect() as conn:  # each day of the week before, as it was a week ago: a tenth less was known
        for number, day in enumerate(sorted(cost)):
            age = (made.day - day).days + 1 - 7
            age = max(each for each in (1, 2, 3, 7) if each <= age)
            conn.execute(
                "insert into intermediate.int_ads_readings values (%s, %s, %s, %s, %s, 0)",
                (made.store_id, day, number, made.read_at(day, age), cost[day] * Decimal("0.9")),
            )
        conn.commit()
    facts = book_of(warehouse, made)
    all_products = sum(row["cost"] for row in made.rows["ads_campaigns_daily"] if row["date"] in cost)
    brands = all_products - sum(cost.values())
    expected = -brands - sum(cost.values()) * Decimal("0.9")
    assert abs(value_of(facts, "part_previous_7d", "advertising") - expected) <= Decimal("0.01")


def test_advertising_that_is_not_in_yet_is_told(book: BookOf) -> None:
    made = MadeMarts()
    for table in ("ads_campaigns_daily", "ads_store_daily"):
        made.rows[table] = [row for row in made.rows[table] if row["date"] < made.day - timedelta(days=1)]
    facts = book(made)
    assert value_of(facts, "profit_days_without_ads") == 2 and not facts.get("tacos_7d")
    assert "Days whose advertising is not in yet: 2" in read_out(DAILY, facts)["profit_week"]


def test_a_loss_is_a_warning_and_called_one(book: BookOf) -> None:
    made = MadeMarts()
    for row in made.rows["profit_daily"]:
        row["cost_of_goods_amount"] *= 3
        row["profit_amount"] += row["cost_of_goods_amount"] / 3 * 2
    facts = book(made)
    [week] = [bound for bound in writer.write(DAILY, facts)[0] if bound.kind.name == "profit_week"]
    assert week.severity == "warning" and "loss" in read_out(DAILY, facts)["profit_week"]


def test_settlements_are_told_with_their_days(book: BookOf) -> None:
    made = MadeMarts()
    told = read_out(DAILY, book(made))["settlement"]
    assert "Nov 1 to Nov 14" in told and "Nov 17" in told


def test_of_settlements_that_end_together_the_largest_is_told(book: BookOf) -> None:
    made = MadeMarts()
    last = made.rows["settlements"][-1]
    made.rows["settlements"].append({**last, "settlement_id": "9", "total_amount": last["total_amount"] - 4000})
    assert book(made).get("settlement_amount", last["settlement_id"])
