"""The month in money from marts to page: it adds up, equals the marts, and compares only months that are alike."""

# ruff: noqa: S608  the names in these statements are our own
from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bench.grounding_reader import Seen
from pipelines.insights import writer
from pipelines.insights.brief import BriefResult, write_briefs
from pipelines.insights.briefs.month import BRIEF as MONTH
from pipelines.insights.facts import FactBook
from pipelines.insights.measures.statement import LATER_PARTS, ORDER_PARTS
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import book_of, catalog_of, read_out, value_of
from tests.support.marts import MadeMarts

LAST = date(2026, 10, 31)
BookOf = Callable[[MadeMarts], FactBook]


def made_month(**more: Any) -> MadeMarts:
    """A store with two whole months and twenty days of the next one, October settled to its end."""
    return MadeMarts(days=(date(2026, 11, 20) - date(2026, 9, 1)).days + 1, **more)


@pytest.fixture
def book(warehouse: Warehouse) -> BookOf:
    def write(made: MadeMarts) -> FactBook:
        with warehouse.connect() as conn:
            made.write(conn)
        return book_of(warehouse, made, MONTH)

    return write


# each figure, once more and in another way, straight from the marts
_OCTOBER = "to_char(date, 'YYYY-MM') = '2026-10'"
_SEPTEMBER = "to_char(date, 'YYYY-MM') = '2026-09'"
_EARNED = "revenue_amount + referral_fees_amount + fulfilment_fees_amount + cost_of_goods_amount"
CELLS = {
    "month_profit": f"select round(sum(profit_amount), 2) from marts.profit_daily where {_OCTOBER}",
    "month_profit_before": f"select round(sum(profit_amount), 2) from marts.profit_daily where {_SEPTEMBER}",
    "month_margin": f"""select round(100 * sum(profit_amount) / sum(revenue_net_amount), 1) from marts.profit_daily
        where {_OCTOBER}""",
    "month_order_profit": f"select round(sum({_EARNED}), 2) from marts.profit_daily where {_OCTOBER}",
    "month_order_profit_vs_before": f"""select round(sum({_EARNED}) filter (where {_OCTOBER}), 2)
        - round(sum({_EARNED}) filter (where {_SEPTEMBER}), 2) from marts.profit_daily""",
    "month_tacos": f"""select round(100 * a.cost / s.sales, 1) from
        (select sum(cost) as cost from marts.ads_campaigns_daily where {_OCTOBER}) a,
        (select sum(item_price_amount) as sales from marts.sales_daily where {_OCTOBER}) s""",
    "month_tacos_before": f"""select round(100 * a.cost / s.sales, 1) from
        (select sum(cost) as cost from marts.ads_campaigns_daily where {_SEPTEMBER}) a,
        (select sum(item_price_amount) as sales from marts.sales_daily where {_SEPTEMBER}) s""",
    "month_days": "select 31",
    "month_days_before": "select 30",
    "month_sku_profit": f"select round(sum({_EARNED}), 2) from marts.profit_daily where sku = %(key)s and {_OCTOBER}",
    "sku_loss": f"select -round(sum(profit_amount), 2) from marts.profit_daily where sku = %(key)s and {_OCTOBER}",
    "losing_skus": f"""select count(*) from (select sku from marts.profit_daily where {_OCTOBER} and sku is not null
        group by sku having sum(profit_amount) < 0) s""",
    "sku_advertising": f"""select -round(sum(advertising_amount), 2) from marts.profit_daily
        where sku = %(key)s and {_OCTOBER}""",
    "month_settlements": "select count(*) from marts.settlements where settlement_id = '18234567001'",
    "month_settlements_amount": "select sum(amount) from marts.settlement_lines where settlement_id = '18234567001'",
    "settlement_from": "select min(posted_date) from marts.settlement_lines where settlement_id = %(key)s",
    "settlement_to": "select max(posted_date) from marts.settlement_lines where settlement_id = %(key)s",
    "settlement_deposit_on": "select deposit_date from marts.settlements where settlement_id = %(key)s",
    "profit_left_out_units": f"select sum(units) from marts.profit_daily where {_OCTOBER} and units_without_cost > 0",
    "left_out_revenue": f"""select round(sum(revenue_amount), 2) from marts.profit_daily
        where {_OCTOBER} and units_without_cost > 0""",
    "left_out_sku_units": f"""select sum(units) from marts.profit_daily where sku = %(key)s and {_OCTOBER}
        and units_without_cost > 0""",
}


