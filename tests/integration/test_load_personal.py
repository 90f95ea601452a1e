"""Personal data: cut out or hashed before raw, archive, rejected lines and logs, whatever way a document is read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.loading.raw_tables import columns_of
from pipelines.landing.personal.pseudonyms import Pseudonyms
from pipelines.stores import Store
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, Landing, days, fixture, landing, store

ORDERS = "amazon_sp.all_orders_by_order_date"
SHIPMENTS = "amazon_sp.fulfilled_shipments"
CONTENT = fixture(FEEDS[ORDERS]).read_bytes()
COLUMNS = FEEDS[SHIPMENTS].sections[0].known
PERSONAL = {name: f"clear {name} value" for name in FEEDS[SHIPMENTS].personal}
MAIL = "Ana.Clear@Example.com"


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


def line(number: int, mail: str = MAIL, channel: str = "Amazon.com") -> str:
    fields = {
        "amazon-order-id": f"111-{number:07d}",
        "shipment-id": f"S{number}",
        "amazon-order-item-id": f"{number}",
        "shipment-date": f"{DAY}T12:00:00+00:00",
        "sku": "HB-LAMP-01",
        "product-name": "Café lamp",
        "quantity-shipped": "1",
        "currency": "USD",
        "sales-channel": channel,
        "buyer-email": mail,
        "ship-state": "MA",
    }
    return "\t".join((PERSONAL | fields).get(name, "") for name in COLUMNS) + "\r\n"


def document(*lines: str) -> bytes:
    return ("\t".join(COLUMNS) + "\r\n" + "".join(lines)).encode()


def kept(place: Landing) -> bytes:
    """All that is on disk and in the database: archive, raw, ledger, rejected lines."""
    archive = place.archive.temporary_folder().parent
    paths = [path for path in sorted(archive.rglob("*")) if path.is_file()]
    files = [path.read_bytes() for path in paths]
    files += [place.archive.open(str(path.relative_to(archive))).read() for path in paths if path.suffix == ".zst"]
    tables = [place.feed.tables[0], "loads", "requests", "slices", "rejected_rows", "drift"]
    for table in tables:
        schema = "raw" if table == place.feed.tables[0] else "ops"
        files += [text.encode() for (text,) in place.query(f"select r::text from {schema}.{table} r")]  # noqa: S608
    assert len(files) > 3
    return b"\n".join(files)


def assert_nothing_clear(place: Landing, log: pytest.LogCaptureFixture) -> None:
    everything = kept(place) + log.text.encode()
    for value in (*PERSONAL.values(), MAIL):
        assert value.encode() not in everything, value


def test_personal_columns_reach_neither_raw_nor_the_archive(conn: psycopg.Connection, tmp_path: Path) -> None:
    orders = landing(conn, tmp_path, ORDERS)
    for content in (CONTENT, CONTENT + b"\r\r" + CONTENT.splitlines(keepends=True)[1]):  # the fast way, the careful way
        outcome = orders.land(content, days(DAY))
        (path,) = orders.query("select archive_path from ops.loads where load_id = %s", outcome.load_id)[0]
        archived = orders.archive.open(path).read()
        assert b"01101-1234" not in archived
        assert b"ship-postal-code" not in archived
        assert b"ship-state" in archived
    assert orders.rows("ship_state")[0] == ("MA",)
    assert not {"ship_city", "ship_postal_code", "cpf"} & columns_of(conn, orders.feed.tables[0])


@pytest.mark.parametrize("feed", [ORDERS, SHIPMENTS])
def test_a_tenant_may_keep_personal_data(conn: psycopg.Connection, tmp_path: Path, feed: str) -> None:
    place = landing(conn, tmp_path, feed)
    content = CONTENT if feed == ORDERS else document(line(1))
    place.land(content, days(DAY), keep_personal=True)
    assert place.archive.open(place.one("select archive_path from ops.loads")).read() == content
    expected = ("Springfield",) if feed == ORDERS else (PERSONAL["ship-city"],)
    assert place.rows("ship_city")[0] == expected
    if feed == SHIPMENTS:
        assert place.rows("buyer_email, buyer_name") == [(MAIL, PERSONAL["buyer-name"])]


def test_a_hash_stands_for_the_buyer_whatever_way_the_document_is_read(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = landing(conn, tmp_path, SHIPMENTS)
    expected = Pseudonyms(place.hash_key, "harbor", ("utf-8",))[MAIL.encode()].decode()
    good = [line(number, mail) for number, mail in enumerate([MAIL, MAIL.upper(), "", "bea@example.com"], 1)]
    place.land(document(*good), days(DAY))  # the fast way, archived on the way
    place.land(document(*good, line(5)), days(DAY))  # archived first: it may be known
    place.land(document(*good).replace("é".encode(), b"\xe9"), days(DAY))  # not UTF-8
    place.land(document(*good).replace("é".encode(), b"\r"), days(DAY))  # line by line
    rows = place.rows("load_id, buyer_email")
    loads = sorted({load for load, _ in rows})
    assert len(loads) == 4
    hashed = [[mail for load, mail in rows if load == each] for each in loads]
    for each in hashed:
        assert each[:3] == [expected, expected, None]
        assert each[3] not in (None, expected)
    assert place.rows("ship_state")[0] == ("MA",)
    assert not {"recipient_name", "ship_postal_code"} & columns_of(conn, place.feed.tables[0])
    assert_nothing_clear(place, caplog)
    assert place.land(document(*good).replace("é".encode(), b"\r"), days(DAY)).unchanged


def test_nothing_clear_is_left_of_broken_lines_and_refused_documents(
    conn: psycopg.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = landing(conn, tmp_path, SHIPMENTS)
    good = [line(number) for number in range(1, 700)]
    too_many = line(800).replace("Café lamp", "Café\tlamp")
    short = line(801).split("\t", 20)[:20]
    outcome = place.land(document(*good, too_many, "\t".join(short) + "\r\n"), days(DAY))
    assert (outcome.rows, outcome.rejected) == (700, 1), "what lacks trailing fields only is loaded"
    assert "[removed]" in place.one("select row_text from ops.rejected_rows")
    with pytest.raises(DocumentError, match=r"more than 0\.5 %"):
        place.land(document(too_many), days(DAY))
    with pytest.raises(DocumentError, match="lacks shipment-id"):
        place.land(document(*good).replace(b"shipment-id", b"parcel-id", 1), days(DAY))
    with pytest.raises(DocumentError, match="another marketplace"):
        place.land(document(line(1, channel="Amazon.co.jp")), days(DAY))
    assert place.one("select count(distinct buyer_email) from raw.amazon_sp__fulfilled_shipments") == 1
    assert_nothing_clear(place, caplog)


def test_tenants_cannot_compare_their_buyers(conn: psycopg.Connection, tmp_path: Path) -> None:
    def land(*stores: Store) -> str:
        place = landing(conn, tmp_path, SHIPMENTS, *stores)
        place.land(document(line(1)), days(DAY))
        return place.rows("buyer_email")[-1][0]

    ours, same_tenant = land(store("US")), land(store("US", "harbor-two", seller="A9HARBOR"))
    other = land(store("US", seller="A5OTHER", tenant="other"))
    assert ours == same_tenant != other
