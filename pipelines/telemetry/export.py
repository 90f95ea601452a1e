"""Sends traces and metrics by OTLP over HTTP, where an endpoint is set. Else OpenTelemetry is not even imported.

The endpoint is TRADEWIND_OTLP_ENDPOINT or, as everywhere, OTEL_EXPORTER_OTLP_ENDPOINT; headers, time-outs, sampling and
the like are read by OpenTelemetry's SDK from its own variables.
"""

from __future__ import annotations

import logging
import os
import threading
from importlib import metadata
from multiprocessing import util
from typing import TYPE_CHECKING, Any

from pipelines.telemetry.names import METRICS
from pipelines.telemetry.recording import Exporting

if TYPE_CHECKING:
    from pipelines.settings import Settings

log = logging.getLogger(__name__)

_lock = threading.Lock()
_started_in: int | None = None
_providers: list[Any] = []


def start(settings: Settings, service: str) -> bool:
    """Begin to send, once in each process; whether it does. service: `service.name`, as `tradewind-run`."""
    global _started_in
    if settings.otlp_endpoint is None:
        return False
    with _lock:
        if _started_in == os.getpid():
            return True
        _started_in = os.getpid()
        _open(settings.otlp_endpoint, service)
        # at the end of this process: atexit is not run in those that Dagster starts for runs
        util.Finalize(None, stop, exitpriority=100)
    return True


def _open(endpoint: str, service: str) -> None:
    # of one batch with its repetitions; the usual ten seconds would hold up the end of every command that nobody hears
    os.environ.setdefault("OTEL_EXPORTER_OTLP_TIMEOUT", "2")
    logging.getLogger("opentelemetry").setLevel(logging.ERROR)
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    version = metadata.version("tradewind")
    resource = Resource.create(
        {"service.name": service, "service.namespace": "tradewind", "service.version": version}
        | {"service.instance.id": f"{os.uname().nodename}-{os.getpid()}"}
    )
    traces = TracerProvider(resource=resource, shutdown_on_exit=False)
    traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics"))
    meters = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    meter = meters.get_meter("tradewind", version)
    Exporting.instruments = {
        each.name: meter.create_counter(each.name, unit=each.unit, description=each.description)
        if each.kind == "counter"
        else meter.create_histogram(
            each.name,
            unit=each.unit,
            description=each.description,
            explicit_bucket_boundaries_advisory=list(each.bounds),
        )
        for each in METRICS.values()
    }
    Exporting.tracer = traces.get_tracer("tradewind", version)
    _providers[:] = [traces, meters]


def stop() -> None:
    """Send what has not been sent, and send nothing more. An endpoint that is down costs some seconds and no work: what
    it did not take is dropped."""
    global _started_in
    with _lock:
        ending, _providers[:] = list(_providers), []
        Exporting.tracer, Exporting.instruments, _started_in = None, {}, None
    for each in ending:
        try:
            each.shutdown()
        except Exception as error:
            log.info("telemetry could not be sent at the end (%s)", type(error).__name__)
