"""The BI role reads marts and insights, also tables made later, and nothing else."""

from __future__ import annotations

import stat

import psycopg
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.roles import _is_set_up, ensure_roles, role_url


def test_bi_reads_marts_made_before_and_after_and_nothing_else(warehouse: Warehouse, settings: Settings) -> None:
    with warehouse.connect() as conn:
        conn.execute("create table marts.before as select 1 as n")
    url = role_url(settings, warehouse)
    with warehouse.connect() as conn:
        conn.execute("create table marts.after as select 2 as n")
    with psycopg.connect(url, autocommit=True) as bi:
        assert bi.execute("select before.n, after.n from marts.before, marts.after").fetchone() == (1, 2)
        assert bi.execute("select count(*) from insights.briefs").fetchone() == (0,)
        assert bi.execute("select count(*) from insights.alerts").fetchone() == (0,)
        for forbidden in (
            "select * from ops.stores",
            "insert into marts.before values (3)",
            "set default_transaction_read_only = off; insert into marts.before values (3)",
            "create table marts.mine ()",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                bi.execute(forbidden.encode())


def test_the_password_is_kept_for_us_alone_and_stays(warehouse: Warehouse, settings: Settings) -> None:
    first, second = role_url(settings, warehouse), role_url(settings, warehouse)
    assert first == second
    with warehouse.connect() as conn:  # what is not shown does not make all rights be granted anew each time
        assert _is_set_up(conn)
    file = settings.home / "tradewind_bi.password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_changed_by_somebody_is_set_again(warehouse: Warehouse, settings: Settings) -> None:
    url = role_url(settings, warehouse)
    with warehouse.connect() as conn:
        conn.execute("alter role tradewind_bi password 'another'")
    assert role_url(settings, warehouse) == url
    psycopg.connect(url).close()


def test_a_user_without_the_right_is_told_and_lands_all_the_same(
    warehouse: Warehouse, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with warehouse.connect() as conn:
        conn.execute("drop role if exists small")
        conn.execute("create role small")
        conn.execute("set local role small")
        assert ensure_roles(conn, settings) is None
        conn.execute("reset role")
        conn.execute("drop role small")
    assert "tradewind_bi" in caplog.text


def test_a_second_call_changes_nothing(warehouse: Warehouse, settings: Settings) -> None:
    role_url(settings, warehouse)
    with warehouse.connect() as conn:
        ensure_roles(conn, settings)
        assert conn.execute("select pg_current_xact_id_if_assigned() is null").fetchone() == (True,)
