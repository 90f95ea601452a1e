"""The sensor that tells Dagster's UI what has landed, whoever landed it: `pull`, `import` and the demo, too.

Each day of a feed is told once, as a materialization of its partition. What a run of Dagster has landed it has told
itself, and is not told again; while one is at work on a feed, that feed waits. The cursor holds a moment for each feed.
Models that were built elsewhere and were never seen here are told once, too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.feeds import FEEDS, Feed
from pipelines.landing.views import landed as views
from pipelines.landing.views.coverage import DayState, day_states
from pipelines.landing.views.landed import Landed
from pipelines.orchestration import verdicts
from pipelines.orchestration.automation import BUILD_JOB
from pipelines.orchestration.built import Built, compiled_models
from pipelines.orchestration.overdue import at_work
from pipelines.orchestration.raw import asset_keys
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE
from pipelines.transformation.transform import target_dir

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings

SENSOR = "landed"
MOST_EVENTS = 500
"""In one tick; the next one goes on, half a minute later."""
SECONDS_OF_MODELS = 15.0
"""Of a tick, for models; Dagster gives a tick up after a minute."""

_THERE = "select name from unnest(%s::text[]) as name where to_regclass(name) is not null"


def read_cursor(cursor: str | None, cluster: str) -> dict[str, str]:
    """The moment until which each feed was told. Where nothing is known, or it is of another server: none."""
    known = json.loads(cursor) if cursor else {}
    seen = known.get("seen", {}) if known.get("cluster") == cluster else {}
    return {feed: str(seen.get(feed, views.NOTHING)) for feed in FEEDS}


def write_cursor(seen: Mapping[str, str], cluster: str) -> str:
    """The cursor that `read_cursor` reads."""
    return json.dumps({"cluster": cluster, "seen": dict(seen)})


def days_to_tell(told: Landed, states: Iterable[DayState], materialized: Mapping[date, datetime]) -> list[date]:
    """The days of a windowed feed that are here and that nobody has told of since they changed.

    states: of all scopes, on these days. materialized: when Dagster was last told of a day, UTC.
    """
    known: dict[date, list[DayState]] = {}
    for state in states:
        known.setdefault(state.day, []).append(state)
    return sorted(
        day
        for day, changed in told.days.items()
        if verdicts.is_here(known.get(day, ())) and not (day in materialized and materialized[day] >= changed)
    )


def landed_sensor(models: Collection[dg.AssetKey] = ()) -> dg.SensorDefinition:
    """Tells what is new, some hundred events at a time. models: assets of dbt."""

    @dg.sensor(
        name=SENSOR,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Shows what was landed elsewhere: by `pull`, `import` or the demo",
    )
    def landed_(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.SensorResult | dg.SkipReason:
        instance = context.instance
        active = [each.dagster_run for each in instance.get_run_records(dg.RunsFilter(statuses=ACTIVE))]
        events: list[dg.AssetMaterialization] = []
        with platform.warehouse.connect() as conn:
            here, now = views.cluster(conn), views.moment(conn)
            seen = read_cursor(context.cursor, here)
            busy = at_work(active)
            news = {each.feed: each for each in views.landed(conn, {k: v for k, v in seen.items() if k not in busy})}
            for feed in FEEDS.values():
                if feed.name in busy or len(events) >= MOST_EVENTS:
                    continue
                if feed.name in news:
                    events += _of_feed(instance, conn, feed, news[feed.name])
                seen[feed.name] = now
            if len(events) < MOST_EVENTS and not any(run.job_name == BUILD_JOB for run in active):
                events += _of_models(instance, conn, models, platform.settings)
        cursor = write_cursor(seen, here)
        if not events:
            context.update_cursor(cursor)
            return dg.SkipReason("nothing has landed that is not shown")
        return dg.SensorResult(asset_events=events, cursor=cursor)

    return landed_


def _of_feed(
    instance: dg.DagsterInstance, conn: psycopg.Connection, feed: Feed, told: Landed
) -> list[dg.AssetMaterialization]:
    """The events of a feed's assets."""
    keys = list(zip(asset_keys(feed), feed.tables, strict=True))
    since = min(told.days.values())
    if feed.shape != "windowed":
        last = max(told.days.values())
        return [
            dg.AssetMaterialization(asset_key=key, metadata=_metadata(told, table))
            for key, table in keys
            if not any(at >= last for at in _materialized(instance, key, since).values())
        ]
    states = day_states(conn, feed.name, list(told.days), None)
    return [
        dg.AssetMaterialization(asset_key=key, partition=day.isoformat(), metadata=_metadata(told, table))
        for key, table in keys
        for day in days_to_tell(told, states, _by_day(_materialized(instance, key, since)))
    ]


def _materialized(instance: dg.DagsterInstance, key: dg.AssetKey, since: datetime) -> dict[str | None, datetime]:
    """Partition -> when Dagster was last told of it, of what it was told since then. None: without a partition."""
    found: dict[str | None, datetime] = {}
    cursor: str | None = None
    while True:
        records = dg.AssetRecordsFilter(asset_key=key, after_timestamp=since.timestamp() - 1)
        answer = instance.fetch_materializations(records, limit=1000, cursor=cursor)
        for record in answer.records:
            at = datetime.fromtimestamp(record.timestamp, since.tzinfo)
            found[record.partition_key] = max(at, found.get(record.partition_key, at))
        if not answer.has_more:
            return found
        cursor = answer.cursor


def _by_day(found: Mapping[str | None, datetime]) -> dict[date, datetime]:
    return {date.fromisoformat(key): at for key, at in found.items() if key}


def _metadata(told: Landed, table: str) -> dict[str, Any]:
    """Of an event. Rows and documents are those that were new when it was told, of whatever day."""
    now = told.tables.get(table)
    known: dict[str, Any] = {
        "documents": told.documents,
        "rows_landed": told.rows,
        "rows_rejected": told.rejected,
        "raw_documents": dg.MetadataValue.md("\n".join(f"- `{path}`" for path in told.paths) or "none"),
    }
    if now is not None:
        known |= {"dagster/row_count": now.rows, "size_bytes": now.size}
    return known


def _of_models(
    instance: dg.DagsterInstance, conn: psycopg.Connection, models: Collection[dg.AssetKey], settings: Settings
) -> Sequence[dg.AssetMaterialization]:
    """Models that are in the warehouse and of which Dagster has never heard. Their lineage takes time when it is read
    for the first time: the next tick tells the rest."""
    keys = sorted(models)
    heard = {
        record.asset_entry.asset_key
        for record in instance.get_asset_records(keys)
        if record.asset_entry.last_materialization_record is not None
    }
    names = {".".join(key.path): key for key in keys if key not in heard}
    there = [name for (name,) in conn.execute(_THERE, (list(names),)).fetchall()] if names else []
    if not there:
        return []
    known = {*models, *(key for feed in FEEDS.values() for key in asset_keys(feed))}
    found = Built.of(conn, settings.home, [names[name] for name in there], known)
    compiled = compiled_models(target_dir(settings))
    events, until = [], time.monotonic() + SECONDS_OF_MODELS
    for name in sorted(there):
        if time.monotonic() > until:
            break
        file = compiled.get(name.partition(".")[2])
        sql = file.read_text(encoding="utf-8") if file else None
        metadata = {"built": "by the command line, before Dagster was up"} | found.metadata(names[name], sql)
        events.append(dg.AssetMaterialization(asset_key=names[name], metadata=metadata))
    found.keep()
    return events
