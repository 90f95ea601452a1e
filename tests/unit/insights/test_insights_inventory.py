"""The rules of the inventory brief, without a database: what goes by velocity, what is due, what is surplus."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights.forecast.outlook import BY_VELOCITY, Curve, Plan, Stock, outlook_of
from pipelines.insights.measures import clearing, reorder
from pipelines.insights.measures.cover import Cover
from pipelines.insights.measures.stock import at_risk

ORIGIN = date(2026, 11, 20)


def cover(sku: str, on_hand: int, *, a_day: float = 2, inbound: int = 0, price: str = "10", **row: Any) -> Cover:
    """A SKU that sells so much a day, by velocity; goods take ten days and last for twenty."""
    curve = Curve.of_velocity(ORIGIN, a_day, 0) if a_day else Curve(ORIGIN, (), (), ())
    stock = Stock(sku, ORIGIN + timedelta(days=1), on_hand, inbound, price=Decimal(price), unit_cost=Decimal(4),
                  currency="USD")  # fmt: skip
    known = outlook_of(stock, curve, Plan(10, 20), ORIGIN + timedelta(days=1))
    velocity = Decimal(str(a_day)) if a_day else None
    row = {"sku": sku, "fulfillable_quantity": on_hand, "velocity": velocity, "units_90d": 90, **row}
    return Cover(known.cover_days_p50, known.out_date_p50, velocity, False, known, row)


def test_without_a_forecast_units_a_day_go_on_within_their_spread() -> None:
    curve = Curve.of_velocity(ORIGIN, 4, 3)
    day = ORIGIN + timedelta(days=25)
    assert curve.total("p50", day) == curve.total("mean", day) == 100
    assert curve.total("p90", day) == pytest.approx(100 + 1.2816 * 3 * 5)
    assert curve.total("p10", day) == pytest.approx(100 - 1.2816 * 3 * 5)
    assert curve.method == BY_VELOCITY
    poisson = Curve.of_velocity(ORIGIN, 4, None)
    assert poisson.total("p90", ORIGIN + timedelta(days=1)) == pytest.approx(4 + 1.2816 * 2)
    assert Curve.of_velocity(ORIGIN, 0.1, 3).total("p10", ORIGIN + timedelta(days=5)) == 0


def test_a_week_of_delay_costs_what_lacks_in_that_week() -> None:
    # 2 a day; ordered on the first day, goods come after the tenth: eleven days, 22 units
    assert cover("A", 12).outlook.lost_units == 10
    assert cover("A", 12).outlook.delay_sales_amount == Decimal("140.00")
    assert cover("A", 30).outlook.lost_units == 0 and cover("A", 30).outlook.delay_sales_amount == Decimal("60.00")
    assert cover("A", 90).outlook.delay_sales_amount == 0


def test_what_costs_most_to_delay_is_ordered_first() -> None:
    known = [cover("CHEAP", 12, price="5"), cover("DEAR", 12, price="50"), cover("ENOUGH", 900)]
    assert [each.sku for each in reorder.due(known, "USD")] == ["DEAR", "CHEAP"]
    assert [each.sku for each in reorder.due(known, "EUR")] == ["CHEAP", "DEAR"], "amounts of another currency are none"
    order = known[1].outlook
    assert order.order_units == (11 + 20) * 2 - 12 and order.order_cost_amount == Decimal("200.00")


def test_the_worst_stands_first() -> None:
    known = [cover("LONG", 900), cover("LOW", 20), cover("LOWER", 4), cover("SLOW", 0, a_day=1), cover("FAST", 0)]
    out, low = at_risk(known)
    assert [each.sku for each in out] == ["FAST", "SLOW"] and [each.sku for each in low] == ["LOWER", "LOW"]
    never = cover("NEVER", 0, a_day=0, units_90d=0)
    assert at_risk([never]) == ([], [])


@pytest.mark.parametrize(("days", "surplus"), [(10, 0), (60, 50)])
def test_what_has_just_come_and_not_sold_yet_is_no_surplus(days: int, surplus: int) -> None:
    assert clearing.surplus_of(cover("NEW", 50, a_day=0), {"days_in_stock_90d": days}) == surplus


def test_what_lasts_longer_than_ninety_days_is_surplus() -> None:
    assert clearing.surplus_of(cover("A", 200), {"days_in_stock_90d": 90}) == 200 - 180
    assert clearing.surplus_of(cover("A", 100), {"days_in_stock_90d": 90}) == 0


@pytest.mark.parametrize(
    ("surplus", "on_hand", "storage", "surcharge", "kept"),
    [(30, 60, "20", "0", "10"), (0, 60, "20", "7.5", "7.5"), (30, 60, None, "7.5", "7.5"), (30, 60, None, "0", None),
     (0, 0, "20", "0", None)],
)  # fmt: skip
def test_keeping_costs_the_surcharge_and_the_share_of_storage(
    surplus: int, on_hand: int, storage: str | None, surcharge: str, kept: str | None
) -> None:
    found = clearing.keeping(surplus, on_hand, None if storage is None else Decimal(storage), Decimal(surcharge))
    assert found == (None if kept is None else Decimal(kept))


def test_an_amount_in_another_currency_is_none() -> None:
    known = cover("A", 12)
    assert known.amount(known.outlook.lost_sales_amount, "USD") == Decimal("100.00")
    other = replace(known, outlook=replace(known.outlook, currency="EUR"))
    assert other.amount(other.outlook.lost_sales_amount, "USD") is None
