"""Reads what `/metrics` tells, at most once in some seconds: a scrape, or many of them, must not hold the warehouse up.

Of a part that does not answer `tradewind_up` is 0 and its other figures are missing: a scrape never fails for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from typing import Any

import psycopg
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE_LATEST
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric as Family

from pipelines.errors import TradewindError
from pipelines.serving.metrics.families import DAGSTER, INFO, STALE, UP, WAREHOUSE, Gauge
from pipelines.telemetry.names import METRICS, Metric
from pipelines.transformation.transform import stale
from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

KEPT_SECONDS = 10.0
TIMEOUT_SECONDS = 5
_COUNTERS = "select name, labels, value from ops.counters"
Rows = Sequence[tuple[Any, ...]]


class State:
    """A collector of prometheus_client. dagster: the address of Dagster's database, asked for when it is needed."""

    def __init__(self, warehouse: Warehouse, dagster: Callable[[], str]) -> None:
        self._warehouse = warehouse
        self._dagster = dagster
        self._lock = threading.Lock()
        self._kept: list[Family] = []
        self._read_at = -KEPT_SECONDS

    def collect(self) -> Iterator[Family]:
        """All families; those of some seconds ago, if they were just read."""
        with self._lock:
            if time.monotonic() - self._read_at >= KEPT_SECONDS:
                self._kept = [*self._read()]
                self._read_at = time.monotonic()
            yield from self._kept

    def _read(self) -> Iterator[Family]:
        yield gauge(INFO, [(metadata.version("tradewind"), 1)])
        up = []
        for part, read in (("warehouse", self._of_warehouse), ("dagster", self._of_dagster)):
            try:
                found = [*read()]
                up.append((part, 1))
                yield from found
            except (psycopg.Error, TradewindError, OSError) as error:
                log.info("%s tells no metrics (%s)", part, type(error).__name__)
                up.append((part, 0))
        yield gauge(UP, up)

    def _of_warehouse(self) -> Iterator[Family]:
        with self._warehouse.connect() as conn:
            conn.execute(f"set statement_timeout = '{TIMEOUT_SECONDS}s'")
            for each in WAREHOUSE:
                yield gauge(each, conn.execute(each.query.encode()).fetchall())
            yield gauge(STALE, [(int(stale(conn)),)])
            yield from counters(conn.execute(_COUNTERS).fetchall())

    def _of_dagster(self) -> Iterator[Family]:
        url = self._dagster().replace("+psycopg2", "", 1)
        with psycopg.connect(url, connect_timeout=TIMEOUT_SECONDS, application_name="tradewind metrics") as conn:
            conn.execute(f"set statement_timeout = '{TIMEOUT_SECONDS}s'")
            for each in DAGSTER:
                yield gauge(each, conn.execute(each.query.encode()).fetchall())


def registry(warehouse: Warehouse, dagster: Callable[[], str]) -> CollectorRegistry:
    """What is served: the state, and the server's own process."""
    made = CollectorRegistry()
    made.register(State(warehouse, dagster))
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    GCCollector(registry=made)
    return made


def text(made: CollectorRegistry) -> bytes:
    """As Prometheus reads it."""
    return generate_latest(made)


def gauge(told: Gauge, rows: Rows) -> Family:
    """A figure with its rows: labels, then the value."""
    family = GaugeMetricFamily(told.name, told.description, labels=told.labels)
    for *labels, value in rows:
        family.add_metric([str(each or "") for each in labels], float(value))
    return family


def counters(rows: Rows) -> Iterator[Family]:
    """What processes have counted. rows: name of the series, labels, value. One that no version knows any more is left
    out; a label that a series lacks is empty, as all series of a family have the same ones."""
    by_series = {series: metric for metric in METRICS.values() for series in metric.series}
    found: dict[str, dict[tuple[str, ...], dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for name, labels, value in rows:
        metric = by_series.get(name)
        if metric is not None:
            key = tuple(labels.get(each.replace(".", "_"), "") for each in metric.attributes)
            found[metric.name][key][labels.get("le", name)] = value
    for name, series in found.items():
        yield _counted(METRICS[name], series)


def _counted(metric: Metric, series: dict[tuple[str, ...], dict[str, float]]) -> Family:
    labels = [each.replace(".", "_") for each in metric.attributes]
    if metric.kind == "counter":
        counter = CounterMetricFamily(metric.prometheus_name, metric.description, labels=labels)
        for key, values in series.items():
            counter.add_metric(key, next(iter(values.values())))
        return counter
    histogram = HistogramMetricFamily(metric.prometheus_name, metric.description, labels=labels)
    for key, values in series.items():
        total = values.pop(f"{metric.prometheus_name}_sum", 0.0)
        values.pop(f"{metric.prometheus_name}_count", None)
        buckets = sorted(values.items(), key=lambda each: float(each[0].replace("+Inf", "inf")))
        histogram.add_metric(key, buckets=buckets, sum_value=total)
    return histogram
