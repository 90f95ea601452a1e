"""The schema is brought to its newest version once, whoever starts first, and told apart from a newer one."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import WarehouseError
from pipelines.settings import Settings
from pipelines.warehouse import connection, migrate
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.roles import role_url
from tests.support.references import ROOT


def test_open_warehouse_migrates_an_empty_database(empty_database: str, tmp_path: Path) -> None:
    warehouse = connection.open_warehouse(Settings(home=tmp_path, warehouse_url=empty_database))
    with warehouse.connect() as conn:
        assert conn.execute("select version_num from ops.alembic_version").fetchall() == [(migrate.revisions()[-1],)]
        assert conn.execute("select count(*) from ops.slices").fetchone() == (0,)
    assert not (tmp_path / "postgres").exists(), "a warehouse of the user's own is set, so nothing embedded is started"


def test_processes_that_start_at_once_migrate_once(empty_database: str) -> None:
    context = multiprocessing.get_context("spawn")
    starters = [context.Process(target=connection.prepare, args=(empty_database,)) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)
    assert [starter.exitcode for starter in starters] == [0, 0, 0]
    with psycopg.connect(empty_database) as conn:
        assert conn.execute("select count(*) from ops.alembic_version").fetchone() == (1,)


def test_a_migrated_warehouse_is_opened_without_the_machinery_of_migrations(warehouse: Warehouse) -> None:
    """Its import alone takes longer than all that is left to do, and every command opens the warehouse."""
    program = (
        "import os, sys; from pipelines.warehouse import connection; "
        "connection.prepare(os.environ['WAREHOUSE']); print(sorted({'alembic', 'sqlalchemy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "WAREHOUSE": warehouse.url, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_a_schema_of_a_newer_tradewind_is_refused(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        conn.execute("update ops.alembic_version set version_num = '9999'")
    with pytest.raises(WarehouseError, match=r"revision 9999.*Update Tradewind"):
        connection.prepare(warehouse.url)


def test_an_unreachable_warehouse_is_told_without_its_password(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, warehouse_url="postgresql://somebody:hushhush@127.0.0.1:1/nothing")
    with pytest.raises(WarehouseError, match="cannot be reached") as error:
        connection.open_warehouse(settings)
    assert "hushhush" not in str(error.value)
    assert "127.0.0.1:1" in str(error.value)


def test_a_block_commits_at_its_end_and_rolls_back_on_an_error(warehouse: Warehouse) -> None:
    with warehouse.connect() as conn:
        conn.execute("insert into ops.tenants values ('a', 'A', 'USD')")
    with pytest.raises(ZeroDivisionError), warehouse.connect() as conn:
        conn.execute("insert into ops.tenants values ('b', 'B', 'USD')")
        raise ZeroDivisionError
    with warehouse.connect() as conn:
        assert conn.execute("select tenant_id from ops.tenants").fetchall() == [("a",)]


def test_briefs_of_before_there_were_versions_are_their_first(warehouse: Warehouse, settings: Settings) -> None:
    """And readers, whose roles are there already, see the versions."""
    url = role_url(settings, warehouse)
    script = (migrate.MIGRATIONS / "versions" / "0009_brief_versions.sql").read_text(encoding="utf-8")
    with warehouse.connect() as conn:
        conn.execute("drop table insights.brief_versions")
        conn.execute("alter table insights.briefs drop column version, drop column read_at")
        conn.execute(
            "insert into insights.briefs (tenant_id, store_id, period_start, period_end, kind, language, writer, "
            "prompt_version, facts_hash, facts, body_markdown, claims, grounded) values ('t', 's', '2026-11-28', "
            "'2026-11-28', 'daily', 'en', 'template', '1', 'a', '[]', 'Fewer visits', '[]', true)"
        )
        conn.execute(script.encode())
        conn.commit()
    with psycopg.connect(url, autocommit=True) as bi:
        kept = bi.execute("select version, body_markdown, read_at = created_at from insights.brief_versions").fetchall()
        assert kept == [(1, "Fewer visits", True)]
