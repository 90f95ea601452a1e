"""Landing documents: what is loaded, what is refused and what is remembered, for every kind of bad input."""

from __future__ import annotations

import gzip
import io
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.loading.document import LeaseLost, SliceKey
from pipelines.warehouse.connection import Warehouse
from tests.support.landing import DAY, MOMENT, Landing, days, fixture, instant, landing, store

ORDERS = "amazon_sp.all_orders_by_order_date"
LISTINGS = "amazon_sp.merchant_listings"
LEDGER = "amazon_sp.ledger_summary"
CONTENT = fixture(FEEDS[ORDERS]).read_bytes()


@pytest.fixture
def conn(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with warehouse.connect() as connection:
        yield connection


@pytest.fixture
def orders(conn: psycopg.Connection, tmp_path: Path) -> Landing:
    return landing(conn, tmp_path, ORDERS)


def many_lines(count: int) -> bytes:
    """An orders document with so many lines that one bad one is less than 0.5 %."""
    header, *lines = CONTENT.splitlines(keepends=True)
    return header + b"".join(itertools.islice(itertools.cycle(lines), count))


def archived(place: Landing, sha256: str) -> bytes:
    return place.archive.open(f"{sha256[:2]}/{sha256}.zst").read()


def nothing_is_loaded(place: Landing) -> bool:
    counts = [place.one(f"select count(*) from ops.{name}") for name in ("loads", "slices", "changes")]  # noqa: S608
    return counts == [0, 0, 0]


# --- what is kept of a document --------------------------------------------------------------------------------------


def test_quotes_are_characters_and_empty_is_null(orders: Landing) -> None:
    orders.land(CONTENT, days(DAY))
    assert orders.rows("product_name, sku, item_price")[0] == ('Desk lamp 12" brass', "HB-LAMP-01", "24.99")
    assert orders.rows("product_name, sku, item_price")[2] == ("Café bottle, blue", "007 'bottle', blue", None)


def test_gzip_plain_crlf_and_lf_give_the_same_rows(orders: Landing) -> None:
    variants = [CONTENT, gzip.compress(CONTENT), CONTENT.replace(b"\r\n", b"\n"), CONTENT.rstrip(b"\r\n")]
    variants += [
        b"\xef\xbb\xbf" + CONTENT,
        CONTENT + b"\r\n\r\n",
        gzip.compress(CONTENT[:700]) + gzip.compress(CONTENT[700:]),
    ]
    columns = "amazon_order_id, sku, product_name, item_price, purchase_date"
    loaded = []
    for number, content in enumerate(variants):
        orders.land(content, days(DAY), gzip=bool(number % 2))  # what headers say of gzip is not believed
        loaded.append(
            orders.query(
                f"select {columns} from raw.{orders.feed.tables[0]} where load_id = "  # noqa: S608
                "(select current_load_id from ops.slices) order by row_seq"
            )
        )
    assert all(rows == loaded[0] for rows in loaded)
    assert len(loaded[0]) == 4


def test_the_fast_and_the_careful_way_give_the_same_rows(orders: Landing) -> None:
    columns = "amazon_order_id, merchant_order_id, product_name, sku, quantity, item_price, is_business_order"
    content = many_lines(600)
    orders.land(content, days(DAY))
    fast = orders.rows(columns)
    orders.land(content + b"\r\n" + b"short line of garbage\r\n", days(DAY))  # careful, for the bad line
    careful = orders.rows(columns)[600:]
    assert fast == careful


# --- lines ----------------------------------------------------------------------------------------------------------


def test_control_characters_stay_and_nul_is_replaced(orders: Landing) -> None:
    content = CONTENT.replace(b"Folding chair", b"Fol\x08ding \x00ch\rair")
    outcome = orders.land(content, days(DAY))
    assert orders.rows("product_name")[3] == ("Fol\x08ding �ch\rair",)
    assert outcome.undecodable == 1


def test_short_lines_are_loaded_if_only_trailing_fields_are_missing(orders: Landing) -> None:
    line = CONTENT.splitlines()[1]
    content = many_lines(1) + b"\t".join(line.split(b"\t")[:20]) + b"\r\n"
    outcome = orders.land(content, days(DAY))
    assert (outcome.rows, outcome.rejected) == (2, 0)
    assert orders.rows("amazon_order_id, item_price, promotion_ids")[1] == ("111-0000001-0000001", "24.99", None)


def test_lines_with_wrong_fields_are_rejected_with_line_text_and_order(orders: Landing) -> None:
    good = many_lines(900)
    too_many = CONTENT.splitlines()[2].replace(b"brass", b"br\tass")
    first, second = CONTENT.splitlines()[3].split(b"bottle, blue\t007", 1)
    broken = first + b"bot\r\ntle, blue\t007" + second
    outcome = orders.land(good + too_many + b"\r\n" + broken + b"\r\n", days(DAY))

    assert (outcome.rows, outcome.rejected) == (900, 3)
    rejected = orders.query("select file_line, reason, order_key, row_text, load_id from ops.rejected_rows order by 1")
    assert [line for line, *_ in rejected] == [902, 903, 904]
    assert rejected[0][1] == "it has 1 field more than the header"
    assert "broke the line in two" in rejected[1][1]
    assert [key for _, _, key, *_ in rejected][:2] == ["111-0000001-0000001", "111-0000002-0000002"]
    assert {load_id for *_, load_id in rejected} == {outcome.load_id}
    assert not any("01101" in text or "Springfield" in text for *_, text, _ in rejected)
    assert "3 lines could not be read" in outcome.warnings[0]


def test_too_many_rejected_lines_fail_the_slice(orders: Landing) -> None:
    with pytest.raises(DocumentError, match=r"more than 0\.5 %") as caught:
        orders.land(many_lines(100) + b"a\tb\r\n", days(DAY))
    assert caught.value.kind == "too_many_rejects"
    assert nothing_is_loaded(orders)
    assert orders.query("select file_line, load_id from ops.rejected_rows") == [(102, None)]


def test_a_row_that_no_slice_can_hold_is_rejected(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LEDGER)
    header, *lines = fixture(place.feed).read_bytes().splitlines(keepends=True)
    content = header + b"".join(lines * 100) + lines[0].replace(b"03/01/2026", b"Total")
    outcome = place.land(content, days(DAY))
    assert (outcome.rows, outcome.rejected) == (300, 1)
    assert place.one("select reason from ops.rejected_rows") == "its Date is 'Total', which is no date"


def test_quoted_ledgers(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LEDGER)
    content = fixture(place.feed).read_bytes()
    place.land(content, days(DAY))
    simple = content.replace(b'12""', b"12")
    place.land(simple, days(DAY))  # quotes round every field only: the fast way
    multiline = content.replace(b'12"" brass', b"12\nbrass, \ttabbed")
    place.land(multiline, days(DAY))
    titles = place.rows("title, fnsku")
    assert titles[0] == ('Desk lamp 12" brass', "X001LAMP01")
    assert titles[3] == ("Desk lamp 12 brass", "X001LAMP01")
    assert titles[6] == ("Desk lamp 12\nbrass, \ttabbed", "X001LAMP01")


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"<html><head><title>503</title></head><body>Service Unavailable</body></html>", "error_page", "Service Unav"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "error_page", "page of XML.*AccessDenied"),
        (b'{"errors": [{"code": "InternalFailure"}]}', "error_page", "InternalFailure"),
        (b'{"reportSpecification": {}}', "wrong_type", "is JSON"),
        (gzip.compress(CONTENT)[:-20], "truncated", "cut off"),
        (gzip.compress(CONTENT)[:200] + b"x" * 300, "truncated", "damaged|cut off"),
        (b"", "empty_document", "empty"),
        (CONTENT.replace(b"item-price", b"item-cost", 1), "missing_column", "lacks item-price"),
        (fixture(FEEDS[LISTINGS]).read_bytes(), "wrong_type", "looks like amazon_sp.merchant_listings"),
        (CONTENT.replace(b"Amazon.com", b"Amazon.co.jp"), "wrong_marketplace", "Amazon.co.jp"),
        (CONTENT.replace(b"Amazon.com", b"").replace(b"USD", b"EUR"), "wrong_marketplace", "EUR"),
        (CONTENT.replace(b"2026-03", b"2025-03"), "window", "another period"),
    ],
)
def test_what_is_no_such_document_is_refused(orders: Landing, content: bytes, kind: str, message: str) -> None:
    request = orders.one(
        "insert into ops.requests (feed, scope_id, origin, state, intent_at) values (%s, 'x', 'api', 'ready', now()) "
        "returning request_id",
        ORDERS,
    )
    with pytest.raises(DocumentError, match=message) as caught:
        orders.land(content, days(DAY), request_id=request)
    assert caught.value.kind == kind
    assert str(caught.value).endswith(".")
    assert nothing_is_loaded(orders)
    details = orders.one("select details from ops.requests")
    kept = orders.archive.open(details["archive_path"]).read()
    assert b"01101-1234" not in kept
    if kind != "truncated":
        assert bool(kept) == bool(content)


