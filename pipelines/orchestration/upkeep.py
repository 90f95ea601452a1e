"""What runs beside landing and building: what is deleted because of its age, daily, and the daily exchange rates."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from pipelines.errors import TradewindError
from pipelines.landing.archive.store import Archive
from pipelines.landing.imports.importer import RATES, import_file
from pipelines.landing.upkeep.expiry import expire
from pipelines.landing.upkeep.retention import prune
from pipelines.orchestration.resources import Platform
from pipelines.settings import Settings
from pipelines.stores.retention import LOG_DAYS


@dg.op(name="prune_loads", description="Deletes raw rows of loads that nothing has needed for 90 days")
def prune_loads(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """The archive and the ledger keep the loads; only their raw rows go."""
    with platform.warehouse.connect(autocommit=True) as conn:
        pruned = prune(conn)
    context.log.info(f"pruned {pruned.loads} loads, {pruned.rows} rows")


@dg.op(name="expire_data", description="Deletes what has been kept as long as its class of data is kept")
def expire_data(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """Buyers' data after 30 days, what is older than a tenant's months, logs of more than 12 months."""
    settings = platform.settings
    with platform.warehouse.connect(autocommit=True) as conn:
        expired = expire(conn, Archive(settings.archive_url), platform.catalog, settings.home, settings.now().date())
    context.log.info(f"{expired}; {_forget_runs(context.instance)} runs of Dagster")


def _forget_runs(instance: dg.DagsterInstance, most: int = 500) -> int:
    """Delete runs, with their logs, that are older than logs are kept. Runs that have materialized an asset stay: the
    UI reads from them which partitions there are, and nothing of a buyer is in them."""
    before = datetime.now(UTC) - timedelta(LOG_DAYS)
    forgotten = 0
    for record in instance.get_run_records(dg.RunsFilter(created_before=before), limit=most, ascending=True):
        run_id = record.dagster_run.run_id
        made = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION, limit=1)
        if not made.records:
            instance.delete_run(run_id)
            forgotten += 1
    return forgotten


@dg.job(name="retention")
def retention() -> None:
    """Deletes what is old; nothing else is in it."""
    prune_loads()
    expire_data()


def retention_schedule() -> dg.ScheduleDefinition:
    """Daily at 05:00 UTC, when no store's night is landed: 30 days are 30 days."""
    return dg.ScheduleDefinition(
        name="retention_daily",
        job=retention,
        cron_schedule="0 5 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


@dg.op(name="import_fx_rates", description="Lands the exchange rates of the file that TRADEWIND_FX_URL names")
def import_fx_rates(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """What `tradewind import URL --feed manual.fx_rates` does; the marts are built by the sensor of new data."""
    url = platform.settings.fx_url
    if url is None:
        raise dg.Failure(
            "TRADEWIND_FX_URL is not set. Give it the address of a file of exchange rates, as .env.example shows.",
            allow_retries=False,
        )
    try:
        outcome = import_file(platform.settings, platform.warehouse, platform.catalog, url, RATES, None)
    except TradewindError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    for warning in outcome.warnings:
        context.log.warning(warning)
    context.log.info("these rates are here already" if outcome.unchanged else f"imported {outcome.rows} rates")


@dg.job(name="fx_rates")
def fx_rates() -> None:
    """Exchange rates; nothing else is in it."""
    import_fx_rates()


def fx_rates_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Working days at 16:30 of Frankfurt: the European Central Bank publishes around four. Off without an address."""
    status = dg.DefaultScheduleStatus
    return dg.ScheduleDefinition(
        name="fx_rates_daily",
        job=fx_rates,
        cron_schedule="30 16 * * 1-5",
        execution_timezone="Europe/Berlin",
        default_status=status.RUNNING if settings.fx_url else status.STOPPED,
    )
