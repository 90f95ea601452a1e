"""What a forecast means for stock: when it runs out, how long it lasts, what to order and by when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pipelines.insights.forecast.outlook import Curve, Outlook, Plan, Stock, outlook_of

ORIGIN = date(2026, 11, 20)
TODAY = ORIGIN + timedelta(days=1)


def _curve(*, days: int = 90, likely: float = 2, early: float = 3) -> Curve:
    """So many units a day."""
    each = range(1, days + 1)
    return Curve(
        ORIGIN, [likely * n for n in each], [likely * n for n in each], [early * n for n in each], "level_weekday"
    )


def _outlook(
    on_hand: int, inbound: int = 0, *, curve: Curve | None = None, plan: Plan | None = None, **told: Any
) -> Outlook:
    stock = Stock("A", told.pop("as_of", TODAY), on_hand, inbound, **told)
    return outlook_of(stock, curve or _curve(), plan or Plan(lead_time_days=10, cover_days=20), ORIGIN)


def test_stock_runs_out_earlier_in_the_early_case() -> None:
    found = _outlook(12)
    assert found.out_date_p50 == ORIGIN + timedelta(days=6) and found.out_date_early == ORIGIN + timedelta(days=4)
    assert found.cover_days_p50 == Decimal("6.0") and not found.is_out and not found.beyond_forecast
    assert _outlook(11).cover_days_p50 == Decimal("5.5")
    assert _outlook(11, 3).cover_days_with_inbound_p50 == Decimal("7.0")


def test_what_is_ordered_lasts_for_the_cover_after_the_lead_time() -> None:
    # position 40; the likely demand of 10 + 20 days is 60, the safety stock of 10 days 30 - 20
    found = _outlook(15, 25)
    assert found.safety_units == 10
    assert found.order_by == ORIGIN + timedelta(days=14) - timedelta(days=10)
    assert found.order_units == 60 + 10 - 40


def test_nothing_is_ordered_before_it_is_due() -> None:
    assert _outlook(90).order_by == ORIGIN + timedelta(days=20)
    assert _outlook(90).order_units == 0
    assert _outlook(51).order_by == ORIGIN + timedelta(days=7)
    assert _outlook(51).order_units == 60 + 10 - 51


def test_what_cannot_be_sold_before_new_goods_come_is_lost() -> None:
    found = _outlook(8, price=Decimal("12.50"), currency="USD")
    assert found.order_by == ORIGIN + timedelta(days=3) - timedelta(days=10)  # a week ago
    assert found.lost_units == 12 and found.lost_sales_amount == Decimal("150.00")
    assert found.daily_sales_amount == Decimal("25.00")
    assert _outlook(8, 12).lost_units == 0
    assert _outlook(8).lost_sales_amount is None


def test_a_sku_that_is_out_is_out_today() -> None:
    found = _outlook(0, 4)
    assert found.is_out and found.out_date_p50 == found.out_date_early == TODAY
    assert found.cover_days_p50 == 0 and found.cover_days_with_inbound_p50 == 2


def test_a_lead_time_of_the_sku_goes_before_that_of_the_store() -> None:
    assert _outlook(40, lead_time_days=5).lead_time_days == 5
    assert _outlook(40).lead_time_days == 10
    assert _outlook(40, lead_time_days=0).order_by == ORIGIN + timedelta(days=14)


def test_beyond_the_forecast_its_pace_goes_on() -> None:
    found = _outlook(300)
    assert found.out_date_p50 == ORIGIN + timedelta(days=150) and found.beyond_forecast
    assert found.out_date_early == ORIGIN + timedelta(days=100)
    assert found.cover_days_p50 == Decimal("150.0")


def test_what_is_not_sold_never_runs_out_and_is_surplus() -> None:
    nothing = Curve(ORIGIN, (), (), ())
    found = _outlook(30, curve=nothing, unit_cost=Decimal(4))
    assert (found.out_date_p50, found.cover_days_p50, found.order_by, found.order_units) == (None, None, None, 0)
    assert found.surplus_units == 30 and found.surplus_cost_amount == Decimal("120.00")
    assert _outlook(0, curve=nothing).order_units == 0
    assert _outlook(280).surplus_units == 280 - 270


def test_newer_stock_serves_from_its_own_day_on() -> None:
    found = _outlook(12, as_of=ORIGIN + timedelta(days=3))
    assert found.start == ORIGIN + timedelta(days=3)
    assert found.out_date_p50 == ORIGIN + timedelta(days=8) and found.cover_days_p50 == Decimal("6.0")


def test_older_stock_serves_from_the_day_after_the_origin_on() -> None:
    assert _outlook(12, as_of=ORIGIN - timedelta(days=4)).start == TODAY


@pytest.mark.parametrize("units", [1, 7, 30, 100, 1000])
def test_the_last_unit_goes_on_the_day_that_is_named(units: int) -> None:
    curve = _curve(likely=0.7, early=1.3)
    for name in ("p50", "p90"):
        day = curve.runs_out(name, units, ORIGIN)
        assert day is not None
        assert curve.total(name, day - timedelta(days=1)) < units <= curve.total(name, day) + 1e-6
