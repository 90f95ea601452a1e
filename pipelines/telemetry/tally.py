"""What this process has counted and not written down yet: sums by series, as Prometheus names them.

Processes of runs end within seconds, so that nobody could scrape them: each adds its sums to those in the warehouse.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping

from pipelines.telemetry.names import Metric

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""
Sums = dict[tuple[str, Labels], float]

_lock = threading.Lock()
_sums: defaultdict[tuple[str, Labels], float] = defaultdict(float)


def add(metric: Metric, value: float, attributes: Mapping[str, object]) -> None:
    """Count a value of a counter or a histogram. Raises KeyError for an attribute that the metric does not have."""
    with _lock:
        for key, amount in series_of(metric, value, attributes).items():
            _sums[key] += amount


def series_of(metric: Metric, value: float, attributes: Mapping[str, object]) -> Sums:
    """What one value adds to which series. A bucket counts what is at most its bound."""
    if unknown := set(attributes) - set(metric.attributes):
        raise KeyError(f"{metric.name} has no attribute {', '.join(sorted(unknown))}: names.py lists them")
    labels = tuple(sorted((name.replace(".", "_"), str(each)) for name, each in attributes.items() if each is not None))
    name = metric.prometheus_name
    if metric.kind == "counter":
        return {(f"{name}_total", labels): value}
    found: Sums = {(f"{name}_sum", labels): value, (f"{name}_count", labels): 1.0}
    for bound in (*metric.bounds, float("inf")):
        le = "+Inf" if bound == float("inf") else repr(float(bound))
        # a series that was never added to is missing in a histogram: each bound has one from the first value on
        found[f"{name}_bucket", tuple(sorted((*labels, ("le", le))))] = float(value <= bound)
    return found


def take() -> Sums:
    """All sums, which are then forgotten here."""
    with _lock:
        found = dict(_sums)
        _sums.clear()
    return found


def give_back(sums: Sums) -> None:
    """Add sums that could not be written down; the next one to write takes them along."""
    with _lock:
        for key, value in sums.items():
            _sums[key] += value
