"""When things run: the schedules that land, the sensor that builds the marts when there is something unseen, and the
nightly test of all rows.

Schedules are per time zone, so that a night's run starts when that marketplace's day has ended. The sensor is
level-triggered: it asks the warehouse whether a committed change is unseen by the marts, so it misses nothing, whoever
landed it, and asks for one build however many partitions came: of the models that have news, and of no others.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.feeds import FEEDS, Feed
from pipelines.feeds.feed import Period
from pipelines.landing.planning.periods import first_of
from pipelines.landing.views.coverage import has_loads
from pipelines.orchestration.alerts import ALERTS
from pipelines.orchestration.insights import BRIEFS, FORECASTS
from pipelines.orchestration.marts import BUILD_TAG, EVERYTHING, NEWS, asset_key
from pipelines.orchestration.raw import PERIOD_OF_KIND, asset_keys, kind_of, op_name, partitions_of
from pipelines.orchestration.resources import Platform
from pipelines.orchestration.runs import ACTIVE
from pipelines.stores import Store
from pipelines.transformation import transform

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    from pipelines.transformation.news import News

BUILD_JOB = "build_marts"
TEST_JOB = "test_marts"
GRACE = timedelta(minutes=10)
BACK_OFF_SECONDS = (60, 300, 900, 3600)
# In the queue: a build is short and everybody waits for it; tonight's data goes before a backfill (which has 0).
PRIORITY_TAG = "dagster/priority"
BUILD_PRIORITY, SCHEDULED_PRIORITY = "20", "10"


@dataclass(frozen=True)
class Slot:
    """What is landed at a time of the marketplace's night: feeds of one source and kind (`raw.kind_of`)."""

    name: str
    time: str
    source: str
    kind: str
    feeds: tuple[str, ...]


# Name and time of each source and kind: first what changes stock and orders, last what can wait for the listings.
_TIMES = {
    ("amazon_sp", "windowed"): ("reports", "0 2"),
    ("amazon_sp", "snapshot"): ("inventory", "0 2"),
    ("amazon_sp", "listed"): ("settlements", "0 2"),
    ("amazon_data_kiosk", "windowed"): ("data_kiosk", "30 2"),
    ("amazon_ads", "windowed"): ("ads", "0 3"),
    ("apify", "crawl"): ("crawls", "0 3"),
    ("shopify", "windowed"): ("shop_orders", "0 2"),
    ("shopify", "snapshot"): ("shop_stock", "0 2"),
    ("ebay", "windowed"): ("ebay_orders", "0 2"),
    ("ebay", "snapshot"): ("ebay_stock", "0 2"),
    ("woocommerce", "windowed"): ("woocommerce_orders", "0 2"),
    ("woocommerce", "snapshot"): ("woocommerce_stock", "0 2"),
}
_LATE_TIME = "30 3"
# Amazon has these later than the others.
_APART = {"amazon_sp.sales_and_traffic": ("sales_and_traffic", "30 2")}


def slots(feeds: Iterable[Feed] = FEEDS.values()) -> tuple[Slot, ...]:
    """The slots of all feeds that have an API, in the order of their times."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for feed in feeds:
        if feed.is_asked_for:
            kind = kind_of(feed)
            usual = _TIMES.get((feed.source, kind), (f"{feed.source}_{kind}", _LATE_TIME))
            name, at = _APART.get(feed.name, usual)
            found.setdefault((name, at, feed.source, kind), []).append(feed.name)
    return tuple(
        Slot(*key, tuple(names)) for key, names in sorted(found.items(), key=lambda item: item[0][1].split()[::-1])
    )


SLOTS = slots()


def land_jobs(first_day: date) -> dict[str, "UnresolvedAssetJobDefinition"]:
    """One job per slot, by name. first_day: of the partitions."""
    return {
        slot.name: dg.define_asset_job(
            f"land_{slot.name}",
            selection=dg.AssetSelection.assets(*(key for name in slot.feeds for key in asset_keys(FEEDS[name]))),
            partitions_def=partitions_of(slot.kind, first_day),
        )
        for slot in SLOTS
    }


def schedules(jobs: dict[str, "UnresolvedAssetJobDefinition"], stores: Sequence[Store]) -> list[dg.ScheduleDefinition]:
    """Each slot in each time zone that has stores with API access."""
    zones: dict[str, list[str]] = {}
    for store in stores:
        if store.has_api:
            zones.setdefault(store.time_zone, []).append(store.store_id)
    return [_schedule(slot, jobs[slot.name], zone, ids) for slot in SLOTS for zone, ids in sorted(zones.items())]


def _schedule(slot: Slot, job: "UnresolvedAssetJobDefinition", zone: str, stores: list[str]) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{slot.name}__{zone.replace('/', '_').lower()}",
        job=job,
        cron_schedule=f"{slot.time} * * *",
        execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"{', '.join(slot.feeds)} of {', '.join(sorted(stores))}",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        today = context.scheduled_execution_time.astimezone(ZoneInfo(zone)).date()
        config = {"stores": stores, "everything_due": True}
        tags = {PRIORITY_TAG: SCHEDULED_PRIORITY}
        if slot.kind in PERIOD_OF_KIND:
            tags |= anchor(PERIOD_OF_KIND[slot.kind], today)
        return dg.RunRequest(
            run_key=f"{slot.name}:{zone}:{today}",
            tags=tags,
            run_config={"ops": {op_name(slot.source, slot.kind): {"config": config}}},
        )

    return nightly


def anchor(period: Period, today: date) -> dict[str, str]:
    """The tags of a run that lands whatever is due: its partition is the newest period that has ended."""
    day = first_of(period, first_of(period, today) - timedelta(days=1)).isoformat()
    return {"dagster/asset_partition_range_start": day, "dagster/asset_partition_range_end": day}


def last_night(slot: Slot, zone: str, now: datetime) -> datetime:
    """When the slot's schedule should have run last in a time zone, UTC; it is given ten minutes to begin."""
    minute, hour = map(int, slot.time.split())
    local = (now - GRACE).astimezone(ZoneInfo(zone))
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (at if at <= local else at - timedelta(days=1)).astimezone(UTC)


