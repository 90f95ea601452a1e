"""What Dagster loads: assembles assets, checks, jobs, schedules and the sensor. Nothing is built at import."""

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """The code location. Reads stores.yaml; needs no connection to anything."""
    from pipelines.orchestration import (
        alerts,
        asked,
        automation,
        channels,
        checks,
        crawls,
        describing,
        executors,
        insights,
        landed,
        marts,
        notifications,
        overdue,
        raw,
        shop_news,
        through_the_day,
        upkeep,
        verification,
    )
    from pipelines.orchestration.resources import PlatformResource
    from pipelines.settings import get_settings
    from pipelines.stores import load_catalog
    from pipelines.transformation import transform

    settings = get_settings()
    catalog = load_catalog(settings)
    stores = tuple(catalog.stores.values())
    first_day = raw.first_partition_day(
        (store.history_from for store in stores if store.has_api), settings.now().date()
    )
    dbt_models = marts.build_marts(transform.ensure_manifest(settings), describing.all_owners(catalog))
    mart_keys = [key for key in dbt_models.keys if key.path[0] == "marts"]
    jobs = automation.land_jobs(first_day)
    today = through_the_day.today_jobs(first_day)
    build = automation.build_job(dbt_models)
    test = automation.test_job(dbt_models)
    verify = verification.verify_job()
    look = alerts.alerts_job()
    crawl = crawls.crawl_job()
    tell = channels.of(catalog)
    return dg.Definitions(
        assets=[
            *raw.build_raw_assets(first_day, catalog),
            *raw.external_assets(catalog),
            verification.LOADS,
            dbt_models,
            insights.demand_forecasts,
            insights.build_briefs([*mart_keys, alerts.ALERTS], describing.all_owners(catalog)),
            alerts.build_alerts(mart_keys),
            *tell.assets,
        ],
        asset_checks=[checks.build_drift_checks(), verification.adds_up],
        jobs=[
            *jobs.values(),
            *today.values(),
            *(build, test, verify, look, crawl, alerts.send_alerts, notifications.take_notifications),
            *(upkeep.retention, upkeep.fx_rates),
            *tell.jobs,
        ],
        schedules=[
            *automation.schedules(jobs, stores),
            *through_the_day.today_schedules(today, catalog),
            upkeep.retention_schedule(),
            upkeep.fx_rates_schedule(settings),
            verification.verify_schedule(verify),
            automation.test_schedule(test),
            alerts.alerts_schedule(look),
            *tell.schedules,
        ],
        sensors=[
            automation.new_data_sensor(build),
            alerts.alerts_due,
            crawls.added_sensor(crawl),
            landed.landed_sensor(dbt_models.keys),
            asked.asked_sensor(crawl),
            notifications.notifications,
            overdue.overdue_sensor(jobs),
            shop_news.shop_news_sensor(today),
            *tell.sensors,
        ],
        resources={"platform": PlatformResource()},
        executor=executors.chosen(settings),
    )
