"""When things run: the schedules that land, and the sensor that builds the marts when there is something unseen.

Schedules are per time zone, so that a night's run starts when that marketplace's day has ended. The sensor is
level-triggered: it asks the warehouse whether a committed change is unseen by the marts, so it misses nothing, whoever
landed it, and asks for one build however many partitions came.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.feeds import FEEDS
from pipelines.landing.coverage import has_loads
from pipelines.orchestration.insights import BRIEFS
from pipelines.orchestration.raw import PARTITIONED_SHAPES, asset_keys, op_name
from pipelines.orchestration.resources import Platform
from pipelines.stores import Store
from pipelines.warehouse import transform

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

BUILD_JOB = "build_marts"
BACK_OFF_SECONDS = (60, 300, 900, 3600)
# In the queue: a build is short and everybody waits for it; tonight's data goes before a backfill (which has 0).
PRIORITY_TAG = "dagster/priority"
BUILD_PRIORITY, SCHEDULED_PRIORITY = "20", "10"
ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dataclass(frozen=True)
class Slot:
    """What is landed at a time of the marketplace's night."""

    name: str
    time: str
    source: str
    shape: str
    feeds: tuple[str, ...]


SLOTS = (
    Slot(
        "orders_and_ledger",
        "0 2",
        "amazon_sp",
        "windowed",
        ("amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update", "amazon_sp.ledger_summary"),
    ),
    Slot(
        "inventory",
        "0 2",
        "amazon_sp",
        "snapshot",
        ("amazon_sp.fba_myi_unsuppressed_inventory", "amazon_sp.merchant_listings"),
    ),
    Slot("settlements", "0 2", "amazon_sp", "listed", ("amazon_sp.settlements_v2",)),
    Slot("sales_and_traffic", "30 2", "amazon_sp", "windowed", ("amazon_sp.sales_and_traffic",)),
    Slot(
        "ads",
        "0 3",
        "amazon_ads",
        "windowed",
        ("amazon_ads.sp_campaigns", "amazon_ads.sp_advertised_product", "amazon_ads.sp_search_term"),
    ),
    Slot("crawls", "0 3", "apify", "crawl", ("apify.products",)),
)


def land_jobs(partitions: dg.PartitionsDefinition) -> dict[str, "UnresolvedAssetJobDefinition"]:
    """One job per slot, by name."""
    return {
        slot.name: dg.define_asset_job(
            f"land_{slot.name}",
            selection=dg.AssetSelection.assets(*(key for name in slot.feeds for key in asset_keys(FEEDS[name]))),
            partitions_def=partitions if slot.shape in PARTITIONED_SHAPES else None,
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
        if slot.shape in PARTITIONED_SHAPES:
            tags |= {
                "dagster/asset_partition_range_start": (today - timedelta(days=1)).isoformat(),
                "dagster/asset_partition_range_end": (today - timedelta(days=1)).isoformat(),
            }
        return dg.RunRequest(
            run_key=f"{slot.name}:{zone}:{today}",
            tags=tags,
            run_config={"ops": {op_name(slot.source, slot.shape): {"config": config}}},
        )

    return nightly


def build_job(marts: dg.AssetsDefinition) -> "UnresolvedAssetJobDefinition":
    """dbt's models and, in the same run, the briefs below them."""
    return dg.define_asset_job(
        BUILD_JOB,
        selection=dg.AssetSelection.assets(marts) | dg.AssetSelection.assets(BRIEFS),
        tags={PRIORITY_TAG: BUILD_PRIORITY},
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
        failures, ended = _failures_in_a_row(instance)
        wait = seconds_to_wait(failures) - (time.time() - ended)
        if wait > 0:
            return dg.SkipReason(f"the last {failures} builds failed; the next one starts in {int(wait)} s")
        return dg.RunRequest()

    return new_data


def _failures_in_a_row(instance: dg.DagsterInstance) -> tuple[int, float]:
    records = instance.get_run_records(dg.RunsFilter(job_name=BUILD_JOB), limit=len(BACK_OFF_SECONDS))
    failures = 0
    for record in records:
        if record.dagster_run.status != dg.DagsterRunStatus.FAILURE:
            break
        failures += 1
    return failures, (records[0].end_time or records[0].update_timestamp.timestamp()) if records else 0.0
