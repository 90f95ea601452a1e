"""Makes the forecast of each store and keeps it in `insights.demand_forecasts`, if its history is not the one known.

Which day is the origin, and what is written in which transaction, is decided here; how it is forecast in `models.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.insights.marts import last_day, read_marts

if TYPE_CHECKING:
    from pipelines.insights.forecast.history import History
    from pipelines.settings import Settings
    from pipelines.stores import Catalog, Store
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

VERSION = "1"
"""Of what the models make of a history. Another one makes every forecast anew."""
FEWEST_DAYS = 7
"""A store with fewer days of orders is not forecast."""

_COLUMNS = (
    *("tenant_id", "store_id", "sku", "date", "horizon", "mean", "p10", "p50", "p90", "total_mean", "total_p10"),
    *("total_p50", "total_p90", "method", "backtest_error", "origin", "made_at"),
)
_KNOWN = "select history_hash, version, origin, skus from ops.demand_forecasts where store_id = %s"
_FORGET = "delete from insights.demand_forecasts where store_id = %s"
_FORGET_KNOWN = "delete from ops.demand_forecasts where store_id = %s"
_COPY = f"copy insights.demand_forecasts ({', '.join(_COLUMNS)}) from stdin"
_REMEMBER = """
    insert into ops.demand_forecasts (store_id, history_hash, version, origin, skus, made_at)
    values (%(store_id)s, %(hash)s, %(version)s, %(origin)s, %(skus)s, %(made_at)s)
    on conflict (store_id) do update set history_hash = excluded.history_hash, version = excluded.version,
        origin = excluded.origin, skus = excluded.skus, made_at = excluded.made_at
"""
_LOCK = "select pg_advisory_xact_lock(hashtextextended('tradewind.forecast/' || %s, 0))"


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """The forecast of one store. origin: last day that it knows; None if there is none, and `reason` says why.

    skus: how many were forecast. reused: the history was the known one, and nothing was computed. error: WAPE of the
    backtest over all SKUs; None if nothing was tested, or the forecast is reused.
    """

    store_id: str
    origin: date | None
    skus: int
    reused: bool
    reason: str | None = None
    error: float | None = None


def make_forecasts(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    *,
    stores: Sequence[str] | None = None,
    progress: Callable[[ForecastResult], None] | None = None,
) -> list[ForecastResult]:
    """Forecast the demand of each store (default: all) from its last whole day of orders by the business clock.

    progress: called with each result. Raises WarehouseError if the marts are not built.
    """
    results = []
    for store_id in stores or list(catalog.stores):
        result = _forecast(warehouse, catalog.stores[store_id], settings.now())
        if result.reason:
            log.info("no forecast of %s: %s", store_id, result.reason)
        results.append(result)
        if progress:
            progress(result)
    return results


def _forecast(warehouse: Warehouse, store: Store, now: datetime) -> ForecastResult:
    from pipelines.insights.forecast import history

    yesterday = now.astimezone(store.zone).date() - timedelta(days=1)
    with read_marts(warehouse, store.store_id, store.time_zone, store.tenant_id) as marts:
        origin = last_day(marts, yesterday)
        told = history.read(marts, origin) if origin else None
    reason = _why_none(told, yesterday)
    if told is None or reason:
        _keep(warehouse, store, None, [], now)
        return ForecastResult(store.store_id, None, 0, False, reason)
    known = _known(warehouse, store.store_id)
    identity = (told.hash(), VERSION, told.last)
    if known is not None and known[:3] == identity:
        return ForecastResult(store.store_id, told.last, known[3], True)
    rows, error = forecast(told)
    skus = len({row["sku"] for row in rows})
    _keep(warehouse, store, {"hash": identity[0], "origin": told.last, "skus": skus}, rows, now)
    return ForecastResult(store.store_id, told.last, skus, False, error=error)


def forecast(told: History) -> tuple[list[dict[str, Any]], float | None]:
    """Pure: the rows of a forecast, without store and time, and the WAPE of the backtest over all SKUs."""
    from pipelines.insights.forecast import models
    from pipelines.insights.forecast.backtest import backtest

    panel = told.panel()
    if not panel.skus:
        return [], None
    tested = backtest(panel)
    profile = models.fit_profile(panel, yearly=tested.tuning.yearly)
    rates = models.expected(panel, profile, tested.tuning)
    rows = models.frame(panel, profile, rates, tested.tuning)
    for row in rows:
        error = tested.error_of(row["sku"])
        row |= {"origin": panel.origin, "backtest_error": None if error is None else round(error, 4)}
    return rows, tested.error


def _why_none(told: History | None, until: date) -> str | None:
    if told is None:
        return f"there are no orders up to {until}."
    days = (told.last - told.first).days + 1
    if days < FEWEST_DAYS:
        return f"orders are known of {days} days only; {FEWEST_DAYS} are needed."
    return None


def _known(warehouse: Warehouse, store_id: str) -> tuple[Any, ...] | None:
    with warehouse.connect() as conn:
        return conn.execute(_KNOWN, (store_id,)).fetchone()


def _keep(
    warehouse: Warehouse,
    store: Store,
    known: Mapping[str, Any] | None,
    rows: Iterable[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Put the forecast in the place of the one before, in one transaction. known: what to remember; None: nothing."""
    same = {"tenant_id": store.tenant_id, "store_id": store.store_id, "made_at": now}
    with warehouse.connect() as conn:
        conn.execute(_LOCK, (store.store_id,))
        conn.execute(_FORGET, (store.store_id,))
        conn.execute(_FORGET_KNOWN, (store.store_id,))
        with conn.cursor().copy(_COPY) as into:
            for row in rows:
                values = {**row, **same}
                into.write_row([values[name] for name in _COLUMNS])
        if known is not None:
            conn.execute(_REMEMBER, {**same, **known, "version": VERSION})
        conn.commit()
