"""The archive alone gives everything again: raw, loads, slices and what else the ledger knew, without asking anyone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.errors import ArchiveError, DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.upkeep.replay import replay
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing, store
from tests.support.replaying import known, lose_everything, start_replay
from tests.support.running import until

ORDERS = "amazon_sp.all_orders_by_order_date"
UPDATES = "amazon_sp.all_orders_by_last_update"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
TRAFFIC = "amazon_sp.sales_and_traffic"


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def place(conn: psycopg.Connection, settings: Settings) -> Any:
    """A function that gives a place to land documents of a feed, with the archive of the settings."""

    def make(feed: str, *stores: Any) -> Landing:
        made = landing(conn, settings.home, feed, *stores)
        made.archive = Archive(settings.archive_url)
        return made

    return make


def request(place: Landing, remote_id: str, **columns: Any) -> int:
    """A request that the engine has made, whose document is there."""
    values = {"feed": place.feed.name, "scope_id": place.scope.scope_id, "origin": "api", "state": "ready"}
    values |= {"remote_id": remote_id, "intent_at": MOMENT, "remote_created_at": MOMENT} | columns
    with place.conn.transaction():
        row = place.conn.execute(
            f"insert into ops.requests ({', '.join(values)}) values ({', '.join(['%s'] * len(values))}) "  # noqa: S608
            "returning request_id".encode(),
            list(values.values()),
        ).fetchone()
    assert row is not None
    return row[0]


def assert_the_archive_is_enough(settings: Settings, warehouse: Warehouse, conn: psycopg.Connection) -> None:
    """Lose the database, replay, and have what there was; again, and nothing changes."""
    before = known(warehouse.url)
    conn.close()
    lose_everything(warehouse.url)
    outcome = replay(settings, warehouse)
    after = known(warehouse.url)
    assert outcome.restored == outcome.loads == len(before["order of loads"])
    for table, rows in before.items():
        assert after[table] == rows, table
    assert replay(settings, warehouse).restored == 0
    assert known(warehouse.url) == after


@pytest.mark.thorough
def test_loads_of_every_kind(place, settings, warehouse, conn):
    orders, updates, listings, ledger = place(ORDERS), place(UPDATES), place(LISTINGS), place(LEDGER)
    content = fixture(FEEDS[ORDERS]).read_bytes()
    a, b = content, content.replace(b"24.99", b"23.99")
    for number, each in enumerate((a, b, a, a)):  # A, B, A makes A current again; the last one is only confirmed
        orders.land(
            each,
            days(DAY, DAY + timedelta(days=1)),
            request_id=request(orders, f"r{number}", window_start=DAY, window_end=DAY + timedelta(days=1)),
            report_created_at=MOMENT + timedelta(hours=number),
        )
    header, *lines = content.splitlines(keepends=True)
    many = header + b"".join(lines * 60) + lines[0].replace(b"brass", b"br\tass")
    updates.land(many, days(DAY))
    updates.land(many, None, origin="import", store=store("US"), dated_by_rows=True, file_name="mine.txt")
    listing = fixture(FEEDS[LISTINGS]).read_bytes()
    wider = b"\n".join(line + b"\tx" for line in listing.splitlines())
    for hours, each in enumerate((listing, wider, listing)):  # the third instant points at the first one's rows
        listings.land(each, instant(MOMENT + timedelta(hours=hours), DAY))
    ledger.land(fixture(FEEDS[LEDGER]).read_bytes(), days(DAY), origin="adopted")
    place(TRAFFIC).land(fixture(FEEDS[TRAFFIC]).read_bytes(), days(DAY), request_id=request(place(TRAFFIC), "t"))
    assert_the_archive_is_enough(settings, warehouse, conn)


@pytest.mark.thorough
def test_what_was_refused_or_kept_aside_is_so_again(place, settings, warehouse, conn):
    listings, orders = place(LISTINGS), place(ORDERS)
    header, line, *_ = fixture(FEEDS[LISTINGS]).read_bytes().splitlines(keepends=True)

    def rows(count: int) -> bytes:
        return header + b"".join(line.replace(b"HB-LAMP-01", b"SKU-%d" % i) for i in range(count))

    for hours in range(3):
        listings.land(rows(20 + hours), instant(MOMENT + timedelta(hours=hours), DAY))
    later = MOMENT + timedelta(hours=5)
    assert listings.land(rows(7), instant(later, DAY), request_id=request(listings, "few")).quarantined
    content = fixture(FEEDS[ORDERS]).read_bytes()
    for bad in (content + b"a\tb\r\n" * 9, content.replace(b"item-price", b"item-cost", 1)):
        with pytest.raises(DocumentError):
            orders.land(bad, days(DAY), request_id=request(orders, str(len(bad))))
    assert_the_archive_is_enough(settings, warehouse, conn)
    with warehouse.connect() as again:
        once_more = landing(again, settings.home, LISTINGS)
        accepted = once_more.land(rows(6), instant(later + timedelta(hours=1), DAY))
        assert "as few" in accepted.warnings[0], "the one that was kept aside is remembered"


@pytest.mark.thorough
def test_killed_half_way_it_can_be_begun_again(place, settings, warehouse, conn):
    place(ORDERS).land(fixture(FEEDS[ORDERS]).read_bytes(), days(DAY))
    place(LISTINGS).land(fixture(FEEDS[LISTINGS]).read_bytes(), instant(MOMENT, DAY))
    before = known(warehouse.url)
    conn.close()
    for lock in ("ops.slice_history", "raw.amazon_sp__merchant_listings"):  # within the ledger, between the feeds
        lose_everything(warehouse.url)
        known(warehouse.url)  # makes the raw tables
        with warehouse.connect() as holding, warehouse.connect(autocommit=True) as looking:
            holding.execute(f"lock table {lock} in share mode")
            process = start_replay(settings, warehouse.url)
            waiting = "select count(*) from pg_locks where not granted and relation = %s::regclass"
            try:
                until(lambda: looking.execute(waiting, (lock,)).fetchone() != (0,), "it is in the middle")  # noqa: B023
            finally:
                process.kill()
                process.wait(60)
        replay(settings, warehouse)
        assert known(warehouse.url) == before, lock


@pytest.mark.thorough
def test_an_older_backup_of_the_ledger_is_completed(place, settings, warehouse, conn):
    orders = place(ORDERS)
    content = fixture(FEEDS[ORDERS]).read_bytes()
    orders.land(content, days(DAY))
    first = orders.one("select current_load_id from ops.slices")
    orders.land(content.replace(b"24.99", b"23.99"), days(DAY))
    with conn.transaction():  # as if what came last had never been written
        conn.execute("delete from ops.slice_history where load_id <> %s", (first,))
        conn.execute("alter table ops.slices disable trigger touch_slice")
        conn.execute(
            "update ops.slices set current_load_id = %s, updated_at = (select loaded_at from ops.loads "
            "where load_id = %s)",
            (first, first),
        )
        conn.execute("alter table ops.slices enable trigger touch_slice")
        conn.execute("delete from ops.loads where load_id <> %s", (first,))
        conn.execute("delete from ops.changes")
    assert replay(settings, warehouse).restored == 1
    assert orders.query(
        "select r.item_price from ops.slices s join raw.amazon_sp__all_orders_by_order_date r "
        "on r.load_id = s.current_load_id order by row_seq limit 1"
    ) == [("23.99",)]
    assert orders.one("select count(*) from ops.slice_history") == 2
    assert orders.one("select load_id from ops.changes") == orders.one("select max(load_id) from ops.loads")


def test_a_manifest_stands_beside_its_document(place, settings):
    orders = place(ORDERS)
    number = request(orders, "r1", window_start=DAY, window_end=DAY)
    orders.land(
        fixture(FEEDS[ORDERS]).read_bytes(), days(DAY), request_id=number, content_type="text/plain; charset=UTF-8"
    )
    ((path, sha256),) = orders.query("select archive_path, sha256 from ops.loads")
    (manifest,) = (Path(settings.archive_url) / path).parent.glob("*.json")
    assert manifest.name.startswith(f"{sha256}.")
    told = json.loads(manifest.read_text())
    assert {key: told[key] for key in ("kind", "feed", "scope_id", "marketplace_ids", "origin", "content_type")} == {
        "kind": "loaded",
        "feed": ORDERS,
        "scope_id": "A2HARBOR@na",
        "marketplace_ids": ["ATVPDKIKX0DER"],
        "origin": "api",
        "content_type": "text/plain; charset=UTF-8",
    }
    assert (told["sha256"], told["window"]) == (sha256, [str(DAY), str(DAY)])
    assert told["report_created_at"] == MOMENT.isoformat()
    assert [each["slice_key"] for each in told["slices"]] == [str(DAY)]


def test_a_damaged_manifest_is_named(place, settings, warehouse):
    place(ORDERS).land(fixture(FEEDS[ORDERS]).read_bytes(), days(DAY))
    (manifest,) = Path(settings.archive_url).glob("*/*.json")
    manifest.write_bytes(manifest.read_bytes()[:100])
    with pytest.raises(ArchiveError, match=rf"{manifest.name} in the archive is damaged"):
        replay(settings, warehouse)