def test_a_day_of_the_account_s_other_marketplace_is_no_refusal(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, ORDERS, store("DE", seller="A3EU"))
    content = CONTENT.replace(b"Amazon.com", b"Amazon.fr").replace(b"USD", b"EUR")
    assert place.land(content, days(DAY)).rows == 4


# --- slices ---------------------------------------------------------------------------------------------------------


def test_a_b_a_makes_a_current_again(orders: Landing) -> None:
    a, b = CONTENT, CONTENT.replace(b"24.99", b"23.99")
    loads = [orders.land(content, days(DAY)).load_id for content in (a, b, a)]
    assert len(set(loads)) == 3
    assert orders.one("select current_load_id from ops.slices") == loads[-1]
    assert orders.land(a, days(DAY)).unchanged


def test_a_day_restated_to_nothing_is_empty(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LEDGER)
    header, *lines = fixture(place.feed).read_bytes().splitlines(keepends=True)
    next_day = [line.replace(b"03/01/2026", b"03/02/2026") for line in lines]
    both = days(DAY, DAY + timedelta(days=1))
    place.land(header + b"".join(lines + next_day), both)
    outcome = place.land(header + b"".join(next_day), both)
    assert outcome.states == {"2026-03-01": "empty", "2026-03-02": "loaded"}
    assert place.query("select slice_key, state, current_load_id from ops.slices order by 1") == [
        ("2026-03-01", "empty", outcome.load_id),
        ("2026-03-02", "loaded", outcome.load_id),
    ]
    only_header = place.land(header, both)
    assert set(only_header.states.values()) == {"empty"}
    assert only_header.rows == 0


