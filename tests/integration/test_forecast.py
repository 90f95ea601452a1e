"""Forecasts from marts to insights.demand_forecasts and the outlook: what is read, and when it is made anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pipelines.errors import WarehouseError
from pipelines.insights.forecast import history, models, store
from pipelines.insights.forecast.outlook import Outlook, Plan, outlook
from pipelines.insights.forecast.store import ForecastResult, make_forecasts
from pipelines.insights.marts import read_marts
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.briefs import catalog_of
from tests.support.marts import MadeMarts

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
DAY = date(2026, 11, 20)
ZONE = "America/Los_Angeles"


@pytest.fixture
def made(warehouse: Warehouse) -> MadeMarts:
    made = MadeMarts()
    with warehouse.connect() as conn:
        made.write(conn)
    return made


def _make(settings: Settings, warehouse: Warehouse, *made: MadeMarts) -> list[ForecastResult]:
    return make_forecasts(settings, warehouse, catalog_of(*made))


def _outlook(warehouse: Warehouse, made: MadeMarts, plan: Plan | None = None) -> dict[str, Outlook]:
    with read_marts(warehouse, made.store_id, ZONE, made.tenant_id) as marts:
        return {each.sku: each for each in outlook(marts, DAY, plan)}


def test_the_history_holds_the_units_of_the_marts_less_days_without_stock(
    warehouse: Warehouse, made: MadeMarts
) -> None:
    with read_marts(warehouse, made.store_id, ZONE) as marts:
        told = history.read(marts, DAY)
        sold = marts.rows(
            "select sku, sum(units + pending_units + multi_channel_units)::integer as units from marts.sales_daily "
            "where store_id = %(store_id)s group by sku order by sku"
        )
    assert told is not None and (told.first, told.last) == (DAY - timedelta(days=59), DAY)
    assert {row["sku"]: sum(row["units"]) for row in told.rows} == {row["sku"]: row["units"] for row in sold}
    assert sum(row["units"][-1] for row in told.rows if row["sku"] == made.skus[0]) > 2, "pending ones count"
    stock = {row["sku"]: row["stock"] for row in told.rows}
    assert stock[made.skus[3]] == "l" * 20 + "0" * 14 + "l" * 22 + "0" * 4
    assert stock[made.skus[0]] == "l" * 58 + "00", "the ledger tells of the day, and of that SKU nothing"


def test_days_of_the_ledger_that_snapshots_tell_more_of(warehouse: Warehouse, made: MadeMarts) -> None:
    with warehouse.connect() as conn:
        for back, free in ((1, 5), (2, 0)):
            conn.execute(
                "update marts.inventory_daily set snapshot_fulfillable_quantity = %s where sku = %s and date = %s",
                (free, made.skus[1], DAY - timedelta(days=back)),
            )
        conn.execute("delete from marts.inventory_daily where date = %s", (DAY,))
        conn.execute("delete from marts.inventory_daily where sku = %s", (made.skus[2],))
    with read_marts(warehouse, made.store_id, ZONE) as marts:
        told = history.read(marts, DAY)
    assert told is not None
    stock = {row["sku"]: row["stock"] for row in told.rows}
    assert stock[made.skus[1]] == "l" * 57 + "r1?"
    assert stock[made.skus[2]] == "?" * 60, "a SKU that the ledger does not know is sent by the seller"


@pytest.mark.thorough
def test_a_forecast_is_made_once_and_anew_when_its_history_changes(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first] = _make(at_noon, warehouse, made)
    assert (first.origin, first.skus, first.reused, first.reason) == (DAY, 12, False, None)
    assert first.error is not None and 0 < first.error < 1
    with warehouse.connect() as conn:
        rows = conn.execute(
            "select tenant_id, origin, made_at, count(*), count(distinct sku), min(date), max(date), max(horizon), "
            "bool_and(date = origin + horizon) from insights.demand_forecasts group by 1, 2, 3"
        ).fetchall()
    assert rows == [("harbor", DAY, NOW, 12 * 90, 12, DAY + timedelta(days=1), DAY + timedelta(days=90), 90, True)]

    with monkeypatch.context() as patch:
        patch.setattr(store, "forecast", lambda told: pytest.fail("nothing is new"))
        [again] = _make(at_noon.model_copy(update={"fixed_now": NOW + timedelta(hours=1)}), warehouse, made)
    assert (again.origin, again.skus, again.reused) == (DAY, 12, True)

    with warehouse.connect() as conn:
        conn.execute(
            "update marts.sales_daily set units = units + 50 where sku = %s and date = %s", (made.skus[5], DAY)
        )
    [third] = _make(at_noon, warehouse, made)
    assert not third.reused
    with monkeypatch.context() as patch:
        patch.setattr(store, "VERSION", "other models")
        [other] = _make(at_noon, warehouse, made)
    assert not other.reused


class _CutOff(list[dict[str, Any]]):
    """Rows of a forecast whose writer loses its connection at the middle, as if it were killed there."""

    def __init__(self, rows: Sequence[dict[str, Any]], warehouse: Warehouse) -> None:
        super().__init__(rows)
        self._warehouse, self._read = warehouse, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._read += 1
        for place, row in enumerate(super().__iter__()):
            if self._read == 2 and place == len(self) // 2:  # the first reading counts the SKUs
                with self._warehouse.connect() as conn:
                    conn.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity "
                        "where query like 'copy insights.demand_forecasts%' and pid <> pg_backend_pid()"
                    )
            yield row


def test_a_forecast_that_is_killed_half_way_leaves_the_one_before_and_is_made_again(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[tuple[Any, ...]]:
        with warehouse.connect() as conn:
            return conn.execute(
                "select sku, horizon, mean, p10, p50, p90, origin from insights.demand_forecasts order by 1, 2"
            ).fetchall()

    _make(at_noon, warehouse, made)
    before = told()
    with warehouse.connect() as conn:
        conn.execute("update marts.sales_daily set units = units + 50 where sku = %s", (made.skus[5],))
    pure = store.forecast
    with monkeypatch.context() as patch:
        patch.setattr(store, "forecast", lambda history: (_CutOff(pure(history)[0], warehouse), None))
        with pytest.raises((WarehouseError, psycopg.Error)):
            _make(at_noon, warehouse, made)
    assert told() == before
    [again] = _make(at_noon, warehouse, made)
    assert not again.reused and len(told()) == len(before) and told() != before
    [known] = _make(at_noon, warehouse, made)
    assert known.reused


def test_a_sku_without_a_sale_has_no_forecast_and_no_day_on_which_it_runs_out(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    _make(at_noon, warehouse, made)
    unsold = next(sku for sku, each in _outlook(warehouse, made).items() if each.on_hand)
    with warehouse.connect() as conn:
        conn.execute("delete from marts.sales_daily where sku = %s", (unsold,))
    [result] = _make(at_noon, warehouse, made)
    assert result.skus == 11
    found = _outlook(warehouse, made)[unsold]
    assert (found.method, found.out_date_p50, found.cover_days_p50, found.order_units) == ("", None, None, 0)


def test_each_store_has_its_own_forecast(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    other = MadeMarts("sakura-jp", "sakura", "JPY", products=5)
    with warehouse.connect() as conn:
        other.write(conn)
    assert [(each.store_id, each.skus) for each in _make(at_noon, warehouse, made, other)] == [
        ("harbor-us", 12),
        ("sakura-jp", 5),
    ]
    [only] = make_forecasts(at_noon, warehouse, catalog_of(made, other), stores=["sakura-jp"])
    assert only.reused
    with warehouse.connect() as conn:
        counted = conn.execute(
            "select tenant_id, store_id, count(distinct sku) from insights.demand_forecasts group by 1, 2 order by 1"
        ).fetchall()
    assert counted == [("harbor", "harbor-us", 12), ("sakura", "sakura-jp", 5)]


def test_a_store_with_little_history_says_so_and_keeps_no_old_forecast(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    _make(at_noon, warehouse, made)
    with warehouse.connect() as conn:
        conn.execute("delete from marts.sales_daily where date <= %s", (DAY - timedelta(days=5),))
    [result] = _make(at_noon, warehouse, made)
    assert result.origin is None and result.reason == "orders are known of 5 days only; 7 are needed."
    with warehouse.connect() as conn:
        conn.execute("truncate marts.sales_daily")
        assert conn.execute("select count(*) from insights.demand_forecasts").fetchone() == (0,)
    [result] = _make(at_noon, warehouse, made)
    assert result.origin is None and "no orders" in str(result.reason)
    assert _outlook(warehouse, made) == {}


def test_two_weeks_are_forecast_by_averages_and_without_an_error_of_the_backtest(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    with warehouse.connect() as conn:
        conn.execute("delete from marts.sales_daily where date <= %s", (DAY - timedelta(days=12),))
    [result] = _make(at_noon, warehouse, made)
    assert result.skus == 12 and result.error is None
    with warehouse.connect() as conn:
        told = conn.execute("select distinct method, backtest_error from insights.demand_forecasts").fetchall()
    assert told == [("mean", None)]


def test_the_outlook_reads_stock_lead_times_prices_and_costs(
    at_noon: Settings, warehouse: Warehouse, made: MadeMarts
) -> None:
    _make(at_noon, warehouse, made)
    found = _outlook(warehouse, made, Plan(lead_time_days=40, cover_days=30))
    assert set(found) == set(made.skus)
    out = found[made.skus[3]]
    assert out.is_out and out.inbound == 240 and out.lead_time_days == 40
    first, last = found[made.skus[0]], found[made.skus[11]]
    assert first.out_date_early is not None and first.out_date_p50 is not None
    assert DAY < first.out_date_early <= first.out_date_p50 < DAY + timedelta(days=6)
    assert first.lost_sales_amount is not None and first.lost_sales_amount > 0 and first.order_units > 0
    assert first.lost_sales_amount == (first.lost_units * 14).quantize(Decimal("0.01")), "at the price that it has"
    assert last.lead_time_days == 20 and last.surplus_cost_amount == last.surplus_units * Decimal("16.00")
    assert {each.currency for each in found.values()} == {"USD"}
    for each in found.values():
        assert each.demand_28d_p50 <= each.demand_28d_p90
        assert each.method == "level_weekday" and each.backtest_error is not None


def test_what_was_sold_since_the_snapshot_is_gone(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    _make(at_noon, warehouse, made)
    sku = made.skus[11]
    before = _outlook(warehouse, made)[sku]
    with warehouse.connect() as conn:
        conn.execute("update marts.inventory_health set as_of_date = as_of_date - 4")
        (sold,) = conn.execute(
            "select sum(units) from marts.sales_daily where sku = %s and date between %s and %s",
            (sku, DAY - timedelta(days=4), DAY - timedelta(days=1)),
        ).fetchone() or (0,)
    after = _outlook(warehouse, made)[sku]
    assert sold > 0 and after.on_hand == before.on_hand - sold
    assert after.start == before.start == DAY + timedelta(days=1)


def test_without_marts_it_says_what_to_do(at_noon: Settings, warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="tradewind transform"):
        _make(at_noon, warehouse, MadeMarts())


def test_its_rows_are_those_of_the_pure_forecast(at_noon: Settings, warehouse: Warehouse, made: MadeMarts) -> None:
    _make(at_noon, warehouse, made)
    with read_marts(warehouse, made.store_id, ZONE) as marts:
        told = history.read(marts, DAY)
        assert told is not None
        stored = marts.rows(
            "select sku, horizon, p10, p50, p90, total_p90 from insights.demand_forecasts order by sku, horizon"
        )
    rows, _ = store.forecast(told)
    assert len(rows) == len(made.skus) * models.HORIZON
    assert stored == [{name: row[name] for name in stored[0]} for row in rows]
