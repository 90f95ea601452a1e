"""The weekly verification, as Dagster runs it: a check that passes, or says what does not add up, and fails no run."""

from types import SimpleNamespace

import dagster as dg

from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.orchestration.verification import LOADS, adds_up, verify_job, verify_schedule


def checked(settings, warehouse) -> dg.AssetCheckEvaluation:
    platform = SimpleNamespace(settings=settings, warehouse=warehouse, catalog=SimpleNamespace(tenants={}, stores={}))
    definitions = dg.Definitions(
        assets=[LOADS],
        asset_checks=[adds_up],
        jobs=[verify_job()],
        resources={"platform": dg.ResourceDefinition.hardcoded_resource(platform)},
        executor=dg.in_process_executor,
    )
    result = definitions.get_job_def("verify").execute_in_process()
    assert result.success
    (evaluation,) = result.get_asset_check_evaluations()
    return evaluation


def test_the_check_names_what_does_not_add_up(settings, warehouse):
    with warehouse.connect() as conn:
        ensure_raw_tables(conn)
    assert checked(settings, warehouse).passed
    with warehouse.connect() as conn:
        conn.execute("insert into raw.amazon_ads__sp_campaigns (load_id, item) values (7, '{}')")
    found = checked(settings, warehouse)
    assert not found.passed
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert "amazon_ads.sp_campaigns of load 7: 1 row in raw.amazon_ads__sp_campaigns" in (found.description or "")


def test_it_runs_every_week_by_default():
    schedule = verify_schedule(verify_job())
    assert schedule.cron_schedule == "0 6 * * 0"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
