"""Landing documents whose columns are not those of yesterday: tables grow, and nobody stands in another's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.loading import plausibility, raw_tables
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, Landing, days, fixture, landing, store

ORDERS = "amazon_sp.all_orders_by_order_date"
CONTENT = fixture(FEEDS[ORDERS]).read_bytes()


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def orders(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, ORDERS)


def test_a_new_column_widens_the_table_and_is_recorded(orders: Landing) -> None:
    orders.land(CONTENT, days(DAY))
    header, *lines = CONTENT.splitlines()
    long = b"An Amazon header that is longer than any column's name can be in Postgres, alas"
    wide = [header + b"\tGift Wrap?\tgift_wrap\t" + long] + [line + b"\tyes\tno\tx" for line in lines]
    outcome = orders.land(b"\r\n".join(wide) + b"\r\n", days(DAY))
    drift = dict(orders.query("select header, column_name from ops.drift"))
    assert set(drift) == {"Gift Wrap?", "gift_wrap", long.decode()}
    assert len(set(drift.values())) == 3
    assert all(len(column) <= 63 for column in drift.values())
    assert orders.rows(drift["Gift Wrap?"]) == [(None,)] * 4 + [("yes",)] * 4
    assert "columns that are new" in outcome.warnings[0]
    assert orders.land(b"\r\n".join(wide[:-1]) + b"\r\n", days(DAY)).warnings == []


def test_fewer_columns_and_another_order_are_no_error(orders: Landing) -> None:
    header, *lines = (line.split(b"\t") for line in CONTENT.splitlines())
    kept = [header.index(name) for name in reversed(header) if name not in (b"promotion-ids", b"order-channel", b"cpf")]
    content = b"\n".join(b"\t".join(line[i] for i in kept) for line in [header, *lines]) + b"\n"
    orders.land(content, days(DAY))
    assert orders.rows("amazon_order_id, item_price, ship_state")[0][:2] == ("111-0000001-0000001", "24.99")


def test_a_locked_table_is_widened_when_it_is_free(
    orders: Landing, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders.land(CONTENT, days(DAY))
    with warehouse.connect() as reader:
        reader.execute(f"select count(*) from raw.{orders.feed.tables[0]}".encode())  # noqa: S608
        assert orders.land(CONTENT.replace(b"Folding", b"Broad"), days(DAY)).rows == 4  # no new column: no lock

        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                reader.rollback()

        monkeypatch.setattr(raw_tables, "_LOCK_TIMEOUT", "50ms")
        monkeypatch.setattr(raw_tables.time, "sleep", wait)
        header, *lines = CONTENT.splitlines()
        wide = [header + b"\tnew-one", *(line + b"\t1" for line in lines)]
        assert orders.land(b"\n".join(wide), days(DAY)).rows == 4
    assert len(waits) == 2
    assert orders.rows("new_one")[-1] == ("1",)


def test_several_may_widen_a_table_at_once(warehouse: Warehouse, tmp_path: Path) -> None:
    header, *lines = CONTENT.splitlines()
    together = threading.Barrier(4)

    def land(number: int) -> int:
        wide = [header + b"\tGift Wrap?\tgift_wrap\tonly-%d" % number, *(line + b"\ta\tb\tc" for line in lines)]
        with warehouse.connect() as conn:
            place = landing(conn, tmp_path, ORDERS, store("US", f"store-{number}", seller=f"A{number}SELLER"))
            together.wait(60)
            return place.land(b"\n".join(wide), days(DAY)).rows

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(land, range(4))) == [4] * 4
    with warehouse.connect() as conn:
        place = landing(conn, tmp_path, ORDERS)
        drift = dict(place.query("select header, column_name from ops.drift"))
        assert set(drift) == {"Gift Wrap?", "gift_wrap", *(f"only-{i}" for i in range(4))}
        columns = ", ".join(drift[each] for each in ("Gift Wrap?", "gift_wrap"))
        assert place.rows(columns) == [("a", "b")] * 16


def test_headers_named_like_columns_of_postgres_are_loaded(orders: Landing) -> None:
    """`column name "xmin" conflicts with a system column name` was told as a defect."""
    header, *lines = CONTENT.splitlines()
    wide = [header + b"\txmin\tctid\tTableOID\tcmax\tload_id", *(line + b"\ta\tb\tc\td\te" for line in lines)]
    assert orders.land(b"\n".join(wide) + b"\n", days(DAY)).rows == len(lines)
    columns = dict(orders.query("select header, column_name from ops.drift"))
    assert set(columns) == {"xmin", "ctid", "TableOID", "cmax", "load_id"}
    assert orders.rows(", ".join(columns.values()))[0] == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize("damage", ["many", "shifted"])
def test_a_refused_document_leaves_the_table_as_it_is(orders: Landing, conn: psycopg.Connection, damage: str) -> None:
    orders.land(CONTENT, days(DAY))
    before = raw_tables.columns_of(conn, orders.feed.tables[0])
    header, *lines = CONTENT.splitlines()
    if damage == "many":
        more = range(1500)
        header, lines = header + b"".join(b"\tnew-%d" % i for i in more), [line + b"\tx" * 1500 for line in lines]
    else:
        header, lines = header + b"\tnew", [b"x\t" * 200 + line for line in lines]
    with pytest.raises(DocumentError, match=r"1500 columns|lines cannot be read"):
        orders.land(b"\n".join([header, *lines]) + b"\n", days(DAY))
    raw_tables.forget(conn)
    assert raw_tables.columns_of(conn, orders.feed.tables[0]) == before
    assert orders.query("select * from ops.drift") == []


def test_far_more_rows_than_usual_are_not_taken(orders: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plausibility, "ALWAYS_BELIEVED", 100)
    monkeypatch.setattr(plausibility, "UNUSUAL", 5)
    header, *lines = CONTENT.splitlines()
    many = b"\n".join([header, *lines * 30]) + b"\n"
    asked = days(*(DAY + timedelta(days=each) for each in range(3)))
    assert orders.land(many, asked).rows == 30 * len(lines), "of the first nobody knows what is usual"
    orders.land(CONTENT, asked)
    with pytest.raises(DocumentError, match="more than 100 rows"):
        orders.land(many.replace(b"Folding", b"Broad"), asked)
    assert orders.land(many.replace(b"Folding", b"Broad"), None, origin="import").rows == 30 * len(lines)


@pytest.mark.parametrize("header", [b"a\t" * 300_000, b"a" * (1 << 19)])
def test_a_header_that_is_none_is_refused_at_once(orders: Landing, header: bytes) -> None:
    """Names for a million columns called `a` took hours."""
    with pytest.raises(DocumentError, match="is no table of this report"):
        orders.land(header + b"\n1\n", days(DAY))
