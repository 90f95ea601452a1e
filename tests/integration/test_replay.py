"""Replay: the archive gives the same rows again, whatever the documents were and whatever happens meanwhile."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pipelines.errors import ArchiveError
from pipelines.feeds import FEEDS
from pipelines.landing.archive import manifests
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading import raw_tables
from pipelines.landing.upkeep.replay import ReplayOutcome, replay
from pipelines.settings import Settings
from pipelines.warehouse.connection import Warehouse
from pipelines.warehouse.locks import build_lock
from pipelines.warehouse.stores_sync import sync_stores
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing, store
from tests.support.replaying import known, lose_everything, start_replay
from tests.support.running import until

ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
TRAFFIC = "amazon_sp.sales_and_traffic"
ADS = "amazon_ads.sp_campaigns"
COSTS = "manual.product_costs"
# of every shape, format and scope
WORLD = (ORDERS, LISTINGS, LEDGER, TRAFFIC, ADS, "amazon_sp.all_orders_by_last_update", "amazon_sp.settlements_v2")
WORLD += ("amazon_sp.fulfilled_shipments", "amazon_sp.search_query_performance", "apify.products")
WORLD += ("amazon_sp.customer_returns", "amazon_sp.merchant_returns", "amazon_sp.reimbursements")
TABLES = [table for feed in FEEDS.values() for table in feed.tables]


def sums(url: str) -> dict[str, tuple[Any, ...]]:
    """Rows of each raw table and a checksum of them in every column but their order."""
    with psycopg.connect(url) as conn:
        raw_tables.ensure_raw_tables(conn)
        return {
            table: conn.execute(  # type: ignore[misc]
                "select count(*), sum(hashtextextended((to_jsonb(r) - 'row_seq')::text, 0)) "  # noqa: S608
                f"from raw.{table} r".encode()
            ).fetchone()
            for table in TABLES
        }


def order_of_rows(url: str, table: str) -> list[str]:
    """The rows of a table in their order within each load."""
    query = f"select (to_jsonb(r) - 'row_seq')::text from raw.{table} r order by load_id, row_seq"  # noqa: S608
    with psycopg.connect(url) as conn:
        return [text for (text,) in conn.execute(query.encode())]


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


def land_fixtures(place: Any, *feeds: str) -> None:
    for name in feeds:
        feed = FEEDS[name]
        slices = instant(MOMENT, DAY) if feed.write_disposition == "snapshot" else days(DAY)
        place(name).land(fixture(feed).read_bytes(), slices)


@pytest.mark.thorough
def test_a_landed_world_is_the_same_after_replays_whatever_was_lost(landing):
    world = landing(products=5)
    world.land(*WORLD)
    before = sums(world.warehouse.url)
    settlements = order_of_rows(world.warehouse.url, "amazon_sp__settlements_v2")
    (loads, rows), *_ = world.query("select count(*), sum(row_count) from ops.loads")
    ledger = {
        table: world.query(f"select * from ops.{table} order by 1, 2, 3, 4")  # noqa: S608
        for table in ("loads", "slices", "slice_history", "changes", "drift", "rejected_rows")
    }
    events: list[tuple[str, int, int]] = []
    done = replay(world.settings, world.warehouse, progress=lambda *event: events.append(event))
    assert done == ReplayOutcome(loads, rows, 0)
    assert sums(world.warehouse.url) == before
    assert order_of_rows(world.warehouse.url, "amazon_sp__settlements_v2") == settlements
    assert {feed: total for feed, done, total in events if done == total} == {
        feed: world.query("select count(*) from ops.loads where feed = %s", feed)[0][0] for feed in FEEDS
    }

    with psycopg.connect(world.warehouse.url) as conn:
        conn.execute("delete from raw.amazon_sp__all_orders_by_order_date where ctid::text like '%1)'")
        conn.execute("delete from raw.amazon_sp__sales_and_traffic__by_asin")
        conn.execute("insert into raw.amazon_ads__sp_campaigns (load_id, item) values (999999, '{}')")
        conn.execute("drop table raw.amazon_sp__ledger_summary cascade")
    done = replay(world.settings, world.warehouse)
    assert done.repaired > 3
    assert sums(world.warehouse.url) == before
    assert world.query("select count(*) from ops.loads") == [(loads,)]
    assert ledger == {
        table: world.query(f"select * from ops.{table} order by 1, 2, 3, 4")  # noqa: S608
        for table in ledger
    }

    states = {state for (state,) in world.query("select distinct state from ops.slices")}
    assert states >= {"loaded", "empty", "unavailable"}
    everything, calls = known(world.warehouse.url), len(world.simulator.log())
    assert everything["ops.expected"]
    lose_everything(world.warehouse.url)
    with world.warehouse.connect() as conn:
        sync_stores(conn, world.catalog)
    assert replay(world.settings, world.warehouse).restored == loads
    for table, content in known(world.warehouse.url).items():
        assert content == everything[table], table
    assert len(world.simulator.log()) == calls, "nobody is called"
    assert sum(result.requests for result in world.land(*WORLD).values()) == 0, "nothing is asked for again"

    secrets = [value for name, value in world.simulator.environment().items() if "SECRET" in name or "TOKEN" in name]
    told = "\n".join(manifests.read_all(Archive(world.settings.archive_url)))
    assert secrets
    assert not [value for value in secrets if value in told]


def test_documents_of_every_kind_give_the_same_rows_again(place, settings, warehouse):
    orders, japanese = place(ORDERS), place(ORDERS, store("JP"))
    content = fixture(FEEDS[ORDERS]).read_bytes()
    header, *lines = content.splitlines(keepends=True)
    first = lines[0].split(b"\t")
    name = header.split(b"\t").index(b"product-name")

    def named(text: bytes) -> bytes:
        return header + b"\t".join([*first[:name], text, *first[name + 1 :]]) + b"".join(lines[1:])

    next_day = days(*(DAY + timedelta(days=i) for i in range(-2, 3)))
    orders.land(gzip.compress(content), next_day, gzip=True)
    orders.land(named("Café".encode("cp1252")), next_day, content_type="text/plain;charset=ISO-8859-1")
    japanese.land(named("シャンプー".encode("cp932")).replace(b"Amazon.com", b"Amazon.co.jp"), next_day)
    orders.land(named(b"one\x08two\x00three"), next_day, content_type="text/plain; charset=UTF-8")
    orders.land(named("in two bytes each: é".encode()).decode().encode("utf-16"), next_day)
    orders.land(content.replace(b"\r\n", b"\n").rstrip(b"\n"), next_day)
    orders.land(b"".join([header.rstrip(b"\r\n"), b"\tnew column\r\n", *lines]), next_day)
    place(ORDERS).land(named(b"kept as it is"), next_day, keep_personal=True)
    land_fixtures(place, LEDGER, LISTINGS, TRAFFIC, ADS)
    traffic = fixture(FEEDS[TRAFFIC]).read_bytes()
    place(TRAFFIC).land(
        traffic.replace(b'"salesAndTrafficByAsin"', b'"nothingByAsin"'), None, origin="import", store=store("US")
    )
    # of a week, which the rows do not name: asked for, and imported
    terms = fixture(FEEDS["amazon_sp.search_terms"]).read_bytes()
    place("amazon_sp.search_terms").land(terms, days(DAY), window=(DAY, DAY + timedelta(days=6)))
    place("amazon_sp.search_terms", store("DE")).land(
        terms.replace(b"ATVPDKIKX0DER", b"A1PA6795UKMFR9"), None, origin="import", store=store("DE")
    )
    named_ad = (
        fixture(FEEDS[ADS]).read_bytes().replace(b'"campaignName": "', '"campaignName": "Café '.encode("latin-1"), 1)
    )
    place(ADS).land(named_ad, days(DAY), content_type="application/json; charset=ISO-8859-1")
    costs = fixture(FEEDS[COSTS]).read_bytes()
    place(COSTS).land(costs.replace(b",", b";"), None, origin="import", store=store("US"))

    before = sums(warehouse.url)
    rows = order_of_rows(warehouse.url, "amazon_sp__all_orders_by_order_date")
    for text in ("Café", "シャンプー", "one\\btwo", "in two bytes each: é", "kept as it is"):
        assert any(text in row for row in rows), text
    assert any("Café" in row for row in order_of_rows(warehouse.url, "amazon_ads__sp_campaigns"))
    replay(settings, warehouse)
    assert sums(warehouse.url) == before
    assert order_of_rows(warehouse.url, "amazon_sp__all_orders_by_order_date") == rows


@pytest.mark.thorough
def test_pruned_loads_stay_pruned(place, settings, warehouse):
    land_fixtures(place, LEDGER)
    with warehouse.connect() as conn:
        conn.execute("truncate raw.amazon_sp__ledger_summary")
        conn.execute("update ops.loads set pruned_at = clock_timestamp()")
    assert replay(settings, warehouse) == ReplayOutcome(0, 0, 0)
    assert sums(warehouse.url)["amazon_sp__ledger_summary"][0] == 0


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda path: path.unlink(), "is not in the archive"),
        pytest.param(
            lambda path: path.write_bytes(b"no document of ours"),
            "is damaged in the archive",
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:40]), "cannot be replayed", marks=pytest.mark.thorough
        ),
    ],
)
def test_a_document_that_is_gone_is_named_and_its_feed_is_left_alone(place, settings, warehouse, harm, told):
    land_fixtures(place, LEDGER, TRAFFIC)
    before = sums(warehouse.url)
    with warehouse.connect() as conn:
        conn.execute("delete from raw.amazon_sp__sales_and_traffic__by_date")
        ((path,),) = conn.execute("select archive_path from ops.loads where feed = %s", (LEDGER,)).fetchall()
    harm(Path(settings.archive_url) / path)
    with pytest.raises(ArchiveError) as error:
        replay(settings, warehouse)
    said = str(error.value)
    assert told in said
    assert re.search(rf"^Load \d+ of {LEDGER}, A2HARBOR@na \(2026-03-01 .. 2026-03-01\), cannot be replayed: ", said)
    assert path in said
    assert "\n" not in said
    assert sums(warehouse.url) == before, "one feed is as it was, and the other is whole again"


@pytest.mark.thorough
def test_other_rows_than_were_loaded_are_an_error(place, settings, warehouse):
    land_fixtures(place, LEDGER)
    before = sums(warehouse.url)
    with warehouse.connect() as conn:
        conn.execute("update ops.loads set row_count = row_count + 1")
    with pytest.raises(ArchiveError, match=r"gives \d+ rows now, and gave \d+ when it was loaded"):
        replay(settings, warehouse)
    assert sums(warehouse.url) == before


@pytest.mark.thorough
def test_killed_half_way_each_feed_is_old_or_new(place, settings, warehouse):
    land_fixtures(place, ORDERS, LISTINGS)
    content = fixture(FEEDS[LISTINGS]).read_bytes()
    header, newline, rest = content.partition(b"\n")
    wider = header.rstrip(b"\r") + b"\tnew" + newline + rest
    place(LISTINGS).land(wider, instant(MOMENT + timedelta(hours=1), DAY))
    whole = sums(warehouse.url)
    with warehouse.connect() as conn:
        conn.execute("delete from raw.amazon_sp__all_orders_by_order_date")
        conn.execute("delete from raw.amazon_sp__merchant_listings where new is not null or ctid::text like '%,1)'")
    harmed = sums(warehouse.url)
    assert harmed["amazon_sp__merchant_listings"][0] > 0
    locks = "select count(*) from pg_locks where granted = %s and mode = %s and relation = %s::regclass"
    table = "raw.amazon_sp__merchant_listings"
    with warehouse.connect() as holding, warehouse.connect(autocommit=True) as conn:

        def held(granted: bool, mode: str, name: str) -> bool:
            return conn.execute(locks, (granted, mode, name)).fetchone() != (0,)

        holding.execute("lock table ops.drift in exclusive mode")  # the load with the new column stops here
        process = start_replay(settings, warehouse.url)
        try:
            until(lambda: held(False, "RowExclusiveLock", "ops.drift"), "the replay is in the middle of the feed")
            assert held(True, "AccessExclusiveLock", table)
        finally:
            process.kill()
            process.wait(60)
        until(lambda: not held(True, "AccessExclusiveLock", table), "its session has ended")
    orders = "amazon_sp__all_orders_by_order_date"
    assert sums(warehouse.url) == harmed | {orders: whole[orders]}
    assert replay(settings, warehouse).loads == 3
    assert sums(warehouse.url) == whole


def test_a_build_and_a_load_on_its_way_are_waited_for(place, settings, warehouse):
    land_fixtures(place, LEDGER)
    (count, _) = sums(warehouse.url)["amazon_sp__ledger_summary"]
    results: list[ReplayOutcome] = []
    thread = threading.Thread(target=lambda: results.append(replay(settings, warehouse)))
    waiting = "select count(*) from pg_locks where not granted and locktype = %s"
    columns = "feed, scope_id, origin, sha256, archive_path, charset, report_created_at, row_count"
    with warehouse.connect(autocommit=True) as other, warehouse.connect() as loading:
        loading.execute("lock table raw.amazon_sp__ledger_summary in row exclusive mode")  # as COPY does
        with build_lock(warehouse):
            thread.start()
            until(lambda: other.execute(waiting, ("advisory",)).fetchone() != (0,), "it waits for the build")
        until(lambda: other.execute(waiting, ("relation",)).fetchone() != (0,), "it waits for the load")
        loading.execute(f"insert into ops.loads ({columns}) select {columns} from ops.loads".encode())  # noqa: S608
    thread.join(60)
    assert results == [ReplayOutcome(2, 2 * count, 1)]
    assert sums(warehouse.url)["amazon_sp__ledger_summary"][0] == 2 * count
