"""Counting is on everywhere and imports nothing; its series are those that Prometheus expects."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.logs import JsonFormatter, Redact, RedactingFormatter
from pipelines.sources.transport.apify_http import operation
from pipelines.telemetry import context, names, tally
from pipelines.telemetry.recording import count, request, span


def test_nothing_of_opentelemetry_is_imported_while_it_is_off() -> None:
    code = (
        "import sys; import pipelines.cli, pipelines.landing.run.engine, pipelines.telemetry.begin;"
        "from pipelines.telemetry.recording import span\n"
        "with span('x'): pass\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_metric_has_a_name_of_its_own_and_words() -> None:
    series = [name for metric in names.METRICS.values() for name in metric.series]
    assert len(series) == len(set(series))
    for metric in names.METRICS.values():
        assert bool(metric.bounds) == (metric.kind == "histogram"), metric.name
        assert metric.description, metric.name
        assert list(metric.bounds) == sorted(metric.bounds), metric.name


def test_names_are_those_of_opentelemetrys_rules_for_prometheus() -> None:
    assert names.HTTP_DURATION.series[0] == "http_client_request_duration_seconds_bucket"
    assert names.THROTTLED.series == ("tradewind_api_throttled_total",)
    assert names.LOADED_BYTES.series == ("tradewind_load_size_bytes_total",)
    assert names.COST.series == ("tradewind_cost_usd_total",)


@given(st.floats(min_value=0, max_value=1e6, allow_nan=False))
def test_a_value_is_in_each_bucket_that_is_not_below_it(value: float) -> None:
    metric = names.HTTP_DURATION
    found = tally.series_of(metric, value, {"http.request.method": "GET"})
    buckets = {dict(labels)["le"]: each for (name, labels), each in found.items() if name.endswith("_bucket")}
    assert len(buckets) == len(metric.bounds) + 1
    assert {float(le) for le, each in buckets.items() if each} == {
        le for le in (*metric.bounds, float("inf")) if value <= le
    }


def test_an_attribute_that_is_not_listed_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="store"):
        count(names.BRIEFS, {"tradewind.store": "harbor-us"})


def test_a_secret_in_an_attribute_is_masked() -> None:
    tally.take()
    count(names.BRIEFS, {"tradewind.kind": "Atzr|IwEBhushhush", "tradewind.writer": "llm"})
    assert "hushhush" not in str(tally.take())


def test_a_request_tells_of_its_address_the_host_alone_and_of_an_error_the_class() -> None:
    tally.take()
    url = "https://sellingpartnerapi-na.amazon.com/reports/hushhush?token=hushhush"
    with (
        pytest.raises(ConnectionError),
        context.bind(source="amazon_sp", operation="getReport"),
        request("GET", url),
    ):
        raise ConnectionError("hushhush")
    ((name, labels), value), *_ = ((key, each) for key, each in tally.take().items() if key[0].endswith("_count"))
    told = dict(labels)
    assert (name, value) == ("http_client_request_duration_seconds_count", 1)
    assert (told["server_address"], told["error_type"]) == ("sellingpartnerapi-na.amazon.com", "ConnectionError")
    assert (told["tradewind_source"], told["tradewind_operation"]) == ("amazon_sp", "getReport")
    assert "hushhush" not in str(labels)


def test_a_crawlers_addresses_are_told_without_ids() -> None:
    assert operation("POST", "https://api.apify.com/v2/acts/me~it/runs?x=1") == "POST acts/runs"
    assert operation("GET", "https://api.apify.com/v2/actor-runs/Xy12") == "GET actor-runs"


def test_a_line_of_json_names_the_work_and_masks_secrets() -> None:
    formatter = RedactingFormatter(Redact(), JsonFormatter())
    record = logging.LogRecord("pipelines.x", logging.WARNING, "", 1, 'said "%s"\n', ("Atzr|IwEBhushhush",), None)
    with context.bind(store="harbor-us", slice="2026-11-20"), span("x"):
        line = json.loads(formatter.format(record))
    assert (line["store"], line["slice"], line["level"]) == ("harbor-us", "2026-11-20", "WARNING")
    assert "hushhush" not in line["message"]
    assert "store" not in context.current()
