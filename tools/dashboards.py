"""Writes Grafana's dashboards into docker/observability/dashboards/: `make dashboards`. What they show is listed here.

Every series that is named here is one that `/metrics` tells: tests/contract/test_observability.py compares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

FOLDER = Path(__file__).parents[1] / "docker" / "observability" / "dashboards"
SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
WIDTH = 24
_CALLS = "http_client_request_duration_seconds"
_ATTEMPTS = f"sum by (tradewind_source) (rate({_CALLS}_count[$__rate_interval]))"
_GOOD = _ATTEMPTS.replace("_count", '_count{error_type=""}')


@dataclass(frozen=True)
class Panel:
    """A panel. kind: of chart. queries: what a series is called (`{{label}}` is filled in) -> PromQL. unit: Grafana's.
    width: of 24 columns."""

    title: str
    description: str
    queries: dict[str, str]
    unit: str = "short"
    kind: str = "timeseries"
    width: int = 8


def hourly(series: str, *by: str) -> str:
    """What a counter grew by within an hour, by these labels."""
    return f"sum by ({', '.join(by)}) (increase({series}[1h]))"


def percentile(histogram: str, by: str, part: float = 0.95) -> str:
    """A quantile of a histogram, by a label. histogram: its name without an ending."""
    return f"histogram_quantile({part}, sum by (le, {by}) (rate({histogram}_bucket[$__rate_interval])))"


BOARDS: dict[str, tuple[str, dict[str, tuple[Panel, ...]]]] = {
    "landing": (
        "Landing and APIs",
        {
            "What is here": (
                Panel(
                    "Slices not here yet",
                    "Days of feeds that are due, under way, failed, refused or quarantined",
                    {"{{state}}": "sum by (state) (tradewind_ledger_unfinished_slices)"},
                    width=8,
                ),
                Panel(
                    "Hours since something came",
                    "By store and source. Most sources are asked every night: 24 are usual, 54 too many",
                    {"{{store}} {{source}}": "(time() - tradewind_last_landing_timestamp_seconds) / 3600"},
                    unit="h",
                    kind="table",
                    width=8,
                ),
                Panel(
                    "Rows landed",
                    "Rows that documents brought, by source",
                    {
                        "{{source}}": "sum by (source) (label_replace("
                        "increase(tradewind_load_rows_total[$__rate_interval]), "
                        '"source", "$1", "tradewind_feed", "([^.]+)\\\\..*"))'
                    },
                ),
            ),
            "Calls of APIs": (
                Panel(
                    "Calls a minute",
                    "Every attempt at a request, by source",
                    {"{{tradewind_source}}": f"60 * {_ATTEMPTS}"},
                ),
                Panel(
                    "Answered well",
                    "Share of calls without an error; an answer that a rate limit was reached is no good one",
                    {"{{tradewind_source}}": f"{_GOOD} / {_ATTEMPTS}"},
                    unit="percentunit",
                ),
                Panel(
                    "Duration, 95th percentile",
                    "Of each attempt, without waiting for the rate budget",
                    {"{{tradewind_source}}": percentile(_CALLS, "tradewind_source")},
                    unit="s",
                ),
                Panel(
                    "Throttled",
                    "Answers 429 a minute, by operation",
                    {
                        "{{tradewind_operation}}": "60 * sum by (tradewind_operation) "
                        "(rate(tradewind_api_throttled_total[$__rate_interval])) > 0"
                    },
                ),
                Panel(
                    "Waiting for rate budgets",
                    "Seconds that calls waited in each second: 3 means that three calls wait at any time",
                    {
                        "{{tradewind_operation}}": "topk(8, sum by (tradewind_operation) "
                        "(rate(tradewind_api_waited_seconds_total[$__rate_interval])))"
                    },
                ),
                Panel(
                    "Tokens and closed budgets",
                    "Access tokens asked for in an hour, and rate budgets that are closed now",
                    {
                        "tokens of {{tradewind_source}}": hourly(
                            "tradewind_api_token_refreshes_total", "tradewind_source"
                        ),
                        "closed": "sum(tradewind_rate_budgets_blocked)",
                    },
                ),
            ),
            "Documents": (
                Panel(
                    "Requests",
                    "Reports and crawls asked for in an hour, by feed",
                    {"{{tradewind_feed}}": f"topk(10, {hourly('tradewind_requests_total', 'tradewind_feed')})"},
                ),
                Panel(
                    "Slices ended",
                    "What became of them, in an hour",
                    {"{{tradewind_state}}": hourly("tradewind_slices_total", "tradewind_state")},
                ),
                Panel(
                    "Loading a document, 95th percentile",
                    "By source",
                    {"{{tradewind_source}}": percentile("tradewind_load_duration_seconds", "tradewind_source")},
                    unit="s",
                ),
                Panel(
                    "Bytes of documents",
                    "As archived, before compression, in an hour",
                    {"bytes": "sum(increase(tradewind_load_size_bytes_total[1h]))"},
                    unit="bytes",
                ),
                Panel(
                    "Rows that could not be read",
                    "In an hour, by feed",
                    {"{{tradewind_feed}}": hourly("tradewind_load_rejected_rows_total", "tradewind_feed") + " > 0"},
                ),
                Panel(
                    "Crawls",
                    "That wait for their turn, and that run",
                    {"{{state}}": "tradewind_crawls"},
                ),
            ),
        },
    ),
    "marts": (
        "Marts, briefs and Dagster",
        {
            "Now": (
                Panel(
                    "Since the last good build",
                    "Time since the marts were last built, or found to have seen everything",
                    {"": 'time() - max(tradewind_last_build_timestamp_seconds{outcome="done"})'},
                    unit="s",
                    kind="stat",
                    width=4,
                ),
                Panel(
                    "Marts are behind",
                    "1: something has landed that they have not seen",
                    {"": "max(tradewind_marts_stale)"},
                    kind="stat",
                    width=4,
                ),
                Panel("Open alerts", "By severity", {"{{severity}}": "tradewind_open_alerts"}, kind="stat", width=4),
                Panel(
                    "Runs",
                    "Dagster's runs that wait or work",
                    {"{{status}}": "tradewind_dagster_runs"},
                    kind="stat",
                    width=8,
                ),
                Panel("Answers", "1: it does", {"{{part}}": "tradewind_up"}, kind="stat", width=4),
            ),
            "Builds": (
                Panel(
                    "Builds",
                    "In an hour, by how they ended",
                    {"{{tradewind_outcome}}": hourly("tradewind_build_duration_seconds_count", "tradewind_outcome")},
                ),
                Panel(
                    "Duration of builds, median",
                    "Waiting for another build included",
                    {
                        "median": "histogram_quantile(0.5, sum by (le) "
                        "(rate(tradewind_build_duration_seconds_bucket[$__rate_interval])))"
                    },
                    unit="s",
                ),
                Panel(
                    "Models and tests, 95th percentile",
                    "As dbt has timed them",
                    {"{{dbt_resource_type}}": percentile("tradewind_dbt_node_duration_seconds", "dbt_resource_type")},
                    unit="s",
                ),
            ),
            "Briefs and models": (
                Panel(
                    "Briefs",
                    "In an hour, by who wrote them; `stands`: nothing had changed",
                    {"{{tradewind_writer}}": hourly("tradewind_briefs_total", "tradewind_writer")},
                ),
                Panel(
                    "Hours since a brief was written",
                    "By store and kind; one that stands as it is keeps its moment",
                    {"{{store}} {{kind}}": "(time() - tradewind_last_brief_timestamp_seconds) / 3600"},
                    unit="h",
                    kind="table",
                ),
                Panel(
                    "Spent on models this month",
                    "What budgets count, by tenant",
                    {"{{tenant}}": "tradewind_model_month_usd"},
                    unit="currencyUSD",
                ),
                Panel(
                    "Cost",
                    "Of models and crawls, in a day",
                    {"{{tradewind_kind}}": "sum by (tradewind_kind) (increase(tradewind_cost_usd_total[1d]))"},
                    unit="currencyUSD",
                ),
                Panel(
                    "Calls of models, 95th percentile",
                    "By model",
                    {
                        "{{gen_ai_request_model}}": percentile(
                            "gen_ai_client_operation_duration_seconds", "gen_ai_request_model"
                        )
                    },
                    unit="s",
                ),
                Panel(
                    "Tokens",
                    "In an hour, sent and written",
                    {"{{gen_ai_token_type}}": hourly("gen_ai_client_token_usage_sum", "gen_ai_token_type")},
                ),
            ),
            "Dagster and webhooks": (
                Panel("Runs that ended within the hour", "By how", {"{{status}}": "tradewind_dagster_runs_ended"}),
                Panel(
                    "Silence of the daemon",
                    "Seconds since each of its parts was heard of",
                    {"{{daemon}}": "time() - tradewind_dagster_heartbeat_timestamp_seconds"},
                    unit="s",
                ),
                Panel(
                    "Failed ticks within the hour",
                    "Of schedules and sensors",
                    {"{{type}}": "tradewind_dagster_failed_ticks"},
                ),
                Panel(
                    "Webhooks",
                    "In an hour, by what they were answered",
                    {
                        "{{tradewind_endpoint}} {{tradewind_outcome}}": hourly(
                            "tradewind_webhooks_total", "tradewind_endpoint", "tradewind_outcome"
                        )
                        + " > 0"
                    },
                ),
                Panel(
                    "Channels told",
                    "Updates in an hour, by what channels answered",
                    {
                        "{{tradewind_channel}} {{tradewind_outcome}}": hourly(
                            "tradewind_channel_updates_total", "tradewind_channel", "tradewind_outcome"
                        )
                    },
                ),
                Panel(
                    "Events for subscribers",
                    "By what became of them",
                    {"{{subscriber}} {{state}}": "tradewind_webhook_deliveries"},
                ),
                Panel("Pulls due", "That webhooks ask for", {"{{channel}}": "tradewind_webhook_pulls_due"}),
            ),
        },
    ),
}

_PANELS = {"timeseries": timeseries.Panel, "stat": stat.Panel, "table": table.Panel}


def build(name: str) -> str:
    """A dashboard as Grafana's JSON."""
    title, rows = BOARDS[name]
    board = (
        dashboard.Dashboard(f"Tradewind: {title}")
        .uid(f"tradewind-{name}")
        .tags(["tradewind"])
        .readonly()
        .refresh("1m")
        .time("now-24h", "now")
        .timezone("utc")
    )
    for row, panels in rows.items():
        board.with_row(dashboard.Row(row))
        for each in panels:
            board.with_panel(_panel(each))
    told = json.loads(JSONEncoder().encode(board.build()))
    del told["style"]  # the SDK still writes what Grafana's schema no longer has
    return json.dumps(_without_nothing(told), sort_keys=True, indent=2) + "\n"


def _without_nothing(told: Any) -> Any:
    """Without settings that are null, which Grafana's schema does not take."""
    if isinstance(told, dict):
        return {name: _without_nothing(each) for name, each in told.items() if each is not None}
    return [_without_nothing(each) for each in told] if isinstance(told, list) else told


def _panel(told: Panel) -> Any:
    panel = _PANELS[told.kind]().title(told.title).description(told.description).unit(told.unit)
    panel.datasource(SOURCE).span(told.width).height(4 if told.kind == "stat" else 8)
    for number, (legend, expression) in enumerate(told.queries.items()):
        query = prometheus.Dataquery().expr(expression).ref_id(chr(ord("A") + number)).datasource(SOURCE)
        if told.kind == "table":
            query.instant()
        panel.with_target(query.legend_format(legend or "__auto"))
    return panel


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in BOARDS:
        (FOLDER / f"{name}.json").write_text(build(name), encoding="utf-8")


if __name__ == "__main__":
    main()
