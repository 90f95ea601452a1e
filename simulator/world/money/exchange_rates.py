"""Exchange rates: one per ordered pair and business day, none on weekends. A day's rate depends on that day only.

The files of them are written in documents/exchange_rates.py.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from simulator.world.rng import rng

CURRENCIES = ("EUR", "GBP", "INR", "JPY", "USD")
# US dollars one unit is worth, about
WORTH = {"USD": 1.0, "EUR": 1.09, "GBP": 1.28, "JPY": 0.00665, "INR": 0.0118}
MAX_AGE_DAYS = 7


@lru_cache(maxsize=8192)
def _worth(seed: int, currency: str, day: date) -> float:
    if currency == "USD":
        return 1.0
    wave = math.sin(day.toordinal() / 23 + len(currency) + WORTH[currency])
    return WORTH[currency] * (1 + 0.015 * wave + rng(seed, "fx", currency, day).uniform(-0.002, 0.002))


@lru_cache(maxsize=65536)
def rate(seed: int, base: str, quote: str, day: date) -> Decimal | None:
    """Units of quote that one unit of base is worth on that day; None on days without a fixing (weekends)."""
    if day.weekday() >= 5:
        return None
    value = Decimal(repr(_worth(seed, base, day) / _worth(seed, quote, day)))
    return value.quantize(Decimal("0.00000001") if value < Decimal("0.1") else Decimal("0.000001"), ROUND_HALF_UP)


def last_rate(seed: int, base: str, quote: str, day: date, first: date, last: date) -> tuple[Decimal, date] | None:
    """The last rate on or before `day`, at most 7 days old and within the days there are, with its day."""
    if base == quote:
        return Decimal(1), day
    for age in range(MAX_AGE_DAYS + 1):
        at = day - timedelta(days=age)
        found = rate(seed, base, quote, at) if first <= at <= last else None
        if found is not None:
            return found, at
    return None


def last_fixing(last: date) -> date:
    """The newest day with rates, on or before that one."""
    return last - timedelta(days=max(0, last.weekday() - 4))
