"""A home from before columns were judged by name: cleaned once, whatever stops the work half-way."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.raw_tables import ensure_raw_tables
from pipelines.landing.upkeep import cleaning, recleaning
from pipelines.landing.upkeep.cleaning import clean_home
from pipelines.landing.upkeep.replay import replay
from pipelines.landing.views.coverage import drifted_columns
from pipelines.settings import Settings
from pipelines.stores import PersonalChoice, load_stores
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.stores_sync import sync_stores
from tests.integration.test_personal_columns import ADS, LISTED, ORDERS, UNKNOWN, ads, orders
from tests.support.landing import DAY, MOMENT, Landing, days, instant, landing, store
from tests.support.planted import SECRET, everything, places

COSTS = "manual.product_costs"
CRAWL = "apify.products"
BEFORE = PersonalChoice(everything=True)
STORES = """
tenants:
  harbor:
    name: Harbor
    reporting_currency: USD
    accounts: [{seller_id: A2HARBOR, region: na, stores: {harbor-us: {marketplace: US}}}]
  keeper:
    name: Keeper
    reporting_currency: USD
    keep_personal_data: true
    accounts: [{seller_id: A5KEEPER, region: na, stores: {keeper-us: {marketplace: US}}}]
"""


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


class Home:
    """Places to land documents as they were landed before, and the home around them."""

    def __init__(self, conn: psycopg.Connection, settings: Settings, warehouse: Warehouse) -> None:
        self.conn, self.settings, self.warehouse = conn, settings, warehouse
        self.archive = Archive(settings.archive_url)
        path = settings.home / "stores.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORES)
        with conn.transaction():
            sync_stores(conn, load_stores(path))
        ensure_raw_tables(conn, [FEEDS[name] for name in (ORDERS, ADS, CRAWL, COSTS)])

    def place(self, feed: str, *stores: Any) -> Landing:
        made = landing(self.conn, self.settings.home, feed, *stores)
        made.archive = self.archive
        return made

    def clean(self) -> str:
        return str(clean_home(self.settings, self.warehouse) or "")

    def dirty(self, log: str = "") -> list[str]:
        return places(self.conn, self.archive, log)


@pytest.fixture
def home(conn: psycopg.Connection, settings: Settings, warehouse: Warehouse) -> Home:
    return Home(conn, settings, warehouse)


def documents(home: Home) -> list[tuple[Landing, bytes, Any]]:
    """Of each shape: a table, lines that were rejected, JSON, a crawl, a file in quotes."""
    table = orders()
    long = orders(*LISTED, *UNKNOWN, rows=400) + table.splitlines()[1].replace("\t", "\t\t", 1) + "\n"
    costs = f'sku,valid_from,"contact, e-mail",unit_cost,currency\nL1,2026-01-01,"{SECRET}, Ltd",1.50,EUR\n'
    item = {"asin": "B0LAMP0001", "title": "Lamp", "reviews": [{"userName": SECRET, "stars": 4}]}
    return [
        (home.place(ORDERS), table.encode(), None),
        (home.place(ORDERS), long.encode(), None),
        (home.place(ADS), json.dumps([ads(buyer={"name": SECRET}), ads()]).encode(), days(DAY)),
        (home.place(CRAWL), json.dumps([item]).encode(), None),
        (home.place(COSTS), costs.encode(), instant(MOMENT, DAY)),
    ]


def build(home: Home) -> list[tuple[Landing, bytes, Any]]:
    landed = documents(home)
    for place, content, slices in landed:
        place.land(content, slices, personal=BEFORE, origin="import")
    place, content, _ = landed[0]
    with pytest.raises(DocumentError):  # its lines are in the ledger, and it is in the archive
        place.land(content + content.splitlines()[1].replace(b"\t", b"\t\t", 1) + b"\n", None, personal=BEFORE)
    with pytest.raises(DocumentError):  # nothing but the archive knows of it
        place.land(content.replace(b"item-price", b"price", 1), None, personal=BEFORE, origin="import")
    assert len(home.dirty()) > 12
    return landed


def contents(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of raw and what the ledger says of loads, but for what cleaning is to change."""
    found = {}
    with home.conn.transaction():
        for table in (ORDERS, ADS, CRAWL, COSTS):
            query = f"select to_jsonb(r) from raw.{table.replace('.', '__')} r order by load_id, row_seq"  # noqa: S608
            found[table] = home.conn.execute(query.encode()).fetchall()
        found["loads"] = home.conn.execute("select load_id, sha256, archive_path from ops.loads order by 1").fetchall()
    return found


