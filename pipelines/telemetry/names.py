"""Every metric: its name, what it counts, and the attributes that it has. Recording another one is an error.

Names and attributes are those of OpenTelemetry's semantic conventions where these have one (`http.client.*`,
`gen_ai.*`, `error.type`); ours begin with `tradewind.`. Prometheus knows each by `prometheus_name`, as OpenTelemetry's
compatibility rules make it: dots become underscores, then comes the unit, and `_total` ends a counter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Upper bounds of a call's duration: those of the semantic conventions for http.client.request.duration."""
LONG_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
TOKENS = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0)
"""Those of the semantic conventions for gen_ai.client.token.usage, to a million."""

_UNITS = {"s": "seconds", "By": "bytes", "USD": "usd"}


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric. unit: by UCUM; in braces what is counted. bounds: of a histogram, upper and inclusive."""

    name: str
    kind: Literal["counter", "histogram"]
    unit: str
    description: str
    attributes: tuple[str, ...]
    bounds: tuple[float, ...] = ()

    @property
    def prometheus_name(self) -> str:
        """Its name without the endings of a histogram's or counter's series."""
        unit = _UNITS.get(self.unit, "")
        base = self.name.replace(".", "_")
        return base if not unit or base.endswith(unit) else f"{base}_{unit}"

    @property
    def series(self) -> tuple[str, ...]:
        """The names that queries use."""
        name = self.prometheus_name
        return (f"{name}_total",) if self.kind == "counter" else tuple(f"{name}_{end}" for end in _ENDINGS)


_ENDINGS = ("bucket", "sum", "count")
_CALL = ("tradewind.source", "tradewind.operation")

HTTP_DURATION = Metric(
    "http.client.request.duration",
    "histogram",
    "s",
    "Each request to an API, every attempt by itself",
    (
        *("http.request.method", "server.address", "server.port", "http.response.status_code", "error.type"),
        *_CALL,
    ),
    SECONDS,
)
THROTTLED = Metric(
    "tradewind.api.throttled", "counter", "{answer}", "Answers that a rate limit was reached (429)", _CALL
)
WAITED = Metric("tradewind.api.waited", "counter", "s", "What calls waited for their rate budget", _CALL)
TOKEN_REFRESHES = Metric(
    "tradewind.api.token_refreshes", "counter", "{token}", "Access tokens that were asked for", ("tradewind.source",)
)
REQUESTED = Metric("tradewind.requests", "counter", "{request}", "Reports and crawls asked for", ("tradewind.feed",))
SLICES = Metric(
    "tradewind.slices",
    "counter",
    "{slice}",
    "Slices that a run has ended, by what became of them",
    ("tradewind.feed", "tradewind.state"),
)
LOAD_DURATION = Metric(
    "tradewind.load.duration",
    "histogram",
    "s",
    "Loading one document",
    ("tradewind.source", "tradewind.outcome"),
    LONG_SECONDS,
)
LOADED_ROWS = Metric("tradewind.load.rows", "counter", "{row}", "Rows that documents brought", ("tradewind.feed",))
REJECTED_ROWS = Metric(
    "tradewind.load.rejected_rows", "counter", "{row}", "Rows that could not be read", ("tradewind.feed",)
)
LOADED_BYTES = Metric(
    "tradewind.load.size", "counter", "By", "Documents as they were archived, not compressed", ("tradewind.feed",)
)
BUILD_DURATION = Metric(
    "tradewind.build.duration", "histogram", "s", "Builds of the marts", ("tradewind.outcome",), LONG_SECONDS
)
NODE_DURATION = Metric(
    "tradewind.dbt.node.duration",
    "histogram",
    "s",
    "dbt's models, seeds and tests",
    ("dbt.resource_type", "tradewind.outcome"),
    LONG_SECONDS,
)
BRIEFS = Metric(
    "tradewind.briefs", "counter", "{brief}", "Briefs, by who wrote them", ("tradewind.kind", "tradewind.writer")
)
_MODEL = ("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model")
MODEL_DURATION = Metric(
    "gen_ai.client.operation.duration",
    "histogram",
    "s",
    "Calls of a language model",
    (*_MODEL, "error.type"),
    LONG_SECONDS,
)
MODEL_TOKENS = Metric(
    "gen_ai.client.token.usage",
    "histogram",
    "{token}",
    "Tokens of calls of a language model",
    (*_MODEL, "gen_ai.token.type"),
    TOKENS,
)
COST = Metric("tradewind.cost", "counter", "USD", "What models and crawls have cost", ("tradewind.kind",))

WEBHOOKS = Metric(
    "tradewind.webhooks",
    "counter",
    "{webhook}",
    "Webhooks that came, by what they were answered",
    ("tradewind.endpoint", "tradewind.outcome"),
)

CHANNEL_UPDATES = Metric(
    "tradewind.channel.updates",
    "counter",
    "{update}",
    "Updates that channels were told, by what they answered",
    ("tradewind.channel", "tradewind.outcome"),
)

METRICS = {
    each.name: each
    for each in (
        *(HTTP_DURATION, THROTTLED, WAITED, TOKEN_REFRESHES, REQUESTED, SLICES),
        *(LOAD_DURATION, LOADED_ROWS, REJECTED_ROWS, LOADED_BYTES, BUILD_DURATION, NODE_DURATION),
        *(BRIEFS, MODEL_DURATION, MODEL_TOKENS, COST, WEBHOOKS, CHANNEL_UPDATES),
    )
}
