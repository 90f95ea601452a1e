"""`/metrics`: who is answered, and counters as Prometheus reads them."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from pipelines.serving.metrics import door, reading
from pipelines.serving.metrics.families import GAUGES
from pipelines.telemetry import names, tally


@pytest.mark.parametrize(
    ("headers", "peer", "token", "is_answered"),
    [
        ({}, "127.0.0.1", None, True),
        ({}, "::1", None, True),
        ({}, "10.0.0.7", None, False),
        ({}, "", None, False),
        ({"x-forwarded-for": "127.0.0.1"}, "127.0.0.1", None, False),
        ({"forwarded": "for=127.0.0.1"}, "127.0.0.1", None, False),
        ({"authorization": "Bearer right"}, "10.0.0.7", "right", True),
        ({"authorization": "Bearer wrong"}, "10.0.0.7", "right", False),
        ({"authorization": "right"}, "127.0.0.1", "wrong", False),
        ({}, "127.0.0.1", "right", False),
    ],
)
def test_who_is_answered(headers: dict[str, str], peer: str, token: str | None, is_answered: bool) -> None:
    assert door.may_read(headers, peer, SecretStr(token) if token else None) is is_answered


def test_what_was_counted_reads_as_counters_and_histograms() -> None:
    tally.take()
    tally.add(names.LOADED_ROWS, 31, {"tradewind.feed": "amazon_ads.sp_campaigns"})
    for seconds in (0.02, 0.3, 20.0):
        tally.add(names.HTTP_DURATION, seconds, {"http.request.method": "GET", "http.response.status_code": 200})
    rows = [(name, dict(labels), value) for (name, labels), value in tally.take().items()]
    rows.append(("of_an_older_version_total", {}, 1.0))

    class One:
        def collect(self):
            yield from reading.counters(rows)

    registry = CollectorRegistry()
    registry.register(One())  # type: ignore[arg-type]
    told = {family.name: family for family in text_string_to_metric_families(reading.text(registry).decode())}
    assert set(told) == {"tradewind_load_rows", "http_client_request_duration_seconds"}
    assert [(each.name, each.labels["tradewind_feed"], each.value) for each in told["tradewind_load_rows"].samples] == [
        ("tradewind_load_rows_total", "amazon_ads.sp_campaigns", 31)
    ]
    samples = told["http_client_request_duration_seconds"].samples
    buckets = {each.labels["le"]: each.value for each in samples if each.name.endswith("_bucket")}
    assert (buckets["0.025"], buckets["0.5"], buckets["10.0"], buckets["+Inf"]) == (1, 2, 2, 3)
    assert {each.value for each in samples if each.name.endswith("_count")} == {3}
    assert {each.labels["error_type"] for each in samples} == {""}


def test_every_figure_has_a_name_of_its_own() -> None:
    gauges = [each.name for each in GAUGES]
    assert len(gauges) == len(set(gauges))
    assert not set(gauges) & {series for metric in names.METRICS.values() for series in metric.series}
