"""From a panel of demand to quantiles of each day to come, and of the days until then together. Pure: nothing is read.

The model is a Poisson rate by SKU times a profile of the whole store:

    rate(SKU, day) = level(SKU) x weekday(day) x time of year(day) x promotion(SKU, day)

- The profile is a Poisson regression (statsmodels GLM) of all SKUs together: one SKU has too few sales to tell Mondays
  from Sundays. Each effect is shrunk by its standard error, so that little data gives little profile. The time of year
  is in it where there is a year of history and the backtest is better with it; the growth of the store is told apart.
- A SKU's level is its units over its expected days, with older days discounted (Harvey & Fernandes 1989, "Time series
  models for count or qualitative observations"). Days without stock are left out of both. How fast the past is
  discounted is chosen by the backtest.
- Whether a promotion will run is not known: it is a chain of two states with the share and the persistence that the
  store's promotions have.
- Units of a day, and of all days until then, are negative binomial (scipy) with three sources of variance: the units
  themselves (dispersion x mean), the level (what few days cannot tell), and its drift (measured by the backtest).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.insights.forecast.history import Panel

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

QUANTILES = (0.1, 0.5, 0.9)
HORIZON = 90
"""Days ahead that are forecast: a quarter, the usual lead time by sea with a month of cover behind it."""

YEAR_DAYS = 365
"""Days of history from which on the time of year can be told."""
WEEKS_FOR_PROFILE = 2
DAYS_FOR_LEVEL = 28
"""A SKU with fewer days that tell of demand has the method `mean`."""

# Standard deviations, of logarithms, that effects are believed to have before any sale is seen.
_PRIOR = {"weekday": 0.25, "promotion": 0.5, "year": 0.5, "growth": 1.0}
_HARMONICS = 3
_PROMOTED_SKU_DAYS = 28  # days of the store's share of promoted days that a SKU's own share is mixed with
_HALF_A_UNIT = 0.5  # what a SKU without a sale is believed to have sold (Jeffreys' prior of a Poisson rate)
_DISPERSION_DAYS = 60  # days of the store's dispersion that a SKU's own is mixed with
_SPREAD_OVER_DAYS = 180


@dataclass(frozen=True)
class Tuning:
    """What the backtest has chosen. discount: by how much each day counts less than the next one. drift: variance of
    the level's relative error over 28 days, beyond what few days explain. yearly: whether the time of year counts.
    """

    discount: float = 0.03
    drift: float = 0.04
    yearly: bool = False


@dataclass(frozen=True)
class Profile:
    """Effects on the logarithm of demand. weekday: Monday to Sunday. year: of sines and cosines, empty without it."""

    weekday: np.ndarray
    year: np.ndarray
    promotion: float
    share: float
    persistence: float

    def factor(self, days: pd.DatetimeIndex) -> np.ndarray:
        """Demand of each day against the average, without a promotion."""
        import numpy as np

        effect = self.weekday[days.dayofweek]
        if len(self.year):
            effect = effect + waves(days) @ self.year
        return np.exp(effect)

    @property
    def lift(self) -> float:
        """Demand under a promotion against that without."""
        import math

        return math.exp(self.promotion)


@dataclass(frozen=True)
class Rates:
    """What is expected of each SKU. level: units a day. uncertainty: variance of the level's relative error, because
    days are few. dispersion: variance of a day's units over their mean. observed: days that tell of demand. ahead: a
    row per day to come, units.
    """

    level: np.ndarray
    uncertainty: np.ndarray
    dispersion: np.ndarray
    observed: np.ndarray
    ahead: np.ndarray


def waves(days: pd.DatetimeIndex) -> np.ndarray:
    """Sines and cosines of the time of year."""
    import numpy as np

    angle = 2 * np.pi * days.dayofyear.to_numpy() / 365.25
    return np.column_stack([wave(k * angle) for k in range(1, _HARMONICS + 1) for wave in (np.sin, np.cos)])


def fit_profile(panel: Panel, *, yearly: bool = False) -> Profile:
    """The effects of weekday, promotions and, if yearly, the time of year on all SKUs together."""
    import numpy as np
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    nothing = np.zeros(2 * _HARMONICS if yearly else 0)
    share, persistence = _promotion_chain(panel)
    units, exposure, promoted, days = _sums(panel)
    if len(panel.days) < 7 * WEEKS_FOR_PROFILE or units.sum() == 0:
        return Profile(np.zeros(7), nothing, 0.0, share, persistence)
    weekdays = np.eye(7)[days.dayofweek][:, 1:]
    blocks = {"weekday": weekdays, "promotion": promoted[:, None]}
    if yearly:  # growth is told from the time of year, and then left to the levels
        grown = (days - panel.days[0]).days.to_numpy()[:, None] / YEAR_DAYS
        blocks |= {"year": waves(days), "growth": grown}
    used = {name: block for name, block in blocks.items() if block.any()}
    design = np.column_stack([np.ones(len(units)), *used.values()])
    fitted = GLM(units, design, family=Poisson(), exposure=exposure).fit(scale="X2")
    prior = np.concatenate([np.full(block.shape[1], _PRIOR[name]) for name, block in used.items()])
    known = fitted.params[1:] * prior**2 / (prior**2 + np.nan_to_num(fitted.bse[1:], nan=np.inf) ** 2)
    effects, place = {}, 0
    for name, block in used.items():
        effects[name] = known[place : place + block.shape[1]]
        place += block.shape[1]
    return Profile(
        np.concatenate([[0.0], effects.get("weekday", np.zeros(6))]),
        effects.get("year", nothing),
        float(effects["promotion"][0]) if "promotion" in effects else 0.0,
        share,
        persistence,
    )


def _sums(panel: Panel) -> tuple[np.ndarray, np.ndarray, np.ndarray, pd.DatetimeIndex]:
    """All SKUs of a day summed, with and without promotion: units, expected units by the SKUs' own averages, whether
    promoted, day. The estimates are the same as of the single SKUs, at a thousandth of the work.
    """
    import numpy as np
    import pandas as pd

    tells = ~np.isnan(panel.units)
    units = np.where(tells, panel.units, 0)
    average = units.sum(0) / np.maximum(tells.sum(0), 1)
    expected = tells * average
    parts = [
        ((units * chosen).sum(1), (expected * chosen).sum(1), np.full(len(panel.days), float(flag)))
        for flag, chosen in ((False, ~panel.promoted), (True, panel.promoted))
    ]
    sold, exposure, promoted = (np.concatenate([part[n] for part in parts]) for n in range(3))
    days = pd.DatetimeIndex([*panel.days, *panel.days])
    there = exposure > 0
    return sold[there], exposure[there], promoted[there], days[there]


def _promotion_chain(panel: Panel) -> tuple[float, float]:
    """The share of promoted days, and how much more probable one is after another one: rho of a chain of two states."""
    share = float(panel.promoted.mean()) if panel.promoted.size else 0.0
    before, after = panel.promoted[:-1], panel.promoted[1:]
    if share in (0.0, 1.0) or not before.any():
        return share, 0.0
    stays = float((before & after).sum() / before.sum())
    return share, min(max((stays - share) / (1 - share), 0.0), 0.95)


def expected_promotion(panel: Panel, profile: Profile, horizon: int) -> np.ndarray:
    """How probable a promotion is on each day to come, by SKU: what runs now, fading to the SKU's usual share."""
    import numpy as np

    mixed = panel.promoted.sum(0) + _PROMOTED_SKU_DAYS * profile.share
    share = mixed / (len(panel.days) + _PROMOTED_SKU_DAYS)
    now = panel.promoted[-3:].any(axis=0)
    ahead = np.arange(1, horizon + 1)[:, None]
    return share + (now - share) * profile.persistence**ahead


