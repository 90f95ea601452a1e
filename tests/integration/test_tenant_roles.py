"""A tenant's role reads its own rows of every mart and nothing of another's, whatever it asks.

What a session is told by notices, errors, plans and catalogues counts as read. The roles themselves, their logins and
limits are in warehouse/test_tenant_logins.py.
"""

# ruff: noqa: S608  the names in these statements are our own
from __future__ import annotations

import re

import psycopg
import pytest

from pipelines.transformation.news import consumers
from pipelines.warehouse import roles
from pipelines.warehouse.tenant_roles import sync_tenant_roles
from tests.support.hostile import DENIED, HOSTILE, TELL
from tests.support.tenants import BI, DATABASE, OF_BRIEFS, OTHER, OWN, STORES, TENANTS, Platform, stores_in, tenant_role

TABLES = [
    *(name for name in consumers() if name.startswith("marts.")),
    *(
        f"insights.{name}"
        for name in ("briefs", "brief_versions", "demand_forecasts", "model_calls", "brief_deliveries")
    ),
    *(f"insights.{name}" for name in ("alerts", "alert_readings", "alert_mutes", "alert_messages", "alert_deliveries")),
]
GUESSES = {
    "text": (f"{OTHER}-secret", "nobodys-secret"),
    "date": ("2031-07-07", "2031-08-08"),
    "integer": ("77123", "88123"),
    "bigint": ("77123", "88123"),
}
"""A value that the other tenant's rows hold, and one that no row holds."""


@pytest.fixture(scope="module")
def platform(postgres, tmp_path_factory):
    url = postgres.create(name=DATABASE)
    made = Platform(url, tmp_path_factory.mktemp("home"))
    made.sell()
    made.marts.build()
    made.fill()
    yield made
    postgres.drop(url)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_shows_a_tenant_its_own_rows_and_only_them(platform, table):
    own, others = ({store for store, of in stores_in(table).items() if of == tenant} for tenant in (OWN, OTHER))
    every = f"select store_id from {table}"
    with platform.session() as session, platform.session(tenant_role(OTHER)) as other, platform.session(BI) as bi:
        assert {store for (store,) in session.run(every)} == own
        assert {store for (store,) in other.run(every)} == others
        assert {store for (store,) in bi.run(every)} == own | others
        session.run(TELL)
        assert len(session.run(f"select * from {table} as t where pg_temp.tell(t::text)")) == len(own)
        assert len(session.run(f"copy {table} to stdout")) == len(own)
        assert len(session.run(f"select * from {table} tablesample system (100)")) == len(own)
        assert session.traces() == []


def test_a_view_of_marts_shows_a_tenant_its_own_rows_and_only_them(platform):
    own, others = ({store for store, of in STORES.items() if of == tenant} for tenant in (OWN, OTHER))
    every = "select store_id from marts.product_daily"
    with platform.session() as session, platform.session(tenant_role(OTHER)) as other, platform.session(BI) as bi:
        assert {store for (store,) in session.run(every)} == own
        assert {store for (store,) in other.run(every)} == others
        assert {store for (store,) in bi.run(every)} == own | others
        session.run(TELL)
        told = session.run("select * from marts.product_daily as t where pg_temp.tell(t.store_id)")
        assert {row[0] for row in told} == own
        assert session.traces() == []


@pytest.mark.parametrize("table", TABLES)
def test_plans_tell_nothing_of_rows_that_are_not_shown(platform, table):
    columns = platform.marts.rows(
        "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass "
        "and attnum > 0 and not attisdropped",
        table,
    )
    with platform.session() as session:
        for narrow in ("on", "off"):  # by index, and by reading the whole table
            for setting in ("enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"):
                session.run(f"set {setting} = {narrow}")
            for column, kind in columns:
                plans = set()
                for value in GUESSES.get(kind, ()):
                    lines = session.run(
                        "explain (analyze, timing off, summary off, buffers off) "
                        f"select from {table} where {column} = '{value}'"
                    )
                    plans.add("\n".join(line.replace(value, "?") for (line,) in lines))
                assert len(plans) <= 1, column


def test_the_condition_on_the_tenant_is_asked_before_any_of_the_readers(platform):
    """A reader's condition may be asked first where it cannot leak by itself; which was asked shows in the plan."""
    with platform.session() as session:
        for setting in ("enable_indexscan", "enable_bitmapscan", "enable_indexonlyscan"):
            session.run(f"set {setting} = off")
        for asked in (
            "is_business_order",
            "is_business_order is not true",
            "asin is null",
            "ctid = '(0,3)' and is_business_order",
            "sku = 'rupee-secret'",
            "units > 5 and (asin is null or is_business_order)",
            "sku = 'x' and pg_temp.tell(sku)",
        ):
            session.run("drop function if exists pg_temp.tell")
            session.run(TELL)
            plan = [line for (line,) in session.run(f"explain select from marts.order_items where {asked}")]
            (checked,) = [line for line in plan if "Filter:" in line]
            assert re.search(r"Filter: \(+InitPlan 1\)\.col1\)\[tenant_id\] IS NOT NULL", checked), checked