def _advertised(made: MadeMarts, sku: str, cost: Decimal) -> None:
    """Advertise a SKU at so much a day in October."""
    for row in made.rows["profit_daily"]:
        if row["sku"] == sku and row["date"].month == 10:
            row["advertising_amount"] -= cost
            row["profit_amount"] -= cost


def _without_costs(made: MadeMarts, sku: str, days: set[date]) -> None:
    for row in made.rows["profit_daily"]:
        if row["sku"] == sku and row["date"] in days:
            row |= {"units_without_cost": row["units"], "is_complete": False}


def _october() -> set[date]:
    return {date(2026, 10, 1) + timedelta(days=n) for n in range(31)}


def test_every_figure_is_a_cell_of_the_marts(book: BookOf, warehouse: Warehouse) -> None:
    made = made_month()
    made.rows["settlements"][0] |= {  # it ends within October, the other one in November
        "started_at": datetime(2026, 10, 18, 8, tzinfo=UTC), "ended_at": datetime(2026, 11, 1, 7, tzinfo=UTC)
    }  # fmt: skip
    for row in made.rows["settlement_lines"][:14]:
        row["posted_date"] = date(2026, 10, 17) + timedelta(days=row["line_number"])
    _advertised(made, made.skus[5], Decimal(300))
    facts = book(made)
    assert facts.period == (date(2026, 10, 1), LAST)
    checked = _check(facts, warehouse)
    assert checked == {name for name in CELLS if "left_out" not in name}


def _check(facts: FactBook, warehouse: Warehouse) -> set[str]:
    checked: set[str] = set()
    with warehouse.connect() as conn:
        for fact in facts.facts:
            if fact.name in CELLS:
                cell = conn.execute(CELLS[fact.name], {"key": fact.subject.key}).fetchone()
                assert cell and cell[0] == fact.value, (fact.name, fact.subject.key)
                checked.add(fact.name)
    return checked


def test_the_lines_add_up_and_so_do_their_changes(book: BookOf) -> None:
    facts = book(made_month())
    for name, total in (("month_part", "month_profit"), ("month_part_vs_before", "month_profit_vs_before")):
        lines = {fact.subject.key: fact.value for fact in facts.all(name)}
        orders = sum(lines[part] for part in ORDER_PARTS if part in lines)
        assert orders == lines["order_profit"]
        assert orders + sum(lines[part] for part in LATER_PARTS if part in lines) == lines["profit"]
        assert lines["profit"] == value_of(facts, total)
    assert not any(fact.open_days for fact in facts.facts)  # settled, and its advertising is final
    told = read_out(MONTH, facts)["month_profit"]
    assert "n October" in told and "than the month before" in told
    assert "31 days" in told and "30" in told, "the months differ in length"
    assert (
        "10月" in read_out(MONTH, facts, "zh")["month_profit"]
        and "上个月" in read_out(MONTH, facts, "zh")["month_profit"]
    )


def test_a_month_that_is_not_settled_is_compared_by_its_orders_only(book: BookOf) -> None:
    made = made_month()
    made.rows["settlement_lines"] = [
        row for row in made.rows["settlement_lines"] if row["posted_date"] < date(2026, 10, 28)
    ]
    until = max(row["posted_date"] for row in made.rows["settlement_lines"])
    facts = book(made)
    days = (LAST - until).days
    assert (
        days and value_of(facts, "profit_estimated_days") == days and value_of(facts, "profit_settled_until") == until
    )
    assert facts.get("month_order_profit_vs_before") and not facts.get("month_profit_vs_before")
    compared = {fact.subject.key for fact in facts.all("month_part_vs_before")}
    assert not {"refunds", "storage_fees", "profit"} & compared and "advertising" in compared
    assert all(fact.open_days == days for fact in facts.all("month_part") if fact.subject.key != "advertising")
    told = read_out(MONTH, facts)["month_profit"]
    assert f"{days} days" in told and "estimate" in told.lower() and "advertising, refunds and storage" in told
    assert "预估" in read_out(MONTH, facts, "zh")["month_profit"]


def test_a_settlement_of_the_next_month_settles_this_one(book: BookOf) -> None:
    """What was posted after the month says that the month is covered, however long before its end the last posting
    within it was."""
    made = made_month()
    for row in made.rows["settlement_lines"]:
        if date(2026, 10, 25) <= row["posted_date"] <= LAST:
            row["posted_date"] = date(2026, 10, 24)
    facts = book(made)
    assert not facts.get("profit_estimated_days") and facts.get("month_profit_vs_before")


