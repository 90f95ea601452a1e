"""What document faults do to the bytes of a document."""

from __future__ import annotations

import gzip
import json

import pytest

from simulator.documents.model import Document
from simulator.documents.rendered import render
from simulator.faults.mutations import send
from simulator.faults.rules import DOCUMENTS, Action

ROWS = [["sku", "title", "item-note", "price", "end"]] + [[f"S{n}", f"Kanne {n}", "ä", "1.00", ""] for n in range(10)]
TSV = "\r\n".join("\t".join(row) for row in ROWS).encode("cp1252") + b"\r\n"
TABLE = render(Document(TSV, "text/plain;charset=Cp1252", True))
PLAIN = render(Document(TSV.replace(b"\r\n", b"\n"), "text/plain;charset=Cp1252", False))
JSON = render(Document(b'{"spec":{},"days":[{"d":1},{"d":2}]}', "application/json", True))
QUOTED = render(Document(b'"Date"\t"Title"\n"01/02/2026"\t"a"\n', "text/plain;charset=UTF-8", False))


def spoil(document, kind, **options):
    sent = send(document, [Action(kind, options, 1)], lambda action: JSON)
    packed = document.gzip and sent.body[:2] == b"\x1f\x8b" and kind != "truncated_gzip"
    return sent, gzip.decompress(sent.body) if packed else sent.body


def rows(content, end=b"\r\n"):
    return [line.split(b"\t") for line in content.rstrip(end).split(end)]


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
@pytest.mark.parametrize("document", [TABLE, PLAIN, JSON, QUOTED], ids=["gzip", "plain", "json", "quoted"])
def test_every_fault_takes_every_document(kind, document):
    sent, _ = spoil(document, kind)
    assert sent.status == 200


def test_pages_in_the_place_of_a_document():
    sent, content = spoil(TABLE, "html_error_page")
    assert (sent.content_type, content[:15]) == ("text/html", b"<!DOCTYPE html>")
    sent, content = spoil(TABLE, "xml_error", status=403)
    assert (sent.status, content[:5]) == (403, b"<?xml")
    assert spoil(TABLE, "other_report")[1] == JSON.content


def test_a_truncated_file():
    _, content = spoil(TABLE, "truncated_gzip")
    with pytest.raises(EOFError):
        gzip.decompress(content)
    assert spoil(PLAIN, "truncated_gzip")[1] == PLAIN.content


def test_columns():
    assert rows(spoil(TABLE, "drop_column", column="price")[1])[1] == [b"S0", b"Kanne 0", b"\xe4", b""]
    assert rows(spoil(TABLE, "drop_column")[1])[0][0] == b"title"
    assert rows(spoil(TABLE, "new_column")[1])[0][-1] == b"amazon-new-field"
    assert rows(spoil(QUOTED, "new_column")[1], b"\n")[0][-1] == b'"amazon-new-field"'
    assert json.loads(spoil(JSON, "drop_column", column="d")[1])["days"] == [{}, {}]


def test_rows():
    assert {len(row) for row in rows(spoil(TABLE, "short_rows")[1])[1:]} == {4}
    short = rows(spoil(TABLE, "short_rows", fields=2, rows=3)[1])
    assert [len(row) for row in short].count(3) == 3
    assert [len(row) for row in rows(spoil(TABLE, "long_rows", rows=2)[1])].count(6) == 2
    assert len(rows(spoil(TABLE, "half_rows")[1])) == 5
    assert len(json.loads(spoil(JSON, "half_rows", keep=0.5)[1])["days"]) == 1
    assert spoil(TABLE, "empty_document")[1] == b""
    assert len(rows(spoil(TABLE, "empty_document", header=True)[1])) == 1


def test_a_part_of_the_rows_is_another_one_each_time():
    def part(struck):
        return send(TABLE, [Action("sample_rows", {}, 1, struck)], lambda action: JSON).body

    found = {part(struck) for struck in range(20)}
    assert len(found) > 5
    assert part(3) == part(3)
    for body in found:
        header, *kept = rows(gzip.decompress(body))
        assert header == rows(TSV)[0]
        assert 1 <= len(kept) <= 5
        assert [row for row in rows(TSV) if row in kept] == kept, "they keep their order"


def test_lines_that_are_broken_or_shifted():
    assert [len(row) for row in rows(spoil(TABLE, "split_rows", column="title", rows=2)[1])].count(2) == 2
    before, after = rows(TSV), rows(spoil(TABLE, "shifted_rows")[1])
    assert after[1] == [*before[1][:4], before[2][0]], "the last cell is empty: the next line's first stands there"
    assert after[2][0] == before[2][1]
    assert [len(row) for row in after] == [5] * 10 + [4]
    assert [cell for row in after for cell in row] == [cell for row in before for cell in row][:9] + [
        cell for row in before[2:] for cell in row
    ]


@pytest.mark.parametrize(
    ("kind", "put"),
    [("nul", b"\x00"), ("backspace", b"\x08"), ("bare_cr", b"\rx"), ("bad_bytes", b"\xff"), ("quotes", b'12" ')],
)
def test_bytes_in_a_field_that_no_mart_reads(kind, put):
    content = spoil(TABLE, kind)[1]
    changed = [row for row in rows(content) if put in row[2]]
    assert len(changed) == 1
    assert [row[:2] for row in rows(content)] == [row[:2] for row in rows(TSV)]
    aimed = rows(spoil(TABLE, kind, column="title", fraction=0.5)[1])
    assert sum(put in row[1] for row in aimed) == 5


def test_charsets():
    assert spoil(TABLE, "no_charset")[0].content_type == "text/plain"
    assert spoil(TABLE, "wrong_charset", charset="UTF-8")[0].content_type == "text/plain;charset=UTF-8"
    assert spoil(QUOTED, "bom")[1][:3] == b"\xef\xbb\xbf"
    assert spoil(TABLE, "bom")[1] == TSV


def test_json_text():
    assert b"\\u0000" in spoil(JSON, "json_nul")[1]
    assert b"\\ud83d" in spoil(JSON, "json_surrogate")[1]
    assert spoil(TABLE, "json_nul")[1] == TSV
