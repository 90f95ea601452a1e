"""Rolling origins: forecasts of days that have passed, made of what came before them, and how wrong they were.

The error of each SKU is measured here, and by it is chosen how fast the past is discounted and whether the time of year
counts; the drift of levels is measured with it. The seasonal naive forecast, with which the models are compared, stands
here too. Pure: nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipelines.insights.forecast.history import Panel
from pipelines.insights.forecast.models import YEAR_DAYS, Rates, Tuning, expected, fit_profile

if TYPE_CHECKING:
    import numpy as np

DISCOUNTS = (0.01, 0.03, 0.08, 0.2)
"""How much less each day counts than the one after it; half of the weight is on the last 69, 23, 8 or 3 days."""
DAYS_AHEAD, STEP, MOST_ORIGINS = 28, 14, 6
FEWEST_DAYS = 28
"""Days of history before the first origin."""
OWN_DAYS, OWN_UNITS = 28, 10
"""A SKU of which fewer days or units were tested has the error of the whole store."""


@dataclass(frozen=True)
class Backtest:
    """What was measured. tuning: what is best. error: WAPE (sum of absolute errors of the expected units over sum of
    units) of all tested days; None if nothing was tested. by_sku: of SKUs that have one of their own.
    """

    tuning: Tuning = field(default_factory=Tuning)
    error: float | None = None
    by_sku: dict[str, float] = field(default_factory=dict)

    def error_of(self, sku: str) -> float | None:
        """The SKU's error, or that of the store."""
        return self.by_sku.get(sku, self.error)


@dataclass(frozen=True)
class _Test:
    """One origin: what was forecast with each tuning, and what came (NaN where a day tells nothing)."""

    rates: dict[Tuning, Rates]
    came: np.ndarray


def origins(days: int, ahead: int = DAYS_AHEAD) -> list[int]:
    """Lengths of the history at each origin, the latest first: so that `ahead` days follow that are known."""
    return list(range(days - ahead, FEWEST_DAYS - 1, -STEP))[:MOST_ORIGINS]


def backtest(panel: Panel, *, ahead: int = DAYS_AHEAD) -> Backtest:
    """Forecast the past and measure. With too short a history nothing is measured, and the defaults stand."""
    import numpy as np

    lengths = origins(len(panel.days), ahead)
    if not lengths or not panel.skus:
        return Backtest()
    tests = [_test(panel, length, ahead) for length in lengths]
    best = min((Tuning(each) for each in DISCOUNTS), key=lambda tuning: _wrong_in_total(tests, tuning))
    of_a_year = [test for test in tests if replace(best, yearly=True) in test.rates]
    if of_a_year:
        best = min((best, replace(best, yearly=True)), key=lambda tuning: _wrong_in_total(of_a_year, tuning))
        tests = of_a_year if best.yearly else tests
    errors = sum(np.nan_to_num(np.abs(test.came - test.rates[best].ahead)).sum(0) for test in tests)
    units = sum(np.nan_to_num(test.came).sum(0) for test in tests)
    days = sum((~np.isnan(test.came)).sum(0) for test in tests)
    if not units.sum():
        return Backtest(best)
    own = (days >= OWN_DAYS) & (units >= OWN_UNITS)
    return Backtest(
        replace(best, drift=_drift([(test.rates[best], test.came) for test in tests], ahead)),
        float(errors.sum() / units.sum()),
        {sku: float(errors[k] / units[k]) for k, sku in enumerate(panel.skus) if own[k]},
    )


def _test(panel: Panel, length: int, ahead: int) -> _Test:
    known = panel.until(length)
    rates = {}
    for yearly in (False, True) if length >= YEAR_DAYS else (False,):
        profile = fit_profile(known, yearly=yearly)
        for discount in DISCOUNTS:
            tuning = Tuning(discount, yearly=yearly)
            rates[tuning] = expected(known, profile, tuning, ahead)
    return _Test(rates, panel.units[length : length + ahead])


def _wrong_in_total(tests: Sequence[_Test], tuning: Tuning) -> float:
    """Absolute errors of the units of all days together, over SKUs and origins: what an order of goods depends on."""
    import numpy as np

    return float(sum(np.abs(np.subtract(*_totals(test.rates[tuning], test.came))).sum() for test in tests))


def _totals(rates: Rates, came: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Units that came and that were forecast, by SKU, of the days that tell of demand."""
    import numpy as np

    return np.nan_to_num(came).sum(0), np.where(np.isnan(came), 0, rates.ahead).sum(0)


def _drift(tests: Sequence[tuple[Rates, np.ndarray]], ahead: int) -> float:
    """Variance of the relative error of totals beyond that of the units and of levels from few days, for 28 days.

    By moments: sum of (error squared - dispersion x mean - uncertainty x mean squared), over sum of mean squared.
    """
    beyond = squares = 0.0
    for rates, came in tests:
        total, mean = _totals(rates, came)
        beyond += float(((total - mean) ** 2 - rates.dispersion * mean - rates.uncertainty * mean**2).sum())
        squares += float((mean**2).sum())
    return max(beyond / squares, 0.0) * 28 / ahead if squares else Tuning().drift


def seasonal_naive(panel: Panel, ahead: int = DAYS_AHEAD) -> np.ndarray:
    """What was sold on the same weekday last: the last one that tells of demand. A row per day, a column per SKU."""
    import numpy as np
    import pandas as pd

    known = pd.DataFrame(panel.units, index=panel.days)
    last = {day: known[panel.days.dayofweek == day].ffill().iloc[-1:].to_numpy() for day in range(7)}
    coming = pd.date_range(panel.days[-1] + pd.Timedelta(days=1), periods=ahead)
    rows = [last[day][0] if len(last[day]) else np.zeros(len(panel.skus)) for day in coming.dayofweek]
    return np.nan_to_num(np.array(rows))