def test_nothing_is_left_anywhere(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    landed = build(home)
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    told = home.clean()
    assert home.dirty(caplog.text) == []
    assert "7 documents of the archive written anew, 5 loads" in told
    assert "rejected lines cleaned (" in told
    assert told in caplog.text
    assert "\n" not in told
    with home.conn.transaction():
        assert {each.header for each in drifted_columns(home.conn, ORDERS) if each.left_out} == set(UNKNOWN)
    assert home.clean() == "", "it is done once"

    cleaned = contents(home)
    assert len(cleaned[ORDERS]) == 3 + 400
    assert not {"buyer_vat_number", "ship_city", "k_ufer_name", "gift_message"} & set(cleaned[ORDERS][0][0])
    assert cleaned[ORDERS][0][0]["sku"] == "LAMP-1"
    assert cleaned[CRAWL][0][0]["item"]["reviews"] == [{"stars": 4}]
    for place, content, slices in landed:
        assert place.land(content, slices, origin="import").unchanged, f"{place.feed.name}: the same bytes again"
    replay(home.settings, home.warehouse)
    again = contents(home)
    assert [row["sku"] for (row,) in again[ORDERS]] == [row["sku"] for (row,) in cleaned[ORDERS]]
    assert again["loads"] == cleaned["loads"]
    assert home.dirty() == []


@pytest.mark.thorough
def test_the_ledger_can_be_had_again_from_the_cleaned_archive(home: Home) -> None:
    build(home)
    home.clean()
    cleaned = contents(home)
    with home.conn.transaction():
        home.conn.execute("truncate ops.loads, ops.slices, ops.slice_history, ops.rejected_rows cascade")
    assert replay(home.settings, home.warehouse).restored == 5
    assert [row[1:] for row in contents(home)["loads"]] == [row[1:] for row in cleaned["loads"]]
    assert home.dirty() == []


@pytest.mark.parametrize(
    ("where", "what"),
    [
        pytest.param(recleaning, "_clean_rows", id="rows"),
        pytest.param(recleaning, "point_at", id="loads", marks=pytest.mark.thorough),
        pytest.param(cleaning, "_note", id="progress", marks=pytest.mark.thorough),
        pytest.param(Archive, "remove", id="files that go", marks=pytest.mark.thorough),
        pytest.param(Archive, "write", id="manifests"),
    ],
)
def test_stopped_anywhere_it_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch, where: Any, what: str) -> None:
    """Each start gets one step further than the one before, and is stopped there."""
    build(home)
    real = getattr(where, what)
    stops = 0
    while True:
        calls = 0

        def stopped(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > 2:
                raise KeyboardInterrupt
            return real(*args, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(where, what, stopped)
            try:
                told = home.clean()
                break
            except KeyboardInterrupt:
                stops += 1
                assert stops < 40
    assert stops > 0
    assert "7 documents" in told
    assert home.dirty() == []
    replay(home.settings, home.warehouse)


@pytest.mark.thorough
def test_who_keeps_personal_data_keeps_it(home: Home) -> None:
    content = orders().encode()
    for place in (home.place(ORDERS), home.place(ORDERS, store("US", seller="A5KEEPER", tenant="keeper"))):
        place.land(content, None, personal=BEFORE, origin="import")
    before = contents(home)
    home.clean()
    after = contents(home)
    assert [row for row in after["loads"] if row in before["loads"]] == [before["loads"][1]]
    kept = [row for (row,) in after[ORDERS] if SECRET in json.dumps(row)]
    assert kept == [row for (row,) in before[ORDERS] if row["load_id"] == before["loads"][1][0]]
    assert home.archive.open(before["loads"][1][2]).read() == content
    replay(home.settings, home.warehouse)
    assert len(everything(home.conn, home.archive)) > 20


def test_a_tenant_that_nobody_has_told_of_is_left_alone(home: Home) -> None:
    place = home.place(ORDERS, store("US", seller="A9GONE", tenant="gone"))
    place.land(orders().encode(), None, personal=BEFORE, origin="import")
    with home.conn.transaction():
        home.conn.execute(
            "insert into ops.tenants values ('gone', 'Gone', 'USD', null);"
            "insert into ops.stores (store_id, tenant_id, account_id, seller_id, region, country, marketplace_id, "
            "sales_channel, currency, time_zone, has_api) values ('gone-us', 'gone', 'A9GONE@na', 'A9GONE', 'na', "
            "'US', 'M', 'Amazon.com', 'USD', 'UTC', false)"
        )
    before = contents(home)
    assert home.clean() == ""
    assert contents(home) == before


def test_a_clean_home_is_not_touched(home: Home) -> None:
    place = home.place(ORDERS)
    place.land(orders(*LISTED).encode(), None)
    before = everything(home.conn, home.archive)
    assert home.clean() == ""
    after = everything(home.conn, home.archive)
    assert {name: text for name, text in after.items() if name != "ops.cleanings"} == {
        name: text for name, text in before.items() if name != "ops.cleanings"
    }