def expected(panel: Panel, profile: Profile, tuning: Tuning, horizon: int = HORIZON) -> Rates:
    """The level of each SKU, and the units that are expected on each day to come."""
    import numpy as np
    import pandas as pd

    tells = ~np.isnan(panel.units)
    units = np.where(tells, panel.units, 0)
    share = profile.factor(panel.days)[:, None] * np.where(panel.promoted, profile.lift, 1) * tells
    age = tells[::-1].cumsum(0)[::-1] - 1  # how many days that tell of demand have come since
    weight = np.where(tells, (1 - tuning.discount) ** age, 0)
    sold, days = (weight * units).sum(0), (weight * share).sum(0)
    usual = max(units.sum() / max(share.sum(), 1), 1e-3)
    level = (sold + _HALF_A_UNIT) / (days + _HALF_A_UNIT / usual)
    dispersion = _dispersion(units, level * share)
    spread = (weight**2 * share).sum(0) / np.maximum(days, 1e-9) ** 2
    uncertainty = np.where(days > 0, dispersion * spread / level, 1.0)
    coming = pd.date_range(panel.days[-1] + pd.Timedelta(days=1), periods=horizon)
    promoted = 1 + (profile.lift - 1) * expected_promotion(panel, profile, horizon)
    ahead = level * profile.factor(coming)[:, None] * promoted
    return Rates(level, uncertainty, dispersion, tells.sum(0), ahead)


