"""Landing documents in any charset: what they say arrives, and what cannot be read is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pipelines.feeds import FEEDS
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing, store

ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
CONTENT = fixture(FEEDS[ORDERS]).read_bytes()


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def orders(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, ORDERS)


@pytest.mark.parametrize(
    ("country", "content_type", "charset"),
    [
        ("US", "text/plain;charset=Cp1252", "cp1252"),
        ("DE", "text/plain; charset=ISO-8859-1", "cp1252"),
        ("DE", None, "cp1252"),
        ("US", None, "utf-8"),
        ("DE", "text/plain;charset=UTF-8", "utf-8"),
    ],
)
def test_western_charsets(
    conn: psycopg.Connection, tmp_path: Path, country: str, content_type: str | None, charset: str
) -> None:
    place = landing(conn, tmp_path, LISTINGS, store(country))
    content = fixture(place.feed).read_text(encoding="utf-8").encode(charset)
    outcome = place.land(content, instant(MOMENT), content_type=content_type)
    assert outcome.undecodable == 0
    assert place.rows("item_name")[1] == ("Café bottle, blue",)
    assert place.one("select charset from ops.loads") == charset


@pytest.mark.parametrize("content_type", ["text/plain;charset=Windows-31J", None])
def test_japanese_listings(conn: psycopg.Connection, tmp_path: Path, content_type: str | None) -> None:
    place = landing(conn, tmp_path, LISTINGS, store("JP", "sakura-jp"))
    header = "商品名\t出品ID\t出品者SKU\t価格\t数量\t在庫数\tASIN 1\tステータス\tmerchant-shipping-group"
    text = f"{header}\r\n保温ボトル①㈱〜\t0301\tSKU-1\t1980\t3\t\tB0SAKURA01\t出品中\t移行\r\n"
    outcome = place.land(text.encode("cp932"), instant(MOMENT), content_type=content_type)
    assert place.rows("item_name, seller_sku, price, quantity, asin1, status, merchant_shipping_group") == [
        ("保温ボトル①㈱〜".encode("cp932").decode("cp932"), "SKU-1", "1980", "3", "B0SAKURA01", "出品中", "移行")
    ]
    assert outcome.warnings == []


def test_what_cannot_be_decoded_is_counted(orders: Landing) -> None:
    content = CONTENT.replace("Café".encode(), b"Caf\xe9\xff")
    outcome = orders.land(content, days(DAY), content_type="text/plain;charset=UTF-8")
    assert orders.rows("product_name")[2] == ("Caf�� bottle, blue",)
    assert outcome.undecodable == 2
    assert "2 characters could not be decoded as utf-8" in outcome.warnings[0]
    assert orders.one("select reason from ops.slices") == outcome.warnings[0]


def test_utf16_from_a_spreadsheet(orders: Landing) -> None:
    orders.land(CONTENT.decode().encode("utf-16"), days(DAY))
    assert orders.rows("product_name")[2] == ("Café bottle, blue",)


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_that_only_its_content_type_tells(orders: Landing, charset: str) -> None:
    broken = CONTENT.decode().replace("Folding", "Fold\ud800ing").encode(charset, "surrogatepass")
    outcome = orders.land(broken, days(DAY), content_type=f"text/plain; charset={charset}")
    names = [name for (name,) in orders.rows("product_name")]
    assert names[2] == "Café bottle, blue"
    assert names[3].startswith("Fold\ufffd")
    assert outcome.undecodable == 1


def test_bytes_that_windows_1252_does_not_have(orders: Landing) -> None:
    content = CONTENT.replace("Café".encode(), b"Caf\xe9 \x81\x8d\x8f\x90\x9d \x80")
    outcome = orders.land(content, days(DAY), content_type="text/plain;charset=Cp1252")
    assert orders.rows("product_name")[2] == ("Café \ufffd\ufffd\ufffd\ufffd\ufffd € bottle, blue",)
    assert outcome.undecodable == 5
    assert outcome.rows == 4


@pytest.mark.parametrize("text", ["①②Ⅳ㈱℡", "髙﨑ⅰ∵", "ｶﾀｶﾅ", "〜‖−", "ソ表能十"])
def test_extensions_of_nec_and_ibm_and_second_bytes_that_are_ascii(
    conn: psycopg.Connection, tmp_path: Path, text: str
) -> None:
    place = landing(conn, tmp_path, LISTINGS, store("JP", "sakura-jp"))
    written = text.encode("cp932", "replace")
    content = fixture(place.feed).read_bytes().replace("Café".encode(), written)
    place.land(content, instant(MOMENT), content_type="text/plain;charset=Windows-31J")
    fast = place.rows("item_name")[1]
    place.land(content.replace(b"\r\n", b"\n") + b"\n \n", instant(MOMENT.replace(hour=20)))  # line by line
    assert fast == place.rows("item_name")[-2]
    assert fast[0].startswith(written.decode("cp932"))


@pytest.mark.parametrize("broken", [b"\xfe\xff", b"\x81", b"\xa0\x80"])
def test_a_broken_byte_makes_no_garbage_of_the_lines_around_it(
    conn: psycopg.Connection, tmp_path: Path, broken: bytes
) -> None:
    """No charset is named, and one line of a UTF-8 document is not: the others are not read as Windows-31J for that."""
    place = landing(conn, tmp_path, LISTINGS, store("JP", "sakura-jp"))
    header = "商品名\t出品ID\t出品者SKU\t価格\t数量\t在庫数\tASIN 1\tステータス\tmerchant-shipping-group"
    names = ["保温ボトル", "急須", "湯呑み", "X"]
    rows = [f"{name}\t030{n}\tSKU-{n}\t1980\t3\t\tB0SAKURA0{n}\t出品中\t移行" for n, name in enumerate(names)]
    content = "\r\n".join([header, *rows, ""]).encode().replace(b"X", b"X" + broken)
    outcome = place.land(content, instant(MOMENT))
    assert place.rows("item_name") == [*((name,) for name in names[:3]), ("X" + "\ufffd" * outcome.undecodable,)]
    assert outcome.undecodable > 0
    assert place.one("select charset from ops.loads") == "utf-8"
