"""What is deleted because of its age, as Dagster runs it."""

import dagster as dg

from pipelines.orchestration.upkeep import retention, retention_schedule
from pipelines.settings import Settings
from pipelines.stores import Catalog
from pipelines.warehouse.connection import Warehouse


class NoTenants:
    """A platform without tenants."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self.warehouse, self.settings = warehouse, settings
        self.catalog = Catalog({}, {}, {})


def test_a_load_that_nothing_has_needed_for_ninety_days_is_pruned_by_the_job(warehouse, settings):
    from pipelines.landing.loading.raw_tables import ensure_raw_tables

    with warehouse.connect() as conn:
        ensure_raw_tables(conn)
        conn.execute(
            """
            insert into ops.loads (feed, scope_id, origin, sha256, archive_path, charset, report_created_at, row_count,
                loaded_at)
            select 'amazon_ads.sp_campaigns', 'harbor-us', 'api', n::text, n::text, 'utf-8', now(), 1,
                now() - make_interval(days => n)
            from unnest(array[10, 91]) as n
            """
        )
        conn.execute("insert into raw.amazon_ads__sp_campaigns (load_id, item) select load_id, '{}' from ops.loads")
    result = retention.execute_in_process(
        resources={"platform": dg.ResourceDefinition.hardcoded_resource(NoTenants(warehouse, settings))}
    )
    assert result.success
    with warehouse.connect() as conn:
        left = conn.execute(
            "select l.sha256 from raw.amazon_ads__sp_campaigns join ops.loads l using (load_id)"
        ).fetchall()
    assert left == [("10",)]


def test_it_is_scheduled_by_default():
    assert retention_schedule().default_status == dg.DefaultScheduleStatus.RUNNING
