"""The hourly schedules: orders and stock again while the day runs, within each account's share of its budget.

How often an account has a round is decided in landing/planning/today.py; the nights' schedules are in `automation.py`.
"""

from collections.abc import Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.feeds import Feed
from pipelines.landing.planning.today import MINUTE, SHARE, Rounds, feeds_of_today, rounds
from pipelines.orchestration.automation import PRIORITY_TAG, SCHEDULED_PRIORITY, anchor
from pipelines.orchestration.raw import PERIOD_OF_KIND, asset_keys, kind_of, op_name, partitions_of
from pipelines.stores import Catalog

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

    Jobs = dict[tuple[str, str], UnresolvedAssetJobDefinition]


def today_jobs(first_day: date) -> "Jobs":
    """One job for each source and kind (`raw.kind_of`) of the feeds that are asked for through the day."""
    found: dict[tuple[str, str], list[Feed]] = {}
    for feed in feeds_of_today():
        found.setdefault((feed.source, kind_of(feed)), []).append(feed)
    return {
        (source, kind): dg.define_asset_job(
            f"land_today_{op_name(source, kind)}",
            selection=dg.AssetSelection.assets(*(key for feed in feeds for key in asset_keys(feed))),
            partitions_def=partitions_of(kind, first_day),
        )
        for (source, kind), feeds in found.items()
    }


def today_schedules(jobs: "Jobs", catalog: Catalog) -> list[dg.ScheduleDefinition]:
    """Each of these jobs, hourly: of the accounts that have a round then."""
    of_accounts = rounds(catalog)
    return [_schedule(source, kind, job, of_accounts) for (source, kind), job in jobs.items()]


def _schedule(
    source: str, kind: str, job: "UnresolvedAssetJobDefinition", of_accounts: Sequence[Rounds]
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"today_{op_name(source, kind)}",
        job=job,
        cron_schedule=f"{MINUTE} * * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Through the day, at most {SHARE:.0%} of what an account may ask for",
    )
    def hourly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        at = context.scheduled_execution_time.astimezone(UTC)
        stores = [store for each in of_accounts if each.has_one_at(at) for store in each.stores]
        if not stores:
            return dg.SkipReason("no account has a round in this hour")
        tags = {PRIORITY_TAG: SCHEDULED_PRIORITY}
        if kind in PERIOD_OF_KIND:
            tags |= anchor(PERIOD_OF_KIND[kind], at.date())
        return dg.RunRequest(
            run_key=f"today:{source}:{kind}:{at:%Y-%m-%dT%H}",
            tags=tags,
            run_config={"ops": {op_name(source, kind): {"config": {"stores": stores, "today": True}}}},
        )

    return hourly