def test_advertising_is_compared_at_the_same_age_or_the_profit_is_not(book: BookOf, warehouse: Warehouse) -> None:
    made = made_month()
    made.ages = {day: (made.day - day).days + 1 for day in _october()}
    facts = book(made)
    open_days = sum(age < 42 for age in made.ages.values())  # the last reading of a campaign's day is that old
    assert value_of(facts, "ads_open_days") == open_days
    assert not facts.get("month_profit_vs_before") and facts.get("month_order_profit_vs_before")
    assert not facts.get("month_part_vs_before", "advertising") and facts.get("month_part_vs_before", "refunds")
    assert not facts.get("month_tacos_vs_before")
    assert (
        "advertising" in read_out(MONTH, facts)["month_profit"]
        and f"{open_days} days" in read_out(MONTH, facts)["month_profit"]
    )
    september = sorted({row["date"] for row in made.rows["ads_campaigns_daily"] if row["date"].month == 9})
    cost = {
        day: sum(
            row["cost"]
            for row in made.rows["ads_campaigns_daily"]
            if row["date"] == day and row["ad_product"] == "SPONSORED_PRODUCTS"
        )
        for day in september
    }
    young = [day for day in september if made.ages[day + timedelta(days=30)] < 42]
    with warehouse.connect() as conn:
        for number, day in enumerate(young):  # as it was when it was as old: a tenth less was known
            age = max(each for each in (1, 2, 3, 7, 14, 28) if each <= made.ages[day + timedelta(days=30)])
            conn.execute(
                "insert into intermediate.int_ads_readings values (%s, %s, %s, %s, %s, 0)",
                (made.store_id, day, number, made.read_at(day, age), cost[day] * Decimal("0.9")),
            )
        conn.commit()
    facts = book_of(warehouse, made, MONTH)
    whole = sum(row["cost"] for row in made.rows["ads_campaigns_daily"] if row["date"].month == 9)
    expected = sum(cost[day] for day in young) * Decimal("0.1") - whole
    assert abs(value_of(facts, "month_part_before", "advertising") - expected) <= Decimal("0.01")
    assert facts.get("month_profit_vs_before")


def test_units_without_costs_are_left_out_told_first_and_mended(book: BookOf, warehouse: Warehouse) -> None:
    made, sku = made_month(), "HG-TEAPOT-03"
    _without_costs(made, sku, _october())
    facts = book(made)
    assert {"profit_left_out_units", "left_out_revenue", "left_out_sku_units"} <= _check_left_out(facts, warehouse)
    assert sku not in {fact.subject.key for fact in facts.all("month_sku_profit")}
    told = read_out(MONTH, facts)["left_out_of_profit"]
    assert sku in told and "manual.product_costs" in told and "tradewind import" in told
    [first, *_] = writer.write(MONTH, facts)[0]
    assert first.kind.name == "left_out_of_profit" and first.severity == "warning"


def _check_left_out(facts: FactBook, warehouse: Warehouse) -> set[str]:
    named = {name for name in CELLS if "left_out" in name}
    kept = [fact for fact in facts.facts if fact.name in named]
    return _check(FactBook(facts.store_id, facts.day, facts.currency, kept), warehouse)


def test_without_the_costs_of_most_goods_only_that_is_told(book: BookOf) -> None:
    made = made_month()
    for sku in made.skus:
        _without_costs(made, sku, _october())
    facts = book(made)
    assert not any(facts.get(name) for name in ("month_profit", "month_part", "month_margin", "sku_loss"))
    told = read_out(MONTH, facts)
    assert "manual.product_costs" in told["left_out_of_profit"] and "month_profit" not in told


def test_what_loses_money_after_its_ads_leads_with_what_to_do(book: BookOf) -> None:
    made, sku = made_month(), "HG-BOWL-06"
    _advertised(made, sku, Decimal(300))
    facts = book(made)
    [first, *_] = writer.write(MONTH, facts)[0]
    assert (first.kind.name, first.advice) == ("losing_skus", ("spend_less_on_ads",))
    told = read_out(MONTH, facts)["losing_skus"]
    assert sku in told and "fter its ads" in told and f"${value_of(facts, 'sku_loss', sku):,}" in told


