"""Delimited documents, byte by byte: whatever comes, every line is loaded or rejected, and nothing personal is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.formats.careful_lines import CarefulLines, Reject, Row, copy_line, split_header
from pipelines.landing.formats.fast_lines import FastLines, Miss
from pipelines.landing.formats.layout import Layout, layout_of, raw_column, unknown_layout
from pipelines.landing.formats.redact_lines import strip_personal
from pipelines.landing.formats.streams import line_blocks, plain_blocks, small_blocks

ORDERS = FEEDS["amazon_sp.all_orders_by_order_date"]
NAMES = ("a", "b", "c", "d", "e")


def layout(width: int, personal: tuple[int, ...] = ()) -> Layout:
    return Layout(NAMES[:width], NAMES[:width], personal, ())


def blocks(content: bytes, size: int) -> Iterator[bytes]:
    """The content in blocks of whole lines, some `size` bytes each."""
    return line_blocks(iter([content[i : i + size] for i in range(0, len(content), size)]))


def not_blank(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")[1:]
    return [line for line in lines if line.replace(b"\r", b"").replace(b" ", b"")]


# bytes that matter to a reader of tables, and others
AWKWARD = st.sampled_from(
    [b"\t", b"\n", b"\r", b"\r\n", b'"', b'""', b"\0", b"\b", b"\xff", b"\x81", b"x", b" ", b",", b"\\"]
)
ANY_TABLE = st.lists(st.one_of(AWKWARD, st.binary(max_size=6)), max_size=60).map(b"".join)


@settings(max_examples=100)
@given(
    content=ANY_TABLE,
    charset=st.sampled_from(["utf-8", "cp1252", "cp932"]),
    width=st.integers(1, 5),
    size=st.integers(1, 40),
)
def test_every_line_is_loaded_or_rejected(content: bytes, charset: str, width: int, size: int) -> None:
    document = b"header\n" + content
    found = list(CarefulLines(layout(width), charset).read(blocks(document, size)))
    assert len(found) == len([line for line in not_blank(document) if line.decode(charset, "replace").strip(" \r")])
    assert all(len(each.values) == width for each in found if isinstance(each, Row))
    assert [each.line for each in found] == sorted(each.line for each in found)
    assert not any("\0" in value for each in found for value in each.values)


@settings(max_examples=100)
@given(content=ANY_TABLE, width=st.integers(1, 5), size=st.integers(1, 40))
def test_quoted_documents_end_and_keep_their_records(content: bytes, width: int, size: int) -> None:
    reader = CarefulLines(layout(width), "utf-8", quoted=True)
    found = list(reader.read(blocks(b"header\n" + content, size)))
    assert all(isinstance(each, Reject) or len(each.values) == width for each in found)
    assert len(found) <= content.count(b"\n") + 1


FIELD = st.text(st.characters(codec="cp1252", exclude_characters="\t\n\r\0"), max_size=8)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.tuples(
        st.just(width),
        st.lists(st.lists(FIELD, min_size=width, max_size=width), min_size=1, max_size=20),
        st.sets(st.integers(0, width - 1), max_size=width - 1),
    )
)


@settings(max_examples=60)
@given(table=TABLES, end=st.sampled_from(["\n", "\r\n"]), closed=st.booleans(), size=st.integers(1, 60))
def test_the_fast_way_agrees_with_the_careful_one(
    table: tuple[int, list[list[str]], set[int]], end: str, closed: bool, size: int
) -> None:
    width, rows, personal = table
    rows = [row for row in rows if any(value.strip(" ") for value in row)]
    if not rows:
        return
    known = layout(width, tuple(sorted(personal)))
    text = end.join("\t".join(row) for row in rows) + (end if closed else "")
    kept = [[value for i, value in enumerate(row) if i not in personal] for row in rows]
    for charset in ("utf-8", "cp1252"):
        fast = FastLines(known, charset)
        rewritten = [fast.rewrite(block) for block in blocks(text.encode(charset), size)]
        copied = b"".join(each.copied for each in rewritten).decode().replace("\\\\", "\\")
        assert [line.split("\t") for line in copied.removesuffix("\n").split("\n")] == kept
        assert sum(each.lines for each in rewritten) == len(rows)
        archived = b"".join(each.archived for each in rewritten)
        slow = b"".join(strip_personal(blocks(text.encode(charset), size), known, lambda values: None))
        assert archived == slow
        assert archived.decode(charset) == end.join("\t".join(row) for row in kept) + (end if closed else "")


@settings(max_examples=100)
@given(content=ANY_TABLE, size=st.integers(1, 60), charset=st.sampled_from(["utf-8", "cp932", "cp1252"]))
def test_the_fast_way_takes_only_what_it_can_prove(content: bytes, size: int, charset: str) -> None:
    fast = FastLines(layout(3, (1,)), charset, watched=(0,), times=(2,))
    try:
        lines = [fast.rewrite(block) for block in blocks(content, size)]
    except Miss:
        return
    copied = b"".join(each.copied for each in lines)
    assert not set(copied) & {0, 13}
    assert b"\\" not in copied.replace(b"\\\\", b"")
    assert all(line.count(b"\t") == 1 for line in copied.split(b"\n")[:-1])
    assert (
        copied.count(b"\n")
        == sum(each.lines for each in lines)
        == len([x for x in content.split(b"\n") if x.strip(b"\r")])
    )


@settings(max_examples=60)
@given(content=ANY_TABLE, size=st.integers(1, 40))
def test_nothing_personal_is_left_of_a_line_that_is_whole(content: bytes, size: int) -> None:
    document = b"h1\th2\th3\n" + content + b"\nleft\tSECRET\tright\nleft\tSECRET\tri\tght\n"
    kept = b"".join(strip_personal(blocks(document, size), layout(3, (1,)), lambda values: None))
    assert b"SECRET" not in kept
    assert kept.count(b"\n") == document.count(b"\n")


def test_a_misplaced_field_is_blanked_as_far_as_it_may_have_moved() -> None:
    known = layout(5, (2,))
    kept = b"".join(strip_personal([b"1\t2\t3\t4\t5\t6\t7\n", b"1\t2\n"], known, lambda values: False))
    assert kept == b"1\t2\t[removed]\t[removed]\t6\t7\n[removed]\t[removed]\n"


def test_a_block_of_blank_lines_has_no_rows() -> None:
    assert FastLines(layout(3), "utf-8").rewrite(b"\n\r\n\n").lines == 0


def test_a_single_column_is_read_line_by_line() -> None:
    with pytest.raises(Miss, match="single column"):
        FastLines(layout(1), "utf-8")


def test_copy_lines_escape_what_the_format_means() -> None:
    assert copy_line(7, ["a\tb", "c\\N", "d\ne\rf", ""]) == "7\ta\\tb\tc\\\\N\td\\ne\\rf\t\n"


def test_small_blocks_are_whole_lines() -> None:
    document = b"".join(b"%d\n" % i for i in range(100_000)) + b"x" * 300_000 + b"\nend"
    cut = list(small_blocks([document]))
    assert b"".join(cut) == document
    assert all(block.endswith(b"\n") for block in cut[:-1])
    assert len(cut) > 4


def test_a_document_without_line_ends_is_refused() -> None:
    with pytest.raises(DocumentError, match="no line end"):
        list(line_blocks(iter([b"x" * (1 << 20)] * 18)))


# --- headers --------------------------------------------------------------------------------------------------------


def test_headers_may_be_quoted_and_spaced() -> None:
    assert split_header('"Date"\t"FNSKU"\r', "\t", quoted=False) == ["Date", "FNSKU"]
    assert split_header('"a,b",c', ",", quoted=True) == ["a,b", "c"]


def test_japanese_headers_are_matched_in_any_width() -> None:
    feed = FEEDS["amazon_sp.merchant_listings"]
    found = layout_of(feed, feed.sections[0], ["出品者ＳＫＵ", "価格", "ステータス", "ＡＳＩＮ １", "謎の列"])
    assert found.columns[:4] == ("seller_sku", "price", "status", "asin1")
    assert found.unknown == (4,)
    assert found.columns[4].startswith("column_")


def test_the_known_header_keeps_its_name_beside_one_like_it() -> None:
    headers = [*ORDERS.sections[0].required, "Item Price", "item_price", "load-id", "row_seq"]
    columns = layout_of(ORDERS, ORDERS.sections[0], headers).columns
    assert columns[headers.index("item-price")] == "item_price"
    assert len(set(columns)) == len(columns)
    assert not {"load_id", "row_seq"} & set(columns)


@given(headers=st.lists(st.text(max_size=90), max_size=12))
def test_any_headers_give_columns_that_postgres_takes(headers: list[str]) -> None:
    columns = unknown_layout(headers).columns
    assert len(set(columns)) == len(columns) == len(headers)
    assert all(0 < len(column.encode()) <= 63 for column in columns)
    assert [raw_column(each, set()) for each in headers] == [raw_column(each, set()) for each in headers]


def test_personal_data_of_an_unknown_report_is_recognised_by_name() -> None:
    headers = ["order-id", "buyer-name", "ship-address-1", "ship-postal-code", "recipient-name", "buyer-email", "sku"]
    assert unknown_layout(headers).personal == (1, 2, 3, 4, 5)


def test_broken_gzip_is_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "broken"
    path.write_bytes(b"\x1f\x8b" + b"\x00" * 50)
    with pytest.raises(DocumentError, match=r"damaged|cut off"):
        list(plain_blocks(path.open("rb")))