def build_job(marts: dg.AssetsDefinition) -> "UnresolvedAssetJobDefinition":
    """dbt's models and, in the same run, the forecasts, the briefs and the alerts below them."""
    return dg.define_asset_job(
        BUILD_JOB,
        selection=dg.AssetSelection.assets(marts) | dg.AssetSelection.assets(FORECASTS, BRIEFS, ALERTS),
        tags={PRIORITY_TAG: BUILD_PRIORITY},
    )


def test_job(marts: dg.AssetsDefinition) -> "UnresolvedAssetJobDefinition":
    """All data tests over all rows, as checks. A build tests the rows that it changes."""
    return dg.define_asset_job(
        TEST_JOB,
        selection=dg.AssetSelection.checks(marts),
        tags={BUILD_TAG: EVERYTHING},
        description="All tests of all models over all rows; builds test the rows that they change",
    )


def test_schedule(job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Daily at 07:00 UTC, when the nights' data of Asia and Europe has been built and that of America is not due."""
    return dg.ScheduleDefinition(
        name="test_marts_daily",
        job=job,
        cron_schedule="0 7 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def seconds_to_wait(failures: int) -> int:
    """How long after the n-th failing build in a row the next one is asked for: a minute, then up to an hour."""
    return 0 if failures == 0 else BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]


def new_data_sensor(job: "UnresolvedAssetJobDefinition") -> dg.SensorDefinition:
    """Asks for one build when a committed change is unseen by a mart; backs off while builds fail."""

    @dg.sensor(name="new_data", job=job, minimum_interval_seconds=30, default_status=dg.DefaultSensorStatus.RUNNING)
    def new_data(
        context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]
    ) -> dg.RunRequest | dg.SkipReason:
        instance = context.instance
        if instance.get_runs_count(dg.RunsFilter(job_name=BUILD_JOB, statuses=ACTIVE)):
            return dg.SkipReason("a build is running; it is looked at again when that has ended")
        with platform.warehouse.connect() as conn:
            if not has_loads(conn):
                return dg.SkipReason("nothing has landed yet")
            if not transform.stale(conn):
                return dg.SkipReason("the marts have seen every change")
            told = transform.what_is_new(platform.settings, conn)
        failures, ended = _failures_in_a_row(instance)
        wait = seconds_to_wait(failures) - (time.time() - ended)
        if wait > 0:
            return dg.SkipReason(f"the last {failures} builds failed; the next one starts in {int(wait)} s")
        return _request(told)

    return new_data


def _request(told: "News | None") -> dg.RunRequest:
    """The build of what has news, the forecasts, the briefs and the alerts; None: of everything."""
    if told is None:
        return dg.RunRequest()
    # news that no model reads is news all the same: a build says so, and data_coverage is the least that there can be
    models = sorted(told.models) or ["marts.data_coverage"]
    return dg.RunRequest(asset_selection=[*map(asset_key, models), FORECASTS, BRIEFS, ALERTS], tags={BUILD_TAG: NEWS})


def _failures_in_a_row(instance: dg.DagsterInstance) -> tuple[int, float]:
    records = instance.get_run_records(dg.RunsFilter(job_name=BUILD_JOB), limit=len(BACK_OFF_SECONDS))
    failures = 0
    for record in records:
        if record.dagster_run.status != dg.DagsterRunStatus.FAILURE:
            break
        failures += 1
    return failures, (records[0].end_time or records[0].update_timestamp.timestamp()) if records else 0.0
