"""How far forecasts of demand are off, against those that say that each weekday sells what it sold last time.

The worlds are the simulator's, of several seeds. At each of several origins the marts' tables hold what a platform
knew that morning, pending and later cancelled orders included, and the forecast is made of them the usual way: by the
queries and the models that users have. What came of it is read as it is known four weeks later. Days without stock are
left out for both: nobody can tell what would have been sold.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from bench.figures import Figure, Room
from pipelines.insights.forecast import backtest, history, models, store
from pipelines.insights.forecast.history import Panel
from pipelines.insights.marts import read_marts
from pipelines.warehouse.connection import Warehouse
from simulator import truth
from simulator.seeded_world import World

SEEDS = (7, 11, 23)
NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
DAYS, DAYS_IN_FULL = 150, 430
AHEAD, ORIGINS, STEP = 28, 3, 14
STORE, ZONE = "harbor-us", "America/Los_Angeles"
SKUS, SKU_DAYS = 1000, 730

_TABLES = {
    "sales_daily": "tenant_id text, store_id text, date date, sku text, units int, pending_units int, "
    "multi_channel_units int, replacement_units int, item_price_amount numeric, item_promotion_discount_amount numeric",
    "inventory_daily": "tenant_id text, store_id text, date date, sku text, ledger_starting_quantity int, "
    "ledger_ending_quantity int, snapshot_fulfillable_quantity int",
    "data_coverage": "tenant_id text, store_id text, feed text, date date, state text",
}


@dataclass
class Measured:
    """Sums over SKUs, days and origins. Errors are absolute; inside: between p10 and p90, of days and of totals."""

    units: float = 0
    error: float = 0
    median_error: float = 0
    naive_error: float = 0
    days: int = 0
    inside: int = 0
    total_error: float = 0
    naive_total_error: float = 0
    totals: int = 0
    totals_inside: int = 0
    missing: int = 0

    def add(self, other: Measured) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass
class _Marts:
    """Tables of marts, and what is in them."""

    warehouse: Warehouse
    made: bool = field(default=False)

    def hold(self, world: World, now: datetime) -> None:
        """What the marts show at that moment."""
        known = truth.Known(world, now)
        with self.warehouse.connect() as conn:
            if not self.made:
                conn.execute("create schema if not exists marts")
                for name, columns in _TABLES.items():
                    conn.execute(f"create table marts.{name} ({columns})")
                conn.execute("create unique index on marts.sales_daily (store_id, sku, date)")
                conn.execute("create unique index on marts.inventory_daily (store_id, sku, date)")
                self.made = True
            for name, rows in (
                ("sales_daily", truth.FACTS["sales_daily"](known)),
                ("inventory_daily", truth.FACTS["inventory_daily"](known)),
            ):
                conn.execute(sql.SQL("truncate {}").format(sql.Identifier("marts", name)))
                _copy(conn, name, rows)
            conn.commit()

    def history(self, last: date) -> history.History:
        """What a forecast reads of them."""
        with read_marts(self.warehouse, STORE, ZONE) as marts:
            told = history.read(marts, last)
        assert told is not None
        return told


def run(room: Room) -> Iterator[Figure]:
    """The error of the expected units over that of the seasonal naive forecast, and the time for a large store."""
    marts = _Marts(Warehouse(room.url))
    of_all, told = Measured(), []
    for seed in SEEDS:
        measured = _measure(marts, seed, DAYS_IN_FULL if room.full else DAYS)
        of_all.add(measured)
        told.append(f"seed {seed} {measured.error / measured.naive_error:.2f}")
    yield Figure("forecast_wape_vs_naive", of_all.error / of_all.naive_error, "times", 0.9, note=_note(of_all, told))
    yield Figure("forecast_1000_skus_s", _large(marts), "s", 60, note=f"{SKUS} SKUs of {SKU_DAYS} days, written")


def _note(of: Measured, told: list[str]) -> str:
    return (
        f"WAPE {of.error / of.units:.3f} against {of.naive_error / of.units:.3f} ({', '.join(told)}; "
        f"p50 {of.median_error / of.naive_error:.2f}); of four weeks together {of.total_error / of.units:.3f} against "
        f"{of.naive_total_error / of.units:.3f}; between p10 and p90 {of.inside / of.days:.0%} of {of.days} days and "
        f"{of.totals_inside / of.totals:.0%} of {of.totals} totals; {of.missing} days without stock left out"
    )


def _measure(marts: _Marts, seed: int, days: int) -> Measured:
    """One world: forecasts of the rolling origins, and what came."""
    world = World(seed, NOW, stores=1, days=days)
    forecasts = []
    for n in reversed(range(ORIGINS)):
        now = NOW - timedelta(days=AHEAD + STEP * n)
        marts.hold(world, now)
        panel = marts.history(now.date() - timedelta(days=1)).panel()
        tuning = backtest.backtest(panel).tuning
        profile = models.fit_profile(panel, yearly=tuning.yearly)
        rates = models.expected(panel, profile, tuning, AHEAD)
        forecasts.append((panel, rates, tuning))
    marts.hold(world, NOW)
    came = marts.history(NOW.date() - timedelta(days=1)).panel()
    measured = Measured()
    for panel, rates, tuning in forecasts:
        measured.add(compare(panel, rates, tuning, came))
    return measured


def compare(panel: Panel, rates: models.Rates, tuning: models.Tuning, came: Panel) -> Measured:
    """What was forecast at the end of a panel, and what came by another, later one."""
    ahead = len(rates.ahead)
    place = {sku: k for k, sku in enumerate(came.skus)}
    start = (panel.days[-1] - came.days[0]).days + 1
    units = np.full((ahead, len(panel.skus)), np.nan)
    for k, sku in enumerate(panel.skus):
        if sku in place:
            units[:, k] = came.units[start : start + ahead, place[sku]]
    there = ~np.isnan(units)
    whole = there.all(0)
    sold = np.where(there, units, 0)
    naive = backtest.seasonal_naive(panel, ahead)
    daily = models.quantiles(rates, tuning)
    totals = models.quantiles(rates, tuning, totals=True)[:, -1]

    def wrong(forecast: Any) -> float:
        return float(np.abs(sold - forecast)[there].sum())

    def wrong_in_total(forecast: Any) -> float:
        return float(np.abs(((sold - forecast) * there).sum(0)).sum())

    return Measured(
        units=float(sold.sum()),
        error=wrong(rates.ahead),
        median_error=wrong(daily[1]),
        naive_error=wrong(naive),
        days=int(there.sum()),
        inside=int(((daily[0] <= sold) & (sold <= daily[2]))[there].sum()),
        total_error=wrong_in_total(rates.ahead),
        naive_total_error=wrong_in_total(naive),
        totals=int(whole.sum()),
        totals_inside=int(((totals[0] <= sold.sum(0)) & (sold.sum(0) <= totals[2]))[whole].sum()),
        missing=int((~there).sum()),
    )


def _large(marts: _Marts) -> float:
    """Seconds to read the history of a large store, to forecast it and to write the forecast."""
    from pipelines.marketplaces import MARKETPLACES
    from pipelines.settings import get_settings
    from pipelines.stores import Catalog, Store

    last = NOW.date() - timedelta(days=1)
    with marts.warehouse.connect() as conn:
        for name in _TABLES:
            conn.execute(sql.SQL("truncate {}").format(sql.Identifier("marts", name)))
        conn.execute(
            """
            insert into marts.sales_daily
            select 'harbor', 'harbor-us', %(last)s::date - d, 'SKU-' || k,
                (abs(hashtext(k || '/' || d)) %% (2 + k %% 9))::int, 0, 0, 0, 19.99, 0
            from generate_series(1, %(skus)s) as k cross join generate_series(0, %(days)s - 1) as d
            """,
            {"last": last, "skus": SKUS, "days": SKU_DAYS},
        )
        conn.execute(
            "insert into marts.inventory_daily "
            "select 'harbor', 'harbor-us', date, sku, 50, 40, 40 from marts.sales_daily"
        )
        conn.commit()
        conn.autocommit = True
        conn.execute("analyze marts.sales_daily, marts.inventory_daily")
    market = MARKETPLACES["US"]
    shop = Store(STORE, "harbor", "A1@na", "A1", market.region, market)
    settings = get_settings().model_copy(update={"fixed_now": NOW})
    begun = time.monotonic()
    [result] = store.make_forecasts(settings, marts.warehouse, Catalog({}, {}, {STORE: shop}))
    if result.skus != SKUS:
        raise RuntimeError(f"{result.skus} SKUs were forecast and not {SKUS}: {result.reason}")
    return time.monotonic() - begun


def _copy(conn: psycopg.Connection[Any], name: str, rows: Iterator[dict[str, Any]]) -> None:
    columns = [each.split()[0] for each in _TABLES[name].split(", ")]
    into = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("marts", name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with conn.cursor().copy(into) as copied:
        for row in rows:
            copied.write_row([row[column] for column in columns])