def test_a_sku_that_loses_before_its_ads_needs_no_lower_bids(book: BookOf) -> None:
    made, sku = made_month(), "HG-BOWL-06"
    for row in made.rows["profit_daily"]:
        if row["sku"] == sku:
            more = row["cost_of_goods_amount"] * 3
            row["cost_of_goods_amount"] += more
            row["profit_amount"] += more
    facts = book(made)
    told = read_out(MONTH, facts)["losing_skus"]
    assert value_of(facts, "sku_before_ads", sku) < 0 and "price" in told and "bids" not in told


def test_a_gap_in_the_orders_is_no_fall(book: BookOf) -> None:
    made = made_month()
    for row in made.rows["data_coverage"]:
        if row["feed"].startswith("amazon_sp.all_orders") and row["date"] == date(2026, 9, 9):
            row["state"] = "unavailable"
    facts = book(made)
    assert facts.get("month_profit")
    assert not any(fact.name.endswith(("_vs_before", "_before")) for fact in facts.facts if "days" not in fact.name)


def test_a_month_that_was_known_in_part_says_from_when(book: BookOf) -> None:
    made = MadeMarts(days=(date(2026, 11, 20) - date(2026, 10, 12)).days + 1)
    facts = book(made)
    assert value_of(facts, "month_known_from") == date(2026, 10, 12) and not facts.get("month_profit_vs_before")
    assert "Oct 12" in read_out(MONTH, facts)["month_profit"]


def test_the_same_month_a_year_ago_stands_beside_it(book: BookOf) -> None:
    made = made_month()
    year = timedelta(days=365)
    for table in ("profit_daily", "data_coverage"):
        made.rows[table] += [
            row | {"date": row["date"] - year}
            for row in made.rows[table]
            if row["date"].month == 10 and not row.get("is_gap")
        ]
    made.rows["profit_daily"] = [
        row | {"fees_source": "actual"} if row["units"] else row for row in made.rows["profit_daily"]
    ]
    facts = book(made)
    assert value_of(facts, "month_order_profit_year_ago") == value_of(facts, "month_order_profit")
    change = facts.get("month_order_profit_vs_year_ago")
    assert change and change.direction == "flat" and facts.get("month_part_year_ago", "revenue")
    assert "a year earlier" in read_out(MONTH, facts)["month_profit"]


def test_settlements_stand_with_their_days_and_in_their_own_currency(book: BookOf) -> None:
    made = made_month()
    made.rows["settlements"][0] |= {"ended_at": datetime(2026, 10, 31, 8, tzinfo=UTC)}
    other = {**made.rows["settlements"][0], "settlement_id": "77", "currency": "CAD", "total_amount": Decimal("-12.50")}
    made.rows["settlements"].append(other)
    facts = book(made)
    assert value_of(facts, "month_settlements") == 2 and not facts.get("month_settlements_amount")
    amount = facts.get("settlement_amount", "77")
    assert amount and amount.currency == "CAD" and amount.value == Decimal("-12.50")
    assert value_of(facts, "settlement_deposit_on", "77") == other["deposit_date"]
    assert "2 settlements" in read_out(MONTH, facts)["month_settlements"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_written_once_and_read_in_both_languages(
    at_noon: Settings, warehouse: Warehouse, language: str
) -> None:
    made = made_month()
    _advertised(made, made.skus[5], Decimal(300))
    with warehouse.connect() as conn:
        made.write(conn)
    [result] = _write(at_noon, warehouse, made, language)
    assert result.grounded and result.path and result.day == LAST
    seen = Seen(result.path.read_text(encoding="utf-8"))
    wanted = {"en": ("bids", "October", "Profit and loss"), "zh": ("出价", "10月", "利润表")}[language]
    assert wanted[0] in seen.cards[0].whole() and wanted[1] in seen.cards[0].whole() and wanted[2] in seen.text
    [again] = _write(at_noon, warehouse, made, language)
    assert again.reused and again.version == 1


def _write(settings: Settings, warehouse: Warehouse, made: MadeMarts, language: str) -> list[BriefResult]:
    return write_briefs(settings, warehouse, catalog_of(made), kinds=["month"], languages=[language])


def test_a_month_without_data_gets_a_reason(at_noon: Settings, warehouse: Warehouse) -> None:
    made = MadeMarts(days=15)
    with warehouse.connect() as conn:
        made.write(conn)
    [none] = _write(at_noon, warehouse, made, "en")
    assert none.path is None and "2026-10-01 to 2026-10-31" in (none.reason or "")


def test_months_are_those_of_the_calendar() -> None:
    for day in (date(2026, 11, 20), date(2026, 11, 30), date(2027, 3, 1), date(2028, 2, 29)):
        first, last = MONTH.period(day)
        assert first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1] and last <= day
