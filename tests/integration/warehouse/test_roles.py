"""The BI role reads marts and insights, also tables made later, and nothing else."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from pipelines.settings import Settings
from pipelines.stores import Catalog, Tenant
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.role_names import bi_role
from pipelines.warehouse.roles import _is_set_up, address, ensure_roles, role_url
from pipelines.warehouse.tenant_roles import tenant_url
from tests.support.postgres import TestServer


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
        conn.execute(f"alter role {bi_role(conn.info.dbname)} password 'another'".encode())
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


def test_what_bi_throws_away_comes_back_with_the_next_command(warehouse: Warehouse, settings: Settings) -> None:
    with psycopg.connect(role_url(settings, warehouse), autocommit=True) as bi:
        bi.execute("set default_transaction_read_only = off")
        bi.execute("drop owned by current_user")
    with psycopg.connect(role_url(settings, warehouse)) as bi, warehouse.connect() as conn:
        conn.execute("create table marts.later as select 1 as n")
        conn.commit()
        assert bi.execute("select n from marts.later").fetchone() == (1,)
        assert bi.execute("select count(*) from insights.briefs").fetchone() == (0,)


def test_a_copy_on_the_same_server_has_roles_of_its_own(
    postgres: TestServer, settings: Settings, tmp_path: Path
) -> None:
    """The server has one set of roles: the copy ended the logins of the original and set its passwords."""
    first = Warehouse(postgres.create())
    tenants = {name: Tenant(name, name, "USD") for name in ("acme", "other")}
    with first.connect() as conn:
        for name in tenants:
            conn.execute("insert into ops.tenants values (%s, %s, 'USD')", (name, name))
        conn.execute(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) "
            "values ('acme-us', 'acme', 'A', 'A', 'na', 'US', 'M', 'C', 'USD', 'UTC', false)"
        )
        conn.execute("insert into insights.alert_readings values ('acme', 'acme-us', 'out_of_stock', null, now())")
    bi = role_url(settings, first)
    acme = tenant_url(settings, first, Catalog(tenants, {}, {}), "acme")
    copy = Warehouse(postgres.create(template=urlsplit(first.url).path[1:]))
    elsewhere = settings.model_copy(update={"home": tmp_path / "elsewhere"})
    of_copy = role_url(elsewhere, copy)
    other = tenant_url(elsewhere, copy, Catalog({"other": tenants["other"]}, {}, {}), "other")
    for reader in (bi, acme, of_copy, other):
        psycopg.connect(reader).close()
    sees = []
    for reader in (bi, acme, of_copy, other):
        for database in (first, copy):
            place = urlunsplit(urlsplit(reader)._replace(path=urlsplit(database.url).path))
            with psycopg.connect(place) as conn:
                sees += conn.execute("select count(*) from insights.alert_readings").fetchall()
    assert sees == [(1,), (0,), (1,), (0,), (0,), (1,), (0,), (0,)], "each reads the warehouse that its role is of"
    postgres.drop(copy.url)
    postgres.drop(first.url)


def test_roles_of_an_earlier_version_are_renamed_where_only_this_warehouse_uses_them(
    postgres: TestServer, settings: Settings
) -> None:
    warehouse = Warehouse(postgres.create())
    url = role_url(settings, warehouse)
    with warehouse.connect() as conn:
        role = bi_role(conn.info.dbname)
        conn.execute("drop role if exists tradewind_bi")
        conn.execute(f"alter role {role} rename to tradewind_bi".encode())
    psycopg.connect(address(warehouse, "tradewind_bi", urlsplit(url).password or "")).close()
    assert role_url(settings, warehouse) == url
    with warehouse.connect() as conn:
        assert conn.execute("select from pg_roles where rolname = 'tradewind_bi'").fetchone() is None
    postgres.drop(warehouse.url)