def test_part_of_a_known_window_is_another_question(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LEDGER)
    content = fixture(place.feed).read_bytes()
    place.land(content, days(DAY, DAY + timedelta(days=1)))
    assert place.land(content, days(DAY)).unchanged
    assert not place.land(content, days(DAY - timedelta(days=1), DAY)).unchanged


def test_a_lease_that_was_lost_writes_nothing(orders: Landing) -> None:
    with orders.conn.transaction():
        orders.conn.execute(
            "insert into ops.slices (feed, scope_id, slice_key, day, state, generation, claimed_by) "
            "values (%s, %s, '2026-03-01', '2026-03-01', 'ready', 8, 1)",
            (ORDERS, orders.scope.scope_id),
        )
    leased = [SliceKey(slice_key="2026-03-01", day=DAY, generation=7)]
    with pytest.raises(LeaseLost):
        orders.land(CONTENT, leased)
    assert orders.one("select count(*) from ops.loads") == 0
    assert orders.rows("load_id") == []
    orders.land(CONTENT, [SliceKey(slice_key="2026-03-01", day=DAY, generation=8)])
    assert orders.query("select state, claimed_by, attempts from ops.slices") == [("loaded", None, 0)]


def test_an_interrupted_download_leaves_nothing(orders: Landing) -> None:
    class Breaking(io.RawIOBase):
        def __init__(self) -> None:
            self.source = io.BytesIO(many_lines(20_000))

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            if self.source.tell() > 2_500_000:
                raise OSError("the disk is gone")
            return self.source.read(size)

    with pytest.raises(OSError, match="the disk is gone"):
        orders.land(Breaking, days(DAY))
    assert nothing_is_loaded(orders)
    assert orders.rows("load_id") == []
    assert list((orders.archive.temporary_folder()).iterdir()) == []


