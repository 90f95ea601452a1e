"""The forecast of demand: which days tell of it, what is expected, and how often that is right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from pipelines.insights.forecast import backtest, history, models
from pipelines.insights.forecast.history import History, Panel
from pipelines.insights.forecast.models import Tuning
from pipelines.insights.forecast.store import forecast

FIRST = date(2026, 6, 1)  # a Monday
WEEK = (1.3, 0.8, 0.8, 0.9, 1.0, 1.0, 1.2)


def _row(sku: str, units: list[int], *, stock: str | None = None, discounted: str = "", price: float = 10) -> Any:
    return {
        "sku": sku,
        "units": units,
        "prices": [price if sold else None for sold in units],
        "discounted": discounted or "0" * len(units),
        "stock": stock or "?" * len(units),
    }


def _history(*rows: Any, unknown: tuple[date, ...] = ()) -> History:
    return History(FIRST, FIRST + timedelta(days=len(rows[0]["units"]) - 1), rows, unknown)


def _sold(rate: float, days: int, *, seed: int = 1, week: tuple[float, ...] = (1,) * 7) -> list[int]:
    dice = np.random.default_rng(seed)
    return [int(each) for each in dice.poisson([rate * week[n % 7] for n in range(days)])]


def _expected(told: History, tuning: Tuning | None = None) -> dict[str, np.ndarray]:
    panel = told.panel()
    rates = models.expected(panel, models.fit_profile(panel), tuning or Tuning())
    return {sku: rates.ahead[:, k] for k, sku in enumerate(panel.skus)}


def test_days_without_stock_are_no_days_without_demand() -> None:
    always = _sold(4, 84)
    often_out = [0 if n % 14 < 6 else units for n, units in enumerate(always)]
    stock = "".join("r" if n % 14 < 6 else "1" for n in range(84))
    told = _history(_row("ALWAYS", always), _row("OUT", often_out, stock=stock), _row("SAID", often_out))
    ahead = {sku: each.mean() for sku, each in _expected(told).items()}
    assert ahead["OUT"] == pytest.approx(ahead["ALWAYS"], rel=0.15)
    assert ahead["SAID"] < 0.7 * ahead["OUT"]


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("111", [True, True, True]),
        ("101", [True, False, True]),
        ("1r1", [True, False, True]),
        ("???", [True, True, True]),  # a seller's own stock
        ("0?1", [False, False, True]),  # as the day before
        ("1l0", [True, True, False]),
        ("rl1", [False, False, True]),  # the ledger counts what is reserved
        ("0l1", [False, True, True]),  # received
    ],
)
def test_stock_is_read_from_snapshot_and_ledger(told: str, known: list[bool]) -> None:
    assert history.in_stock(told).tolist() == known


def test_a_day_without_orders_data_is_missing() -> None:
    day = FIRST + timedelta(days=3)
    panel = _history(_row("A", [2, 2, 2, 0, 2, 0, 2]), unknown=(day,)).panel()
    assert np.isnan(panel.units[3, 0]) and not np.isnan(np.delete(panel.units[:, 0], 3)).any()
    imported = _history(_row("A", [2] * 7), _row("B", [0, 1, 0, 0, 0, 0, 0]), unknown=(day,)).panel()
    assert imported.units[3].tolist() == [2, 0]


def test_a_sku_begins_with_its_first_stock_or_sale_and_ends_half_a_year_after_its_last() -> None:
    days = 200
    new = [0] * 190 + [3] * 10
    gone = [2] * 10 + [0] * 190
    told = _history(
        _row("NEW", new, stock="0" * 185 + "1" * 15),
        _row("GONE", gone, stock="1" * 10 + "0" * 190),
        _row("SLOW", gone, stock="1" * days),
    )
    panel = told.panel()
    assert panel.skus == ("NEW", "SLOW")
    assert np.isnan(panel.units[:185, 0]).all() and panel.units[185:, 0].tolist() == [0] * 5 + [3] * 10


def test_promotions_are_discounts_and_cut_prices_with_the_days_between() -> None:
    def promoted(prices: list[float], discounted: str) -> list[bool]:
        row = {**_row("A", [1] * 7 + [0, 1, 0, 1], discounted=discounted), "prices": prices}
        return [bool(each) for each in _history(row).panel().promoted[:, 0]]

    none = float("nan")
    cut = [10, 10, 10, 10, 10, 10, 8, none, 8, none, 10]
    assert promoted(cut, "0" * 11) == [False] * 6 + [True] * 3 + [False] * 2
    plain = [none if each in (7, 9) else 10.0 for each in range(11)]
    assert promoted(plain, "00100000000") == [n == 2 for n in range(11)]
    assert promoted(plain, "00100010100") == [n in (2, 6, 7, 8) for n in range(11)]


def test_a_promotion_lifts_its_own_days_and_not_what_is_expected_after_it() -> None:
    days = 112
    promoted = "".join("1" if n % 28 in range(7, 14) else "0" for n in range(days))
    rows = []
    for k in range(12):
        usual = _sold(5, days, seed=k)
        lifted = _sold(10, days, seed=100 + k)
        units = [lifted[n] if promoted[n] == "1" else usual[n] for n in range(days)]
        rows.append(_row(f"S{k}", units, discounted=promoted))
    panel = _history(*rows).panel()
    profile = models.fit_profile(panel)
    assert profile.lift == pytest.approx(2, rel=0.15)
    assert profile.share == pytest.approx(0.25, abs=0.03)
    ahead = models.expected(panel, profile, Tuning()).ahead.mean(1)
    assert ahead[0] < 6 < ahead[-1] < 7  # none runs now; in the long run a quarter of the days has one


def test_weekdays_are_those_of_the_whole_store() -> None:
    told = _history(*(_row(f"S{k}", _sold(0.5, 84, seed=k, week=WEEK)) for k in range(60)))
    monday, tuesday = _expected(told)["S0"][:2]
    assert monday / tuesday == pytest.approx(1.3 / 0.8, rel=0.25)


def _of_a_year(days: int, *, growth: float = 0.0) -> tuple[History, np.ndarray]:
    """Ten SKUs in a store with a season (it begins in November), and what is expected of each on all days and 90 more.

    growth: of the year's demand, as a share.
    """
    day = np.arange(days + 90)
    rate = 4 * (1 + 0.5 * np.sin(2 * np.pi * (day + 151) / 365.25)) * (1 + growth * day / 365)
    dice = [np.random.default_rng(k) for k in range(10)]
    return _history(*(_row(f"S{k}", dice[k].poisson(rate[:days]).tolist()) for k in range(10))), rate[days:]


@pytest.mark.parametrize("growth", [0.0, 1.0])
def test_the_time_of_year_counts_from_a_year_on(growth: float) -> None:
    told, _ = _of_a_year(380, growth=growth)
    assert not backtest.backtest(told.panel()).tuning.yearly, "no origin has a year before it"
    told, truth = _of_a_year(450, growth=growth)
    rows, _ = forecast(told)
    assert {row["method"] for row in rows} == {"level_weekday_year"}
    ahead = np.array([row["mean"] for row in rows]).reshape(10, 90).mean(0)
    wrong = np.abs(ahead.reshape(9, 10).mean(1) / truth.reshape(9, 10).mean(1) - 1)
    assert wrong.max() < 0.25, wrong


def test_growth_is_no_time_of_year() -> None:
    days = 450
    rate = 3 * (1 + 2 * np.arange(days) / 365)
    dice = [np.random.default_rng(k) for k in range(10)]
    rows, _ = forecast(_history(*(_row(f"S{k}", dice[k].poisson(rate).tolist()) for k in range(10))))
    ahead = np.array([row["mean"] for row in rows]).reshape(10, 90).mean()
    assert ahead > 0.85 * rate[-1], "it would fall to what was sold a year ago"


def test_a_new_sku_has_its_own_average_and_wide_quantiles() -> None:
    old = _sold(3, 84)
    new = [0] * 76 + [3, 2, 4, 3, 2, 3, 4, 3]
    told = _history(*(_row(f"S{k}", _sold(3, 84, seed=k)) for k in range(8)), _row("OLD", old), _row("NEW", new))
    rows, _ = forecast(told)
    ends = {row["sku"]: row for row in rows if row["horizon"] == 28}
    assert ends["NEW"]["method"] == "mean" and ends["OLD"]["method"] == "level_weekday"
    assert ends["NEW"]["total_mean"] == pytest.approx(84, rel=0.2)
    width = {sku: each["total_p90"] - each["total_p10"] for sku, each in ends.items()}
    assert width["NEW"] > 1.5 * width["OLD"]


def test_a_sku_that_nobody_buys_any_more_is_expected_to_sell_next_to_nothing() -> None:
    dead = [2] * 20 + [0] * 150
    rows, _ = forecast(_history(_row("DEAD", dead, stock="1" * 170), _row("ALIVE", _sold(2, 170))))
    last = next(row for row in rows if row["sku"] == "DEAD" and row["horizon"] == 90)
    assert last["total_p50"] <= 30 and last["total_mean"] < 0.2 * 180
    assert 0 <= last["total_p10"] <= last["total_p50"] <= last["total_p90"]


def test_a_store_in_which_nothing_is_sold_has_a_forecast_of_nothing() -> None:
    panel = Panel(_history(_row("A", [1] * 40)).panel().days, ("A",), np.zeros((40, 1)), np.full((40, 1), np.nan))
    rates = models.expected(panel, models.fit_profile(panel), Tuning())
    assert rates.ahead.sum() < 1
    assert models.quantiles(rates, Tuning())[:2].max() == 0
    assert backtest.backtest(panel).error is None


def test_quantiles_are_in_order_and_widen_with_the_days() -> None:
    rows, _ = forecast(_history(*(_row(f"S{k}", _sold(k / 2, 100, seed=k)) for k in range(1, 9))))
    for row in rows:
        assert row["p10"] <= row["p50"] <= row["p90"]
        assert row["total_p10"] <= row["total_p50"] <= row["total_p90"]
    for sku in {row["sku"] for row in rows}:
        own = [row for row in rows if row["sku"] == sku]
        assert [row["horizon"] for row in own] == list(range(1, 91))
        assert [row["date"] for row in own] == [row["origin"] + timedelta(days=n) for n in range(1, 91)]
        assert sum(row["mean"] for row in own) == pytest.approx(own[-1]["total_mean"], abs=0.01)
        for name in ("total_p10", "total_p50", "total_p90"):
            assert [row[name] for row in own] == sorted(row[name] for row in own)


def test_four_in_five_totals_are_between_the_outer_quantiles() -> None:
    days, inside = 140, []
    for seed in range(6):
        told = _history(*(_row(f"S{k}", _sold(1 + k / 3, days, seed=100 * seed + k, week=WEEK)) for k in range(20)))
        panel = told.panel()
        known = panel.until(days - 28)
        tuning = backtest.backtest(known).tuning
        totals = models.quantiles(models.expected(known, models.fit_profile(known), tuning, 28), tuning, totals=True)[
            :, -1
        ]
        came = panel.units[-28:].sum(0)
        inside += ((came >= totals[0]) & (came <= totals[2])).tolist()
    assert 0.72 < np.mean(inside) < 0.93


def test_the_backtest_knows_nothing_of_the_days_that_it_forecasts() -> None:
    rows = [_row(f"S{k}", _sold(3, 100, seed=k)) for k in range(5)]
    panel = _history(*rows).panel()
    length = backtest.origins(100)[0]
    known = models.expected(panel.until(length), models.fit_profile(panel.until(length)), Tuning(), 28).ahead
    changed = panel.units.copy()
    changed[length:] = 50
    other = Panel(panel.days, panel.skus, changed, panel.marked).until(length)
    assert np.allclose(known, models.expected(other, models.fit_profile(other), Tuning(), 28).ahead, rtol=1e-9)
    mark = np.full((3, 1), np.nan)
    mark[0], mark[2] = 1, 1
    panel = Panel(panel.days[:3], ("A",), np.zeros((3, 1)), mark)
    assert panel.promoted[1, 0] and not panel.until(2).promoted[1, 0]


def test_a_level_that_moves_is_followed_faster_than_one_that_stands() -> None:
    stands = _history(*(_row(f"S{k}", _sold(3, 160, seed=k)) for k in range(15))).panel()
    moves = _history(
        *(_row(f"S{k}", _sold(1 + k % 3, 60, seed=k) + _sold(6, 100, seed=k + 50)) for k in range(15))
    ).panel()
    slow, fast = backtest.backtest(stands).tuning, backtest.backtest(moves).tuning
    assert fast.discount > slow.discount


def test_levels_that_jump_make_wide_quantiles() -> None:
    def drift(factors: tuple[float, ...]) -> float:
        dice = np.random.default_rng(3)
        skus = range(25)
        rates = [[8 * dice.choice(factors) for _ in range(6)] for _ in skus]
        units = [[u for n, rate in enumerate(rates[k]) for u in _sold(rate, 28, seed=9 * k + n)] for k in skus]
        return backtest.backtest(_history(*(_row(f"S{k}", each) for k, each in enumerate(units))).panel()).tuning.drift

    assert drift((1, 1)) < 0.02 < 0.1 < drift((0.4, 2))


def test_the_seasonal_naive_takes_the_last_same_weekday_that_tells_of_demand() -> None:
    units = [*range(1, 8), *range(11, 18)]
    panel = _history(_row("A", units, stock="1" * 9 + "0" + "1" * 4)).panel()
    assert backtest.seasonal_naive(panel, 9)[:, 0].tolist() == [11, 12, 3, 14, 15, 16, 17, 11, 12]


def test_a_history_has_one_hash_whoever_reads_it() -> None:
    told = _history(_row("A", [1, 2]), _row("B", [3, 4]))
    assert told.hash() == _history(_row("A", [1, 2]), _row("B", [3, 4])).hash()
    assert told.hash() != _history(_row("A", [1, 2]), _row("B", [3, 5])).hash()
    assert told.hash() != _history(_row("A", [1, 2]), _row("B", [3, 4]), unknown=(FIRST,)).hash()
