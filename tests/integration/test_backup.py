"""A home comes back from its backup: every table, whose rows a role sees, and what the models have seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pipelines.errors import ConfigError
from pipelines.landing.archive.store import Archive
from pipelines.local import backup
from pipelines.settings import Settings
from pipelines.warehouse import embedded, roles
from pipelines.warehouse.connection import Warehouse
from tests.support.building import Marts
from tests.support.ledger import order_line
from tests.support.postgres import TestServer

BY_DATE, BY_UPDATE = "amazon_sp.all_orders_by_order_date", "amazon_sp.all_orders_by_last_update"
ACCOUNT, DAY = "SELLERNA@na", date(2026, 2, 10)
SALES = ("int_orders_current", "int_fx_rates", "order_items", "sales_daily")
# transaction ids are of a server, and are compared by what the models make of them
_TABLES = """
select c.oid::regclass::text, array_agg(a.attname::text order by a.attnum)
from pg_class as c join pg_attribute as a on a.attrelid = c.oid
where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and a.atttypid::regtype::text not in ('xid8', 'pg_snapshot') and a.attname <> 'cluster'
    and c.relnamespace::regnamespace::text in ('ops', 'accounts', 'raw', 'intermediate', 'marts', 'insights')
group by c.oid order by 1
"""


def hashes(url: str) -> dict[str, tuple[Any, ...]]:
    """Every table: the number of its rows and the hash of what is in them."""
    found = {}
    with psycopg.connect(url) as conn:
        for table, columns in conn.execute(_TABLES).fetchall():
            row = sql.SQL("select count(*), md5(string_agg(r::text, ' ' order by r::text)) from (select {} from {}) r")
            query = row.format(sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(table))
            found[table] = conn.execute(query).fetchone() or ()
    return found


def policies(url: str) -> list[tuple[Any, ...]]:
    """Which rows of which table which role sees; names of roles carry the database's, which is another one."""
    with psycopg.connect(url) as conn:
        return conn.execute(
            "select schemaname, tablename, policyname, replace(roles::text, ops.reader_role('tradewind_bi'), 'bi'), "
            "qual, (select relrowsecurity from pg_class where oid = table_id), "
            "has_table_privilege('public', table_id, 'select'), "
            "has_table_privilege(ops.reader_role('tradewind_bi'), table_id, 'select') "
            "from pg_policies, lateral (select format('%I.%I', schemaname, tablename)::regclass::oid as table_id) as t "
            "order by 1, 2, 3"
        ).fetchall()


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Path]:
    """An empty home on a machine of its own, whose server is stopped at the end."""
    yield tmp_path / "other"
    embedded.stop(tmp_path / "other")


@pytest.mark.thorough
def test_a_warehouse_comes_back_into_an_empty_home(
    marts: Marts, postgres: TestServer, tmp_path: Path, base: Path
) -> None:
    with marts.landing() as ledger:
        ledger.load(BY_DATE, ACCOUNT, [order_line("seen-1")], days=[DAY])
    marts.build(*SALES)
    with marts.landing() as ledger:
        ledger.load(BY_UPDATE, ACCOUNT, [order_line("unseen-1")], days=[DAY])
    here = Settings(home=tmp_path / "home", stores_path=tmp_path / "work/stores.yaml")
    document = Archive(here.archive_url).put([b"a document"])
    (here.home / "hash.key").write_text("the key of all hashes\n")
    (here.home / ".env").write_text("TRADEWIND_LWA_CLIENT_SECRET=planted-8c2f41\n")
    here.stores_path.parent.mkdir()
    here.stores_path.write_text("tenants: {}\n")
    for name in ("webhooks.yaml", "alerts.yaml", "actors.yaml"):
        (here.stores_path.parent / name).write_text(f"# {name}\n")
    with marts.warehouse.connect() as conn:
        roles.ensure_roles(conn, here)
    before, seen_by = hashes(marts.warehouse.url), policies(marts.warehouse.url)

    dagster = postgres.create(empty=True)
    urls = {embedded.WAREHOUSE: marts.warehouse.url, embedded.DAGSTER: dagster}
    made = backup.write(here, urls, tmp_path / "b.tar")
    assert made.documents == 1
    assert not list(here.home.glob("backup.*"))
    assert b"planted-8c2f41" not in made.file.read_bytes()

    there = Settings(home=base, stores_path=tmp_path / "elsewhere/stores.yaml")
    there.stores_path.parent.mkdir()
    restored = backup.restore(made.file, base, there)
    assert (restored.home, restored.kept) == (base, {})
    assert (base / "hash.key").read_text() == "the key of all hashes\n"
    assert there.stores_path.read_text() == "tenants: {}\n"
    for name in ("webhooks.yaml", "alerts.yaml", "actors.yaml"):
        assert (there.stores_path.parent / name).read_text() == f"# {name}\n"
    assert not (base / ".env").exists()
    assert not (base / "restore.new").exists()
    assert Archive(there.archive_url).open(document.path).read() == b"a document"

    url = embedded.start(base)
    assert len(before) > 100
    assert hashes(url) == before
    assert policies(url) == seen_by
    assert len(seen_by) > 50
    password = roles.kept_password(there, roles.BI)
    assert password is not None
    assert password != roles.kept_password(here, roles.BI)
    with psycopg.connect(roles.address(Warehouse(url), roles.BI, password)) as conn:
        assert conn.execute("select count(*) from marts.order_items").fetchone() == (1,)

    # what a model had not seen is new to all of them; what all had seen is new to none
    again = Marts(Warehouse(url), marts.settings.home, prepared=True)
    changed = (
        "select producer from ops.changes where producer like 'amazon%' "
        "and not pg_visible_in_snapshot(xid, (select seen from ops.marks "
        "where consumer = 'intermediate.int_orders_current')) order by 1"
    )
    assert again.stale()
    assert (BY_UPDATE,) in again.rows(changed)
    again.build(*SALES)
    assert sorted(name for (name,) in again.rows("select amazon_order_id from marts.order_items")) == [
        "seen-1",
        "unseen-1",
    ]
    assert again.rows(changed) == []

    with pytest.raises(ConfigError, match=r"is not empty: it holds postgres, postgres\.json, archive, hash\.key"):
        backup.restore(made.file, base, there)
    assert embedded.running(base), "nothing was changed"