def _dispersion(units: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Variance over mean of the last days, by SKU, mixed with that of all; a Poisson variable has 1."""
    import numpy as np

    units, mean = units[-_SPREAD_OVER_DAYS:], mean[-_SPREAD_OVER_DAYS:]
    there = mean > 0
    squares = np.where(there, (units - mean) ** 2 / np.where(there, mean, 1), 0).sum(0)
    days = there.sum(0)
    of_all = squares.sum() / max(days.sum(), 1)
    return np.maximum((squares + _DISPERSION_DAYS * of_all) / (days + _DISPERSION_DAYS), 1.0)


def quantiles(rates: Rates, tuning: Tuning, *, totals: bool = False) -> np.ndarray:
    """Quantiles of each day's units by SKU, or of the units of all days until then: QUANTILES x days x SKUs."""
    import numpy as np
    from scipy.stats import nbinom

    mean = rates.ahead.cumsum(0) if totals else rates.ahead
    ahead = np.arange(1, len(mean) + 1)[:, None]
    relative = rates.uncertainty + tuning.drift * ahead / 28
    variance = np.maximum(rates.dispersion * mean + relative * mean**2, mean * 1.0001)
    size, chance = mean**2 / np.maximum(variance - mean, 1e-12), mean / np.maximum(variance, 1e-12)
    found: np.ndarray = nbinom.ppf(np.array(QUANTILES)[:, None, None], size, chance)
    return np.where(mean > 0, np.nan_to_num(found), 0).astype(int)


def method(profile: Profile, observed: int) -> str:
    """The name of the way in which a SKU was forecast."""
    if observed < DAYS_FOR_LEVEL or not profile.weekday.any():
        return "mean"
    return "level_weekday_year" if len(profile.year) else "level_weekday"


def frame(panel: Panel, profile: Profile, rates: Rates, tuning: Tuning) -> list[dict[str, Any]]:
    """The forecast, a row per SKU and day: units expected and their quantiles, of the day and of all until then."""
    daily, total = quantiles(rates, tuning), quantiles(rates, tuning, totals=True)
    sums = rates.ahead.cumsum(0)
    first = panel.origin + timedelta(days=1)
    days: list[date] = [first + timedelta(days=n) for n in range(len(rates.ahead))]
    return [
        {
            "sku": sku,
            "date": day,
            "horizon": n + 1,
            "mean": round(float(rates.ahead[n, k]), 4),
            "p10": int(daily[0, n, k]),
            "p50": int(daily[1, n, k]),
            "p90": int(daily[2, n, k]),
            "total_mean": round(float(sums[n, k]), 4),
            "total_p10": int(total[0, n, k]),
            "total_p50": int(total[1, n, k]),
            "total_p90": int(total[2, n, k]),
            "method": method(profile, int(rates.observed[k])),
        }
        for k, sku in enumerate(panel.skus)
        for n, day in enumerate(days)
    ]
