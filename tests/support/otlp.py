"""A receiver of OTLP over HTTP on this machine: what a collector would get, as protobuf, read again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.loopback import on_loopback


@dataclass
class Span:
    """A span that arrived. parent, id: hexadecimal; parent is empty at the top."""

    name: str
    id: str
    parent: str
    trace: str
    attributes: dict[str, Any]
    is_error: bool
    seconds: float


@dataclass
class Otlp:
    """What has arrived. bodies: as they came, decompressed; resource: of the last one."""

    url: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)

    def spans(self) -> list[Span]:
        """All spans, in the order of their arrival."""
        found = []
        for path, body in self.bodies:
            if path == "/v1/traces":
                request = ExportTraceServiceRequest.FromString(body)
                found += [_span(each) for one in request.resource_spans for s in one.scope_spans for each in s.spans]
        return found

    def points(self, name: str) -> list[tuple[dict[str, Any], float]]:
        """The points of a metric as they were sent last: attributes, and a counter's value or a histogram's count."""
        found: dict[str, tuple[dict[str, Any], float]] = {}
        for path, body in self.bodies:
            if path != "/v1/metrics":
                continue
            for one in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                for metric in (each for scope in one.scope_metrics for each in scope.metrics if each.name == name):
                    told = [(_read(p.attributes), p.as_double or p.as_int) for p in metric.sum.data_points]
                    told += [(_read(p.attributes), p.count) for p in metric.histogram.data_points]
                    found |= {str(sorted(point[0].items())): point for point in told}
        return list(found.values())

    def resources(self) -> set[str]:
        """The services that have sent something."""
        found = set()
        for path, body in self.bodies:
            if path == "/v1/traces":
                for one in ExportTraceServiceRequest.FromString(body).resource_spans:
                    found.add(_read(one.resource.attributes)["service.name"])
        return found


def _span(each: Any) -> Span:
    seconds = (each.end_time_unix_nano - each.start_time_unix_nano) / 1e9
    return Span(
        each.name,
        each.span_id.hex(),
        each.parent_span_id.hex(),
        each.trace_id.hex(),
        _read(each.attributes),
        each.status.code == 2,
        seconds,
    )


def _read(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


@contextmanager
def receiver() -> Iterator[Otlp]:
    """A receiver on a free port of this machine."""
    one = Otlp()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.bodies.append(
                (self.path, gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with on_loopback(Handler) as url:
        one.url = url
        yield one
