"""Personal columns out of CSV and quoted tables, and what is kept of documents that nobody can read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.landing.formats.layout import Layout, unknown_layout
from pipelines.landing.formats.redact_quoted import strip_quoted
from pipelines.landing.formats.redact_unread import NOT_KEPT, strip_unread
from pipelines.landing.formats.streams import line_blocks
from pipelines.stores import PersonalChoice

SECRET = "J. Invented"
FIELDS = st.text(st.sampled_from('ab,;" \n\r\té'), max_size=6)
NAMES = ("a", "buyer-name", "b", "c")


def stripped(document: bytes, layout: Layout, size: int = 1 << 20) -> bytes:
    pieces = (document[i : i + size] for i in range(0, len(document), size))
    return b"".join(strip_quoted(line_blocks(pieces), layout, lambda values: None))


@given(st.lists(st.tuples(FIELDS, FIELDS, FIELDS, FIELDS), max_size=5), st.integers(1, 60))
def test_what_is_left_is_the_same_without_the_column(rows: list[tuple[str, ...]], size: int) -> None:
    rows = [row for row in rows if any(each.strip("\r\n ") for each in row)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([NAMES, *rows])
    layout = unknown_layout(NAMES)
    kept = stripped(out.getvalue().encode(), layout, size)
    found = list(csv.reader(io.StringIO(kept.decode(), newline="")))
    assert [each for each in found if each] == [[row[0], row[2], row[3]] for row in (NAMES, *rows)]
    assert stripped(kept, unknown_layout(("a", "b", "c"))) == kept


@pytest.mark.parametrize(
    "line", [f'1,"{SECRET},2,3', f'1,{SECRET},"x"\n"y,2,3,4', f"1,2,{SECRET},3,4,5", f'"1"x"",{SECRET}"",2,3'.rstrip()]
)
def test_nothing_is_left_of_what_cannot_be_read(line: str) -> None:
    document = f"{','.join(NAMES)}\n1,{SECRET},2,3\n{line}\n1,{SECRET},2,3\n".encode()
    kept = stripped(document, unknown_layout(NAMES))
    assert SECRET.encode() not in kept
    assert kept.startswith(b"a,b,c\n1,2,3\n")


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        (f"sku\tbuyer-name\tx\n1\t{SECRET}\t2\n", b"sku\tx\n1\t2\n"),
        (f'"sku","buyer-name","x"\n"1","{SECRET}, son","2"\n', b"sku\tx\n1\t2\n"),
        (f"sku;Käufername;x\n1;{SECRET};2\n", b"sku\tx\n1\t2\n"),
        (f"Report,of today\nsku,buyer-name,x\n1,{SECRET},2\n", b"sku\tx\n1\t2\n"),
        (f'[{{"sku":1,"buyer":{{"n":"{SECRET}"}}}}]', b'[{"sku":1}]'),
        (f"<AmazonEnvelope><Order><BuyerName a='{SECRET}'>{SECRET}</BuyerName></Order></AmazonEnvelope>", None),
        (f"PK\0\1{SECRET}", NOT_KEPT),
        ("<html><body>503 Slow down</body></html>", b"<html><body>503 Slow down</body></html>"),
        ("<Error><Code>AccessDenied</Code></Error>", b"<Error><Code>AccessDenied</Code></Error>"),
    ],
)
def test_what_is_kept_of_a_document_that_is_refused(document: str, kept: bytes | None) -> None:
    found = b"".join(strip_unread(iter([document.encode()]), PersonalChoice(), "cp1252"))
    assert SECRET.encode() not in found
    if kept is not None:
        assert found == kept
    else:
        assert b"<BuyerName></BuyerName>" in found
    everything = b"".join(strip_unread(iter([document.encode()]), PersonalChoice(everything=True), "cp1252"))
    assert everything == document.encode()


def test_japanese_headers_are_read_in_their_charset() -> None:
    document = f"商品名\t購入者名\n灯\t{SECRET}\n".encode("cp932")
    assert b"".join(strip_unread(iter([document]), PersonalChoice(), "cp932")) == "商品名\n灯\n".encode("cp932")
    assert b"".join(strip_unread(iter([document.decode("cp932").encode("utf-16")]), PersonalChoice(), "cp932")) == (
        "商品名\n灯\n".encode()
    )