@pytest.mark.parametrize("table", OF_BRIEFS)
def test_a_tenant_reads_the_briefs_of_all_its_stores_and_of_nobody_elses(platform, table):
    own = f"select tenant_id from {table} where store_id like '*%'"
    with platform.session() as session, platform.session(tenant_role(OTHER)) as other:
        assert (session.run(own), other.run(own)) == ([(OWN,)], [(OTHER,)])
        told = session.run(f"explain (analyze, timing off, summary off) {own} and store_id = '*{OTHER}'")
        none = session.run(f"explain (analyze, timing off, summary off) {own} and store_id = '*nobody'")
    same = [[line.replace(OTHER, "?").replace("nobody", "?") for (line,) in plan] for plan in (told, none)]
    assert same[0] == same[1]


def test_every_table_and_column_of_insights_is_described(platform):
    assert (
        platform.marts.rows(
            "select c.oid::regclass::text, a.attname::text from pg_class as c join pg_attribute as a "
            "on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped "
            "where c.relnamespace = 'insights'::regnamespace and c.relkind = 'r' "
            "and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)"
        )
        == []
    )


def test_every_index_holds_the_store(platform):
    """Else a plan by that index would count rows of other tenants before it leaves them out."""
    assert (
        platform.marts.rows(
            "select i.indexrelid::regclass::text from pg_index as i join pg_class as c on c.oid = i.indrelid "
            "where c.relnamespace::regnamespace::text in ('marts', 'insights') "
            "and not exists (select from pg_attribute as a "
            "where a.attrelid = i.indrelid and a.attname = 'store_id' and a.attnum = any (i.indkey::int2[]))"
        )
        == []
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_another_tenant_is_told(platform, name):
    statements, refusal = HOSTILE[name]
    with platform.session() as session:
        for statement in statements[:-1]:
            session.run(statement)
        if refusal is None:
            session.run(statements[-1])
        else:
            with pytest.raises(refusal):
                session.run(statements[-1])
        told = [line for line in session.traces() if not line.startswith("permission denied to ")]
        assert [line for line in told if line not in statements] == []


def test_no_other_database_lets_a_tenant_in(platform):
    for database in ("dagster", "postgres", "template1"):
        address = platform.addresses[tenant_role(OWN)].rpartition("/")[0] + f"/{database}"
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address)


def test_a_member_of_a_tenants_role_sees_what_it_sees(platform):
    with platform.marts.warehouse.connect() as conn:
        conn.execute(f"create role anna login password 'password' in role {tenant_role(OWN)}".encode())
    platform.addresses["anna"] = roles.address(platform.marts.warehouse, "anna", "password")
    try:
        with platform.session("anna") as anna:
            seen = {store for (store,) in anna.run("select store_id from marts.sales_daily")}
        assert seen == {store for store, tenant in STORES.items() if tenant == OWN}
    finally:
        del platform.addresses["anna"]
        with platform.marts.warehouse.connect() as conn:
            conn.execute("drop role anna")


@pytest.mark.parametrize("thrown_away", [TENANTS, tenant_role(OWN)])
def test_what_a_tenant_throws_away_is_missed_by_nobody(platform, thrown_away):
    """`drop owned by` takes what a role may use, for all its members: so the group has nothing."""
    every = "select store_id from marts.sales_daily order by 1"
    with platform.session() as session, platform.session(tenant_role(OTHER)) as other:
        before = session.run(every), other.run(every)
        session.run(f"drop owned by {thrown_away}")
        assert (session.run(every), other.run(every)) == before
        assert all(before)


@pytest.mark.thorough
def test_a_past_moment_is_no_way_round(platform):
    (moment,) = platform.marts.rows("select clock_timestamp()")[0]
    platform.marts.try_build("+sales_daily", as_of=moment)  # tests of other models find none
    assert platform.marts.rows("select count(distinct tenant_id) from marts_as_of.sales_daily") == [(2,)]
    for role in platform.addresses:
        with platform.session(role) as session, pytest.raises(DENIED):
            session.run("select * from marts_as_of.sales_daily")


def test_after_a_full_refresh_and_with_a_new_tenant_each_still_sees_its_own(platform):
    marts = platform.marts
    every = "select store_id from marts.sales_daily order by 1"
    marts.try_build("sales_daily", full_refresh=True)
    own = [(store,) for store, tenant in STORES.items() if tenant == OWN]
    with platform.session() as session:
        assert session.run(every) == own
        with marts.landing() as ledger:
            ledger.tenant("third", "USD")
            ledger.store(
                *("third-us", "third", "SELLERTHIRD", "na", "US"),
                *("ATVPDKIKX0DER", "Amazon.com", "USD", "America/Los_Angeles"),
            )
            sync_tenant_roles(ledger.conn, [OWN, OTHER, "third"])
            ledger.conn.execute(
                "update marts.sales_daily set store_id = 'third-us', tenant_id = 'third' where store_id = 'rupee-in'"
            )
        platform.let_in(tenant_role("third"))
        with platform.session(tenant_role("third")) as third:
            assert third.run(every) == [("third-us",)]
        assert session.run(every) == own
