"""What has been kept long enough goes, by its class; what is younger, of another tenant, or kept by law stays."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.landing.upkeep import expiry
from pipelines.landing.upkeep.replay import replay
from pipelines.settings import Settings
from pipelines.stores import Catalog, load_stores
from pipelines.stores.retention import BUYERS_DAYS, Retention
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.landing import DAY, Landing, days, instant, landing, store
from tests.support.planted import SECRET, places, table

SHIPMENTS, LEDGER, COSTS = "amazon_sp.fulfilled_shipments", "amazon_sp.ledger_summary", "manual.product_costs"
STORES = """
tenants:
  keeper:
    name: Keeper
    reporting_currency: USD
    keep_personal_data: true
    accounts: [{seller_id: A5KEEPER, region: na, stores: {keeper-us: {marketplace: US}}}]
  other:
    name: Other
    reporting_currency: USD
    keep_personal_data: true
    retention: {buyers_kept_by_law: "HGB, section 257"}
    accounts: [{seller_id: A6OTHER, region: na, stores: {other-us: {marketplace: US}}}]
"""
KEEPER, OTHER = (
    store("US", f"{name}-us", seller, name) for name, seller in (("keeper", "A5KEEPER"), ("other", "A6OTHER"))
)
SHIPPED = {
    "amazon_order_id": "111-000000{n}-0000000",
    "shipment_id": "S{n}",
    "amazon_order_item_id": "I{n}",
    "shipment_date": f"{DAY}T10:00:00+00:00",
    "sku": "LAMP-{n}",
    "quantity_shipped": "1",
    "sales_channel": "Amazon.com",
}


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect(autocommit=True) as connection:
        yield connection


class Home:
    """A warehouse with two tenants and the home around it."""

    def __init__(self, conn: psycopg.Connection, settings: Settings) -> None:
        self.conn, self.home = conn, settings.home
        self.archive = Archive(settings.archive_url)
        path = settings.home / "stores.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(STORES)
        self.catalog = load_stores(path)
        sync_stores(conn, self.catalog)
        ensure_raw_tables(conn, [FEEDS[name] for name in (SHIPMENTS, LEDGER, COSTS)])

    def place(self, feed: str, *stores: object) -> Landing:
        made = landing(self.conn, self.home, feed, *stores)
        made.archive = self.archive
        return made

    def expire(self, today: date, catalog: Catalog | None = None) -> expiry.Expired:
        return expiry.expire(self.conn, self.archive, catalog or self.catalog, self.home, today)

    def due(self, tenant: str, today: date) -> expiry.Due:
        return expiry.due(self.conn, self.catalog.tenants[tenant], today)

    def keeping(self, months: int) -> Catalog:
        """The catalogue where the keeper keeps so many months."""
        changed = replace(self.catalog.tenants["keeper"], retention=Retention(months))
        return replace(self.catalog, tenants={**self.catalog.tenants, "keeper": changed})


@pytest.fixture
def home(conn: psycopg.Connection, settings: Settings) -> Home:
    return Home(conn, settings)


def test_buyers_data_goes_after_thirty_days_unless_a_law_keeps_it(home: Home) -> None:
    feed = FEEDS[SHIPMENTS]
    columns = [*(name.replace("_", "-") for name in SHIPPED), "buyer-name", "ship-address-1", *feed.hashed]
    content = table(columns, **SHIPPED, buyer_email=f"{SECRET}@example.com").encode()
    for seller in (KEEPER, OTHER):
        home.place(SHIPMENTS, seller).land(content, days(DAY), keep_personal=True)
    held = set(places(home.conn, home.archive))
    assert "raw.amazon_sp__fulfilled_shipments" in held
    last = DAY + timedelta(BUYERS_DAYS)
    assert home.expire(last).cleaned == 0, "thirty days are not over"
    assert home.due("keeper", last + timedelta(1)).buyers == 1
    assert home.due("other", last + timedelta(1)).buyers == 0

    assert home.expire(last + timedelta(1)).cleaned == 1
    assert home.due("keeper", last + timedelta(1)).buyers == 0
    left = home.conn.execute(
        "select l.scope_id, count(*), count(buyer_name), count(buyer_email), count(sku) "
        "from raw.amazon_sp__fulfilled_shipments join ops.loads l using (load_id) group by 1 order by 1"
    ).fetchall()
    assert left == [("A5KEEPER@na", 3, 0, 0, 3), ("A6OTHER@na", 3, 3, 3, 3)]
    kept = home.conn.execute("select archive_path from ops.loads where scope_id = 'A6OTHER@na'").fetchall()
    assert [path for path in places(home.conn, home.archive) if path.endswith(".zst")] == [kept[0][0]]
    assert home.expire(last + timedelta(2)).cleaned == 0


def test_a_tenant_s_months_take_documents_rows_pages_and_logs_and_nothing_else(
    home: Home, settings: Settings, warehouse: Warehouse
) -> None:
    ledger = home.place(LEDGER, KEEPER)
    content = (Path(__file__).parents[1] / "fixtures" / f"{LEDGER}.tsv").read_bytes()
    old = ledger.land(content, days(DAY))
    young_day = DAY + timedelta(150)
    young = ledger.land(content.replace(b"03/01/2026", b"07/29/2026"), days(young_day))
    others = home.place(LEDGER, OTHER).land(content, days(DAY))
    costs = home.place(COSTS, KEEPER).land(
        b"sku,valid_from,unit_cost,currency\nLAMP,2026-01-01,1.50,EUR\n",
        instant(datetime(2026, 3, 1, tzinfo=UTC)),
        origin="import",
    )
    home.conn.execute("create table marts.made (store_id text, date date)")
    home.conn.execute(
        "insert into marts.made select s, d from unnest(%s::text[]) as s, unnest(%s::date[]) as d",
        (["keeper-us", "other-us"], [DAY, young_day]),
    )
    pages = home.home / "briefs/keeper/keeper-us/daily"
    pages.mkdir(parents=True)
    for name in (f"{DAY}.en.html", f"{DAY}.en.v1.html", f"{young_day}.en.html"):
        (pages / name).write_text("page")
    logs = home.home / "logs/runs"
    logs.mkdir(parents=True)
    for name, age in (("old.log", 370), ("new.log", 300)):
        (logs / name).write_text("line")
        os.utime(logs / name, (time.time() - age * 86_400,) * 2)
    home.conn.execute("delete from ops.changes")

    today = date(2026, 9, 2)
    first = home.expire(today, home.keeping(7))
    assert (first.loads, first.pages, first.logs) == (0, 0, 1)
    expired = home.expire(today, home.keeping(6))
    assert (expired.loads, expired.documents, expired.pages) == (1, 0, 2)

    loads = {load_id for (load_id,) in home.conn.execute("select load_id from ops.loads").fetchall()}
    assert loads == {young.load_id, others.load_id, costs.load_id}, "costs are the tenant's own and tell of today"
    raw = home.conn.execute("select distinct load_id from raw.amazon_sp__ledger_summary").fetchall()
    assert {load_id for (load_id,) in raw} == {young.load_id, others.load_id}
    slices = home.conn.execute(
        "select slice_key, state from ops.slices where scope_id = 'A5KEEPER@na' order by 1"
    ).fetchall()
    assert slices == [(str(DAY), "unavailable"), (str(young_day), "loaded")]
    assert home.conn.execute("select producer, scope_id, window_start from ops.changes").fetchall() == [
        (LEDGER, "A5KEEPER@na", DAY)
    ]
    rows = home.conn.execute("select store_id, date from marts.made order by 1, 2").fetchall()
    assert rows == [("keeper-us", young_day), ("other-us", DAY), ("other-us", young_day)]
    assert [page.name for page in pages.iterdir()] == [f"{young_day}.en.html"]
    assert [log.name for log in logs.iterdir()] == ["new.log"]
    assert old.load_id not in loads

    replay(settings, warehouse)
    scopes = home.conn.execute("select scope_id, window_start from ops.loads where feed = %s", (LEDGER,)).fetchall()
    assert sorted(scopes) == [("A5KEEPER@na", young_day), ("A6OTHER@na", DAY)], "a replay brings nothing back"


def test_days_before_the_months_are_not_wanted_again(home: Home) -> None:
    within = home.keeping(6).within_retention(date(2026, 9, 2))
    assert within.stores["keeper-us"].history_from == date(2026, 3, 2)
    assert within.accounts["A5KEEPER@na"].stores[0].history_from == date(2026, 3, 2)
    assert within.stores["other-us"].history_from is None
