"""A tenant's role has a login from when somebody asks for its address until its tenant is no more, and limits."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import psycopg
import pytest
from pydantic import SecretStr

from pipelines.errors import ConfigError, WarehouseError
from pipelines.local import doctor
from pipelines.settings import Settings
from pipelines.stores import Catalog, Tenant
from pipelines.warehouse import roles
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.reader_limits import close_server, end_overdue, hold
from pipelines.warehouse.role_names import tenant_role
from pipelines.warehouse.tenant_roles import sync_tenant_roles, tenant_url


def catalog(warehouse: Warehouse, *tenants: str) -> Catalog:
    with warehouse.connect() as conn:
        for tenant in tenants:
            conn.execute("insert into ops.tenants values (%s, %s, 'USD') on conflict do nothing", (tenant, tenant))
    return Catalog({tenant: Tenant(tenant, tenant, "USD") for tenant in tenants}, {}, {})


def sync(warehouse: Warehouse, wanted: Catalog) -> None:
    with warehouse.connect() as conn:
        sync_tenant_roles(conn, wanted.tenants)


def test_the_address_stays_and_its_password_is_kept_for_us_alone(warehouse: Warehouse, settings: Settings) -> None:
    known = catalog(warehouse, "acme-us", "other")
    first = tenant_url(settings, warehouse, known, "acme-us")
    assert tenant_url(settings, warehouse, known, "acme-us") == first
    assert stat.S_IMODE((settings.home / "tradewind_tenant_acme-us.password").stat().st_mode) == 0o600
    with psycopg.connect(first) as conn:
        assert conn.execute("select current_user").fetchone() == (tenant_role("acme-us", conn.info.dbname),)
        limits = dict(conn.execute("select name, setting || coalesce(unit, '') from pg_settings").fetchall())
        assert limits["statement_timeout"] == "90000ms"
        assert limits["idle_in_transaction_session_timeout"] == "60000ms"
        assert limits["default_transaction_read_only"] == "on"
        zone = conn.execute("select setting, source from pg_settings where name = 'TimeZone'").fetchone()
        assert zone == ("UTC", "user"), "whatever the server's is"
        assert conn.execute("select rolconnlimit from pg_roles where rolname = current_user").fetchone() == (20,)
    with pytest.raises(ConfigError, match="no tenant 'nobody'"):
        tenant_url(settings, warehouse, known, "nobody")


def test_a_role_whose_address_nobody_asked_for_cannot_log_in(warehouse: Warehouse, settings: Settings) -> None:
    sync(warehouse, catalog(warehouse, "quiet"))
    with warehouse.connect() as conn:
        assert conn.execute(
            "select rolcanlogin from pg_roles where rolname = %s", (tenant_role("quiet", conn.info.dbname),)
        ).fetchone() == (False,)


def test_a_tenant_that_is_no_more_is_shut_out_and_comes_back_with_another_password(
    warehouse: Warehouse, settings: Settings
) -> None:
    both = catalog(warehouse, "stays", "leaves")
    address, other = (tenant_url(settings, warehouse, both, tenant) for tenant in ("leaves", "stays"))
    with psycopg.connect(address, autocommit=True) as conn:
        sync(warehouse, catalog(warehouse, "stays"))
        with pytest.raises(psycopg.OperationalError):
            conn.execute("select 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    psycopg.connect(other).close()
    again = tenant_url(settings, warehouse, both, "leaves")
    assert again != address
    psycopg.connect(again).close()


def test_a_second_sync_changes_nothing(warehouse: Warehouse) -> None:
    known = catalog(warehouse, "acme", "other")
    sync(warehouse, known)
    with warehouse.connect() as conn:
        sync_tenant_roles(conn, known.tenants)
        assert conn.execute("select pg_current_xact_id_if_assigned() is null").fetchone() == (True,)


def test_a_session_that_holds_up_builds_is_ended_and_others_are_not(warehouse: Warehouse, settings: Settings) -> None:
    address = tenant_url(settings, warehouse, catalog(warehouse, "acme"), "acme")
    with psycopg.connect(address, autocommit=True) as holds, psycopg.connect(address, autocommit=True) as reads:
        holds.execute("select pg_advisory_lock(hashtextextended('tradewind.transform', 0))")
        with warehouse.connect() as conn:
            end_overdue(conn)
        assert reads.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            holds.execute("select 1")


def test_a_user_without_the_right_is_told_what_to_do_by_the_command_and_by_doctor(
    warehouse: Warehouse, settings: Settings
) -> None:
    wanted = catalog(warehouse, "unheard-of")
    with warehouse.connect() as conn:
        conn.execute("create role small login password 'small' nocreaterole")
        conn.execute("grant usage on schema ops to small")
        conn.execute("grant select on all tables in schema ops to small")
    small = Warehouse(roles.address(warehouse, "small", "small"))
    try:
        with pytest.raises(WarehouseError, match="CREATEROLE"):
            tenant_url(settings, small, wanted, "unheard-of")
        (finding,) = doctor.roles_of_bi(settings.model_copy(update={"warehouse_url": SecretStr(small.url)}), wanted)
        assert not finding.ok
        assert "tradewind_tenant_unheard-of" in finding.advice
        assert finding.advice.endswith("alter role small createrole")
    finally:
        with warehouse.connect() as conn:
            conn.execute("drop owned by small")
            conn.execute("drop role small")
    (finding,) = doctor.roles_of_bi(settings, wanted)
    assert finding.ok


def test_tables_that_were_there_before_the_roles_are_protected_and_their_statistics_gone(
    warehouse: Warehouse, settings: Settings
) -> None:
    known = catalog(warehouse, "acme", "other")
    with warehouse.connect() as conn:
        conn.execute("create table marts.old (store_id text primary key, tenant_id text, units integer)")
        conn.execute("insert into marts.old select 'store-' || n, 'acme', n % 3 from generate_series(1, 100) as n")
        conn.execute("create table marts.nobodys as select 1 as n")
        conn.execute("analyze marts.old")
        kept = "select count(*) from pg_stats where schemaname = 'marts' and tablename = 'old'"
        assert conn.execute(kept).fetchone() == (3,)
    address = tenant_url(settings, warehouse, known, "acme")
    with warehouse.connect() as conn:
        conn.execute("analyze marts.old")
        assert conn.execute(kept).fetchone() == (0,)
        conn.execute(
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) "
            "values ('store-7', 'acme', 'A', 'A', 'na', 'US', 'M', 'C', 'USD', 'UTC', false)"
        )
    with psycopg.connect(address, autocommit=True) as tenant:
        assert tenant.execute("select store_id from marts.old").fetchall() == [("store-7",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tenant.execute("select * from marts.nobodys")


@pytest.fixture
def anna(warehouse: Warehouse, settings: Settings) -> Iterator[str]:
    """The address of a login that a user has made for a person of a tenant, as docs/bi.md advises."""
    known = catalog(warehouse, "acme")
    tenant_url(settings, warehouse, known, "acme")
    with warehouse.connect() as conn:
        role = tenant_role("acme", conn.info.dbname)
        conn.execute(f"create role anna login password 'anna' in role {role}".encode())
    sync(warehouse, known)
    yield roles.address(warehouse, "anna", "anna")
    with warehouse.connect() as conn:
        conn.execute("drop role anna")


def limits_of(address: str) -> dict[str, str]:
    with psycopg.connect(address) as conn:
        return dict(
            conn.execute(
                "select name, setting || coalesce(unit, '') from pg_settings where name = any(%s)",
                (["statement_timeout", "temp_file_limit", "default_transaction_read_only"],),
            ).fetchall()
        )


def test_a_login_of_ones_own_has_the_limits_of_what_it_is_a_member_of(warehouse: Warehouse, anna: str) -> None:
    held = {"statement_timeout": "90000ms", "temp_file_limit": "1048576kB", "default_transaction_read_only": "on"}
    assert limits_of(anna) == held
    with psycopg.connect(anna, autocommit=True) as conn:
        assert conn.execute("select rolconnlimit from pg_roles where rolname = 'anna'").fetchone() == (20,)
        conn.execute("set default_transaction_read_only = off")
        conn.execute("alter role current_user set statement_timeout = 0")
        conn.execute(f"alter role current_user in database {conn.info.dbname} set statement_timeout = 0".encode())
        conn.execute("alter role current_user set search_path = marts")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("set temp_file_limit = -1")
    assert limits_of(anna)["statement_timeout"] == "0ms"
    with warehouse.connect() as conn:
        hold(conn)
    assert limits_of(anna) == held
    with psycopg.connect(anna) as conn:
        assert conn.execute("show search_path").fetchone() == ("marts",), "what is no limit is anna's"


def test_a_session_of_ones_own_login_that_holds_up_builds_is_ended(warehouse: Warehouse, anna: str) -> None:
    with psycopg.connect(anna, autocommit=True) as holds:
        holds.execute("select pg_advisory_lock(hashtextextended('tradewind.transform', 0))")
        with warehouse.connect() as conn:
            assert end_overdue(conn) == 1
        with pytest.raises(psycopg.OperationalError):
            holds.execute("select 1")


def test_the_embedded_server_lets_no_reader_make_temporary_tables(
    warehouse: Warehouse, settings: Settings, anna: str
) -> None:
    with warehouse.connect() as conn:
        close_server(conn)
        assert conn.execute("select has_database_privilege(current_database(), 'temporary')").fetchone() == (True,)
    with psycopg.connect(anna, autocommit=True) as conn:
        conn.execute("set default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("create temporary table large as select 1")
