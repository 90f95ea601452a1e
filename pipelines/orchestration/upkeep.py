"""What keeps the warehouse small: the weekly job that prunes loads which nothing needs any more."""

import dagster as dg

from pipelines.landing.retention import prune
from pipelines.orchestration.resources import Platform


@dg.op(name="prune_loads", description="Deletes raw rows of loads that nothing has needed for 90 days")
def prune_loads(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """The archive and the ledger keep the loads; only their raw rows go."""
    with platform.warehouse.connect(autocommit=True) as conn:
        pruned = prune(conn)
    context.log.info(f"pruned {pruned.loads} loads, {pruned.rows} rows")


@dg.job(name="retention")
def retention() -> None:
    """Prunes; nothing else is in it."""
    prune_loads()


def retention_schedule() -> dg.ScheduleDefinition:
    """Sundays at 05:00 UTC, when no store's night is landed."""
    return dg.ScheduleDefinition(
        name="retention_weekly",
        job=retention,
        cron_schedule="0 5 * * 0",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
