"""Why sales changed: parts that add up to the change in the marts, and what stands beside a SKU that moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights.facts import Fact, FactBook
from pipelines.insights.marts import read_marts
from pipelines.insights.measures import competitors, sales, why
from pipelines.insights.measures.compare import Pair
from pipelines.warehouse.connection import Warehouse
from tests.support.marts import MadeMarts

ZONE = "America/Los_Angeles"
MUG, BOTTLE, TEAPOT, KETTLE, LADLE = "HG-MUG-01", "HG-BOTTLE-02", "HG-TEAPOT-03", "HG-KETTLE-04", "HG-LADLE-08"


def quiet() -> MadeMarts:
    """A store in which every day sells the same, so that a test changes what it is about."""
    made = MadeMarts()
    for row in made.rows["sales_daily"]:
        row |= {"units": 10, "item_price_amount": Decimal("200.00"), "pending_units": 0}
    for row in made.rows["traffic_daily"]:
        row |= {"sessions": 100, "page_views": 120, "buy_box_percentage": Decimal(95)}
    for row in made.rows["traffic_store_daily"]:
        row |= {"sessions": 1000}
    for row in made.rows["ads_products_daily"]:
        row |= {"clicks": 10}
    for row in made.rows["inventory_daily"]:
        row |= {"ledger_starting_quantity": 40, "ledger_ending_quantity": 40, "snapshot_fulfillable_quantity": 40}
    return made


def change(
    made: MadeMarts, table: str, sku: str | None, values: dict[str, Any], *, days: int = 7, back: int = 0
) -> None:
    """Change the rows of a SKU (None: of all) on the `days` days that end `back` days before the last one."""
    last = made.day - timedelta(days=back)
    for row in made.rows[table]:
        if last - timedelta(days=days) < row["date"] <= last and sku in (None, row["sku"]):
            row.update(values)


def halved(made: MadeMarts, sku: str) -> None:
    change(made, "sales_daily", sku, {"units": 5, "item_price_amount": Decimal("100.00")})


def book_of(warehouse: Warehouse, made: MadeMarts, pair: Pair | None = None) -> FactBook:
    with warehouse.connect() as conn:
        made.write(conn)
    book = FactBook(made.store_id, made.day, made.currency)
    with read_marts(warehouse, made.store_id, ZONE) as marts:
        sales.collect(marts, book)
        sales.movers(marts, book)
        competitors.collect(marts, book, made.tracked)
        why.collect(marts, book, pair)
    return book


def values(book: FactBook, prefix: str, key: str | None = None) -> dict[str, Decimal]:
    """The parts by their name."""
    start = f"{prefix}_from_"
    found = [each for each in book.facts if each.name.startswith(start) and each.subject.key == (key or book.store_id)]
    return {each.name.removeprefix(start): each.value for each in found}  # type: ignore[misc]


def fact(book: FactBook, name: str, key: str | None = None) -> Fact:
    found = book.get(name, key)
    assert found, name
    return found


def test_the_parts_add_up_to_the_change_in_the_marts(warehouse: Warehouse) -> None:
    book = book_of(warehouse, MadeMarts())
    parts = values(book, "sales")
    assert set(parts) == {"traffic", "conversion", "price", "mix"}
    change = fact(book, "sales_change").value
    assert sum(parts.values()) == change == fact(book, "sales_7d").value - fact(book, "sales_previous_7d").value  # type: ignore[operator]
    moved = list(book.all("sku_sales_change"))
    assert len(moved) > 3
    for each in moved:
        assert sum(values(book, "sku_sales", each.subject.key).values()) == each.value


def test_a_sku_that_ran_out_is_told_with_its_days(warehouse: Warehouse) -> None:
    book = book_of(warehouse, MadeMarts())
    days = fact(book, "sku_days_out", KETTLE)
    assert (days.value, days.period) == (4, book.days(7))
    assert days.comparison and days.comparison.value == 0
    assert fact(book, "sku_sales_change", KETTLE).direction == "down"
    assert {each.subject.key for each in book.all("sku_days_out")} == {KETTLE}


def _out_before(made: MadeMarts) -> None:
    change(made, "sales_daily", KETTLE, {"units": 5, "item_price_amount": Decimal("100.00")}, back=7)
    gone = {"ledger_starting_quantity": None, "ledger_ending_quantity": None, "snapshot_fulfillable_quantity": 0}
    change(made, "inventory_daily", KETTLE, gone, days=3, back=8)


def _lost_buy_box(made: MadeMarts) -> None:
    halved(made, KETTLE)
    change(made, "traffic_daily", KETTLE, {"buy_box_percentage": Decimal(60)})


def _dearer(made: MadeMarts) -> None:
    change(made, "sales_daily", KETTLE, {"units": 5, "item_price_amount": Decimal("125.00")})


def _fewer_clicks(made: MadeMarts) -> None:
    halved(made, KETTLE)
    change(made, "ads_products_daily", KETTLE, {"clicks": 4})


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_out_before, {"sku_days_out_before": 3}),
        (_lost_buy_box, {"buy_box_7d": 60, "buy_box_previous_7d": 95, "buy_box_change": -35}),
        (_dearer, {"sku_price": 25, "sku_price_change": 25}),
        (_fewer_clicks, {"sku_ad_clicks": 28, "sku_ad_clicks_change": -60}),
        (lambda made: halved(made, KETTLE), {}),
    ],
)
def test_each_cause_is_found_in_its_mart(
    warehouse: Warehouse, make: Callable[[MadeMarts], None], told: dict[str, int]
) -> None:
    made = quiet()
    make(made)
    book = book_of(warehouse, made)
    assert fact(book, "sku_sales_change", KETTLE)
    beside = {
        each.name: each.value
        for each in book.facts
        if each.subject.key == KETTLE and not each.name.startswith("sku_sales")
    }
    assert beside == told


def test_units_that_are_given_away_are_no_price_cut(warehouse: Warehouse) -> None:
    made = quiet()
    change(made, "sales_daily", KETTLE, {"units": 15, "item_price_amount": Decimal("300.00")})
    change(made, "sales_daily", KETTLE, {"units": 45, "item_price_amount": Decimal("300.00")}, days=1)
    book = book_of(warehouse, made)
    assert fact(book, "sku_sales_change", KETTLE).direction == "up"
    assert book.get("sku_price", KETTLE) is None and book.get("sku_price_change", KETTLE) is None


def test_a_competitor_that_undercuts_us_since_stands_beside_a_fall(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, MUG)
    for row in made.rows["order_items"]:
        row["asin"] = made.asins[made.skus.index(row["sku"])]
    for row in made.rows["competitor_daily"]:
        if row["asin"] == made.asins[0]:
            row["price_amount"] = Decimal(20)
    book = book_of(warehouse, made)
    cut = fact(book, "sku_competitor_price_change", MUG)
    assert cut.direction == "down" and cut.value == fact(book, "competitor_price_change", made.rivals[0]).value


def _read(made: MadeMarts, warehouse: Warehouse, ages: dict[date, int]) -> FactBook:
    made.ages = ages
    return book_of(warehouse, made)


def test_visits_that_are_not_as_old_as_others_are_not_compared(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, KETTLE)
    book = _read(made, warehouse, {made.day - timedelta(days=n): n + 1 for n in range(60)})
    assert values(book, "sales") == {"units": -700, "price": 0, "mix": 0}
    assert values(book, "sku_sales", KETTLE) == {"units": -700, "price": 0}


def test_visits_are_compared_as_they_were_at_the_same_age(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, KETTLE)
    for n in range(7):  # of each day of the week before what it was when it was as old
        day = made.day - timedelta(days=n + 7)
        age = {1: 1, 2: 2}.get(n + 1, 3 if n + 1 < 7 else 7)
        made.rows["int_traffic_readings"].append(
            {"date": day, "load_id": 100 + n, "read_at": made.read_at(day, age), "sessions": 1250, "units_ordered": 9}
        )
    book = _read(made, warehouse, {made.day - timedelta(days=n): n + 1 for n in range(60)})
    parts = values(book, "sales")
    assert set(parts) == {"traffic", "conversion", "price", "mix"} and parts["traffic"] < -700 < 0 < parts["conversion"]
    assert sum(parts.values()) == -700
    assert fact(book, "sales_from_traffic").open_days == 7 and not fact(book, "sales_from_price").open_days
    assert set(values(book, "sku_sales", KETTLE)) == {"units", "price"}  # visits by SKU are not kept by age


def test_clicks_are_compared_on_the_days_on_which_they_are_final(warehouse: Warehouse) -> None:
    made = quiet()
    _fewer_clicks(made)
    book = _read(made, warehouse, {made.day - timedelta(days=n): n + 1 for n in range(60)})
    clicks = fact(book, "sku_ad_clicks", KETTLE)
    assert clicks.period == (made.day - timedelta(days=6), made.day - timedelta(days=2)) and clicks.value == 5 * 4
    assert clicks.comparison and (clicks.comparison.kind, clicks.comparison.value) == ("same_days", 50)


def test_what_awaits_payment_may_make_up_for_a_fall(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, KETTLE)
    change(made, "sales_daily", MUG, {"pending_units": 60}, days=1)
    book = book_of(warehouse, made)
    assert book.get("sales_change") is None and not values(book, "sales")


def test_nothing_is_explained_where_orders_of_a_day_are_missing(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, KETTLE)
    for row in made.rows["data_coverage"]:
        if row["feed"].startswith("amazon_sp.all_orders") and row["date"] == made.day - timedelta(days=9):
            row["state"] = "missing"
    assert not [each for each in book_of(warehouse, made).facts if "_from_" in each.name]


def test_any_two_periods_can_be_compared(warehouse: Warehouse) -> None:
    made = quiet()
    halved(made, KETTLE)
    fortnight = Pair(
        (made.day - timedelta(days=13), made.day),
        (made.day - timedelta(days=40), made.day - timedelta(days=14)),
        "weeks",
    )
    book = book_of(warehouse, made, fortnight)
    change_ = fact(book, "sales_change")
    assert change_.period == fortnight.current and change_.comparison and change_.comparison.kind == "weeks"
    assert change_.value == (14 - 27) * 12 * 200 - 700
    assert set(values(book, "sales")) == {"units", "price", "mix"}  # of unlike lengths no day has a counterpart