# --- snapshots and settlements ----------------------------------------------------------------------------------------


def listing_rows(count: int) -> bytes:
    header, line, *_ = fixture(FEEDS[LISTINGS]).read_bytes().splitlines(keepends=True)
    return header + b"".join(line.replace(b"HB-LAMP-01", b"SKU-%d" % i) for i in range(count))


def test_a_snapshot_with_few_rows_is_quarantined_until_it_repeats(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LISTINGS)
    for day in range(1, 4):
        place.land(listing_rows(20 + day), instant(MOMENT + timedelta(days=day)))
    request = place.one(
        "insert into ops.requests (feed, scope_id, origin, state, intent_at) values (%s, 'harbor-us', 'api', 'ready', "
        "now()) returning request_id",
        LISTINGS,
    )
    slices = instant(MOMENT + timedelta(days=4))
    held = place.land(listing_rows(7), slices, request_id=request)
    assert held.load_id is None
    assert held.quarantined is not None
    assert place.query("select state, reason, current_load_id from ops.slices order by slice_key desc limit 1") == [
        ("quarantined", held.quarantined, None)
    ]
    assert len(place.rows("load_id")) == 21 + 22 + 23
    accepted = place.land(listing_rows(6), instant(MOMENT + timedelta(days=4, hours=1)))
    assert accepted.rows == 6
    assert "as few" in accepted.warnings[0]


def test_a_new_instant_of_the_same_bytes_points_at_the_rows_there_are(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LISTINGS)
    first = place.land(listing_rows(9), instant(MOMENT))
    place.land(listing_rows(8), instant(MOMENT + timedelta(days=1)))
    third = place.land(listing_rows(9), instant(MOMENT + timedelta(days=2)))
    assert third.unchanged
    assert third.load_id == first.load_id
    assert len(place.rows("load_id")) == 17
    assert place.one("select count(*) from ops.slices where current_load_id = %s", first.load_id) == 2
    assert place.one("select count(*) from ops.changes") == 3


def test_a_settlement_that_does_not_add_up_is_loaded_and_told(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, "amazon_sp.settlements_v2")
    content = fixture(place.feed).read_bytes().replace(b"53.41", b"54.00")
    slices = [SliceKey(slice_key="report-1", day=DAY)]
    outcome = place.land(content, slices, origin="listed", window=None)
    assert outcome.rows == 5
    assert outcome.warnings == [
        "Settlement 20260301001 says its total is 54.00, but its lines sum to 53.41: they differ by -0.59."
    ]
    assert place.query("select slice_key, state from ops.slices") == [("report-1", "loaded")]


def test_adopted_history_may_come_in_any_order(conn: psycopg.Connection, tmp_path: Path) -> None:
    place = landing(conn, tmp_path, LISTINGS)
    place.land(listing_rows(30), instant(MOMENT))
    older = place.land(listing_rows(4), instant(datetime(2026, 1, 5, 9, tzinfo=UTC)), origin="adopted")
    assert older.states == {"2026-01-05T09:00:00Z": "loaded"}


def test_the_slice_is_checked_as_of_the_report(orders: Landing) -> None:
    orders.land(CONTENT, days(DAY), report_created_at=MOMENT)
    assert orders.query("select checked_at, day, state from ops.slices") == [(MOMENT, date(2026, 3, 1), "loaded")]
