"""What `/metrics` tells of the state of things: each figure with its query. Counters are in `telemetry/names.py`.

A query's last column is the value, those before are the labels. Of ages the moment is told (a timestamp), so that a
scrape that comes late is not wrong. Labels are ids of ours.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that goes up and down. query: its labels, then its value."""

    name: str
    description: str
    labels: tuple[str, ...]
    query: str


WAREHOUSE = (
    Gauge(
        "tradewind_ledger_slices",
        "Slices by state: days of feeds that are loaded, empty, due, failed, ...",
        ("feed", "state"),
        "select feed, state, count(*) from ops.slices group by 1, 2",
    ),
    Gauge(
        "tradewind_ledger_unfinished_slices",
        "Slices that are not here yet, by store and source: due, under way, failed, refused, quarantined",
        ("store", "source", "state"),
        """
        select scope_id, split_part(feed, '.', 1), state, count(*) from ops.slices
        where state not in ('loaded', 'empty', 'unavailable') group by 1, 2, 3
        """,
    ),
    Gauge(
        "tradewind_last_landing_timestamp_seconds",
        "When the newest document of a store and source came; one that brought nothing new counts",
        ("store", "source"),
        """
        select scope_id, split_part(feed, '.', 1), extract(epoch from max(at)) from (
            select feed, scope_id, max(loaded_at) as at from ops.loads group by 1, 2
            union all
            select feed, scope_id, max(updated_at) from ops.requests where state = 'done' group by 1, 2
        ) as came group by 1, 2
        """,
    ),
    Gauge(
        "tradewind_rate_budgets_blocked",
        "Rate budgets that are closed at present, because the API has answered 429",
        ("operation",),
        "select operation, count(*) filter (where blocked_until > clock_timestamp()) from ops.buckets group by 1",
    ),
    Gauge(
        "tradewind_crawls",
        "Crawls that wait for their turn or run",
        ("state",),
        """
        select state, count(c.crawl_id) from (values ('waiting'), ('running')) as known (state)
        left join ops.crawls as c using (state) group by 1
        """,
    ),
    Gauge(
        "tradewind_last_build_timestamp_seconds",
        "When a build of the marts last ended, by how",
        ("outcome",),
        "select labels ->> 'outcome', value from ops.counters where name = 'tradewind_last_build_timestamp_seconds'",
    ),
    Gauge(
        "tradewind_last_brief_timestamp_seconds",
        "When a brief of a store was last written; one that stands as it is keeps its moment",
        ("store", "kind"),
        "select store_id, kind, extract(epoch from max(created_at)) from insights.briefs group by 1, 2",
    ),
    Gauge(
        "tradewind_open_alerts",
        "Incidents that are not over",
        ("severity",),
        "select severity, count(*) from insights.alerts where resolved_at is null group by 1",
    ),
    Gauge(
        "tradewind_model_month_usd",
        "What a tenant's calls of a language model count for this month's budget",
        ("tenant",),
        """
        select tenant_id, sum(cost_counted_usd) from insights.model_calls
        where called_at >= date_trunc('month', clock_timestamp() at time zone 'UTC') at time zone 'UTC' group by 1
        """,
    ),
    Gauge(
        "tradewind_webhook_deliveries",
        "Events for subscribers, by what became of them: waiting, sending, sent, dead",
        ("subscriber", "state"),
        "select subscriber, state, count(*) from ops.webhook_deliveries group by 1, 2",
    ),
    Gauge(
        "tradewind_webhook_pulls_due",
        "Pulls that webhooks have made due and no run has begun",
        ("channel",),
        """
        select channel, count(*) filter (where taken_at is null or taken_at < asked_at) from ops.pulls_due group by 1
        """,
    ),
)

DAGSTER = (
    Gauge(
        "tradewind_dagster_runs",
        "Dagster's runs that wait or work",
        ("status",),
        """
        select status, count(r.run_id)
        from (values ('QUEUED'), ('STARTING'), ('STARTED'), ('CANCELING')) as known (status)
        left join runs as r using (status) group by 1
        """,
    ),
    Gauge(
        "tradewind_dagster_runs_ended",
        "Dagster's runs that have ended within the last hour, by how",
        ("status",),
        """
        select known.status, count(r.run_id)
        from (values ('SUCCESS'), ('FAILURE'), ('CANCELED')) as known (status)
        left join runs as r on r.status = known.status and r.end_time > extract(epoch from clock_timestamp()) - 3600
        group by 1
        """,
    ),
    Gauge(
        "tradewind_dagster_heartbeat_timestamp_seconds",
        "When each of the daemon's parts was last alive",
        ("daemon",),
        "select daemon_type, extract(epoch from timestamp at time zone 'UTC') from daemon_heartbeats",
    ),
    Gauge(
        "tradewind_dagster_failed_ticks",
        "Ticks of schedules and sensors that have failed within the last hour",
        ("type",),
        """
        select type, count(*) filter (where status = 'FAILURE') from job_ticks
        where timestamp > (clock_timestamp() at time zone 'UTC') - interval '1 hour' group by 1
        """,
    ),
)

UP = Gauge("tradewind_up", "Whether it answers: the warehouse, Dagster's database", ("part",), "")
INFO = Gauge("tradewind_build_info", "Always 1; its label is the version of Tradewind", ("version",), "")
STALE = Gauge("tradewind_marts_stale", "Whether something has landed that the marts have not seen", (), "")

GAUGES = (*WAREHOUSE, *DAGSTER, UP, INFO, STALE)
