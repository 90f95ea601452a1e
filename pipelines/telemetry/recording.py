"""What the other rooms call where work is done: `span` around it, `count` and `observe` for figures of it.

Counting costs a few microseconds and is always on. Spans, and metrics by OTLP, cost nothing until `export.start` was
called: OpenTelemetry's packages are not imported before.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pipelines.logs import Redact
from pipelines.telemetry import context, names, tally
from pipelines.telemetry.names import Metric

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Kind = Literal["internal", "client", "server"]
Attributes = Mapping[str, str | int | float | bool | None]
"""By the names of `names.py` and the semantic conventions. None: not known, and left out."""

NONE: Attributes = {}

_redact = functools.lru_cache(4096)(Redact())


class Exporting:
    """What `export.start` puts here. tracer: None while nothing is sent. instruments: by name."""

    tracer: Tracer | None = None
    instruments: dict[str, Any] = {}  # noqa: RUF012  there is one of them


def count(metric: Metric, attributes: Attributes, value: float = 1) -> None:
    """Add to a counter."""
    _record(metric, value, attributes)


def observe(metric: Metric, attributes: Attributes, value: float) -> None:
    """One value of a histogram."""
    _record(metric, value, attributes)


@contextlib.contextmanager
def span(name: str, attributes: Attributes = NONE, *, kind: Kind = "internal") -> Iterator[Work]:
    """Trace the work of this block. An error is told by its class alone: its text may hold what came from outside."""
    tracer = Exporting.tracer
    if tracer is None:
        yield Work(None)
        return
    from opentelemetry.trace import SpanKind

    known = {f"tradewind.{field}": value for field, value in context.current().items()}
    with tracer.start_as_current_span(
        name,
        kind=SpanKind[kind.upper()],
        attributes=_safe({**known, **attributes}),
        record_exception=False,
        set_status_on_exception=False,
    ) as under_way:
        work = Work(under_way)
        try:
            yield work
        except Exception as error:
            work.failed(type(error).__name__)
            raise


class Work:
    """A span that is under way, or nothing where none is traced."""

    __slots__ = ("_span",)

    def __init__(self, under_way: Span | None) -> None:
        self._span = under_way

    def set(self, attributes: Attributes) -> None:
        """Add attributes that are known by now."""
        if self._span is not None:
            self._span.set_attributes(_safe(attributes))

    def failed(self, error_type: str) -> None:
        """Mark it as failed. error_type: a class or a status, no text."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_attribute("error.type", error_type)
            self._span.set_status(StatusCode.ERROR)


class Root:
    """A span that is ended by hand, for work that is no block, and the parent of all that begins in `active`."""

    def __init__(self, name: str, attributes: Attributes = NONE) -> None:
        self._context: Any = None
        self._span: Span | None = None
        if Exporting.tracer is not None:
            from opentelemetry.trace import set_span_in_context

            known = {f"tradewind.{field}": value for field, value in context.current().items()}
            self._span = Exporting.tracer.start_span(name, attributes=_safe({**known, **attributes}))
            self._context = set_span_in_context(self._span)

    @contextlib.contextmanager
    def active(self) -> Iterator[None]:
        """Spans that begin in this block, and in tasks that are made in it, are below this one."""
        if self._context is None:
            yield
            return
        from opentelemetry.context import attach, detach

        token = attach(self._context)
        try:
            yield
        finally:
            detach(token)

    def end(self) -> None:
        """It has ended."""
        if self._span is not None:
            self._span.end()


def done(name: str, attributes: Attributes, began: datetime, ended: datetime, *, failed: str | None = None) -> None:
    """A span of work that has ended, and that others have timed: dbt's models."""
    if Exporting.tracer is None:
        return
    first, last = (int(moment.timestamp() * 1e9) for moment in (began, ended))
    one = Exporting.tracer.start_span(name, start_time=first, attributes=_safe(attributes))
    if failed:
        Work(one).failed(failed)
    one.end(last)


@contextlib.contextmanager
def request(method: str, url: str) -> Iterator[Request]:
    """One attempt at an HTTP request: a span and its duration. Of the address only host and port are told.

    Who knows the answer says so by `Request.answered`; an error that has a `status` tells it by itself.
    """
    where = context.current()
    host, port = _server(url)
    fixed: dict[str, Any] = {
        "http.request.method": method,
        "server.address": host,
        "server.port": port,
        "tradewind.source": where.get("source", "other"),
        "tradewind.operation": where.get("operation", "other"),
    }
    started = time.perf_counter()
    taken = Request()
    with span(method, fixed, kind="client") as work:
        try:
            yield taken
        except Exception as error:
            taken.status = taken.status or getattr(error, "status", None)
            # our own errors are raised in place of the client's, which says what it was
            taken.error = taken.error or type(error.__context__ or error).__name__
            raise
        except BaseException:
            taken.error = "cancelled"
            raise
        finally:
            work.set({"http.response.status_code": taken.status})
            if taken.error:
                work.failed(taken.error)
            told = {**fixed, "http.response.status_code": taken.status, "error.type": taken.error}
            _record(names.HTTP_DURATION, time.perf_counter() - started, told)
            if taken.status == 429:
                count(
                    names.THROTTLED,
                    {
                        "tradewind.source": fixed["tradewind.source"],
                        "tradewind.operation": fixed["tradewind.operation"],
                    },
                )


class Request:
    """What is known of an attempt. status: of the answer. error: None where it was answered well."""

    __slots__ = ("error", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        self.error: str | None = None

    def answered(self, status: int) -> None:
        """An answer came, with this status."""
        self.status = status
        self.error = str(status) if status >= 400 else None


def _server(url: str) -> tuple[str, int]:
    """Host and port of an address; nothing of one that is none."""
    try:
        address = urlsplit(url)
        return address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    except ValueError:
        return "", 0


def _safe(attributes: Attributes) -> dict[str, Any]:
    """Without what is not known, and without anything that looks like a secret."""
    return {
        name: _redact(value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None
    }


def _record(metric: Metric, value: float, attributes: Attributes) -> None:
    safe = _safe(attributes)
    tally.add(metric, value, safe)
    instrument = Exporting.instruments.get(metric.name)
    if instrument is not None:
        (instrument.add if metric.kind == "counter" else instrument.record)(value, safe)
