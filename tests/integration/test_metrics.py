"""`/metrics` of a running server, read as Prometheus does: every figure is there, of the warehouse and of Dagster."""

from __future__ import annotations

from pathlib import Path

import psycopg
from dagster._core.storage.runs.schema import RunStorageSqlMetadata
from dagster._core.storage.schedules.schema import ScheduleStorageSqlMetadata
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from pipelines.serving.metrics.families import GAUGES
from pipelines.settings import Settings
from pipelines.telemetry import names, tally
from pipelines.warehouse import counters
from pipelines.warehouse.connection import Warehouse
from tests.support.ledger import Ledger
from tests.support.postgres import TestServer
from tests.support.serving import served, write_files


def test_every_figure_is_told(settings: Settings, warehouse: Warehouse, postgres: TestServer, tmp_path: Path) -> None:
    dagster = postgres.create(name="dagster_told", empty=True)
    _like_dagsters(dagster)
    told = settings.model_copy(
        update={"stores_path": write_files(tmp_path, "http://127.0.0.1:9"), "dagster_url": _secret(dagster)}
    )
    tally.take()
    for _ in range(2):  # two processes add up
        tally.add(names.LOADED_ROWS, 31, {"tradewind.feed": "amazon_ads.sp_campaigns"})
        counters.write(warehouse)
    counters.mark(warehouse, "tradewind_last_build_timestamp_seconds", {"outcome": "done"})
    with warehouse.connect() as conn:
        Ledger(conn).tenant("harbor", "USD")
        conn.execute(
            "insert into ops.slices (feed, scope_id, slice_key, day, state) values "
            "('amazon_ads.sp_campaigns', 'harbor-us', '2026-11-01', '2026-11-01', 'failed')"
        )
    try:
        with served(told, warehouse) as running:
            answer = running.client.get("/metrics")
            assert answer.status_code == 200, answer.text
            families = {each.name: each for each in text_string_to_metric_families(answer.text)}
            refused = running.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.1"})
            assert refused.status_code == 404
    finally:
        postgres.drop(dagster)
    assert {each.name for each in GAUGES} <= set(families)
    value = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert value["tradewind_load_rows_total", (("tradewind_feed", "amazon_ads.sp_campaigns"),)] == 62
    failed = (("source", "amazon_ads"), ("state", "failed"), ("store", "harbor-us"))
    assert value["tradewind_ledger_unfinished_slices", failed] == 1
    assert value["tradewind_up", (("part", "warehouse"),)] == value["tradewind_up", (("part", "dagster"),)] == 1
    assert value["tradewind_dagster_runs", (("status", "QUEUED"),)] == 1
    assert value["tradewind_dagster_runs_ended", (("status", "FAILURE"),)] == 1
    assert value["tradewind_dagster_failed_ticks", (("type", "SENSOR"),)] == 1
    assert value["tradewind_dagster_heartbeat_timestamp_seconds", (("daemon", "SENSOR"),)] > 1.7e9
    assert value["tradewind_last_build_timestamp_seconds", (("outcome", "done"),)] > 1.7e9
    assert "process_resident_memory_bytes" in families


def _secret(url: str):
    from pydantic import SecretStr

    return SecretStr(url)


def _like_dagsters(url: str) -> None:
    """A database with Dagster's own tables, and a little of what is in them."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://", 1))
    for each in (RunStorageSqlMetadata, ScheduleStorageSqlMetadata):
        each.create_all(engine)
    engine.dispose()
    with psycopg.connect(url) as conn:
        conn.execute("insert into runs (run_id, status) values ('a', 'QUEUED')")
        conn.execute("insert into runs (run_id, status, end_time) values ('b', 'FAILURE', extract(epoch from now()))")
        conn.execute(
            "insert into daemon_heartbeats (daemon_type, timestamp) values ('SENSOR', now() at time zone 'UTC')"
        )
        conn.execute(
            "insert into job_ticks (type, status, timestamp) values ('SENSOR', 'FAILURE', now() at time zone 'UTC')"
        )
