"""JSON documents: streamed, exact, and fit for Postgres whatever escapes they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.errors import DocumentError
from pipelines.landing.formats.json_sections import KeySpotter, MendedBytes, elements, first_value, json_text


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[i : i + size] for i in range(0, len(content), size))


def read(content: bytes, path: str = "item", size: int = 7) -> tuple[list[Any], int]:
    source = MendedBytes(pieces(content, size))
    return [each.value for each in elements(source, path)], source.mended


def test_numbers_are_exact() -> None:
    content = (
        b'[{"id": 123456789012345678901234567890, "price": 0.10, "big": 1E+400, "small": 1.0000000000000000000001}]'
    )
    (element,) = elements(MendedBytes([content]), "item")
    assert json.loads(element.text, parse_float=Decimal, parse_int=int) == json.loads(content, parse_float=Decimal)[0]
    assert b"0.10" in element.text
    assert b"123456789012345678901234567890" in element.text


@pytest.mark.parametrize(
    ("written", "value", "mended"),
    [
        (rb"a\u0000b", "a�b", 1),
        (rb"\ud83d\ude00", "😀", 0),
        (rb"\ud83d", "�", 1),
        (rb"\ude00\ud83d", "��", 2),
        (rb"\\u0000", "\\u0000", 0),
        (rb"\\\u0000", "\\�", 1),
        (b"raw\x00nul", "raw�nul", 1),
        (b"bad\xffbyte", "bad�byte", 1),
        ("�".encode(), "�", 0),
        (rb"\u4fdd\u6e29" * 3000, "保温" * 3000, 0),
        (rb"\ud835\udd5d" * 300, "𝕝" * 300, 0),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 5, 13, 100_000])
def test_what_postgres_cannot_hold_is_mended_and_counted(written: bytes, value: str, mended: int, size: int) -> None:
    assert read(b'[{"v": "' + written + b'"}]', size=size) == ([{"v": value}], mended)


@settings(max_examples=60)
@given(
    rows=st.lists(st.dictionaries(st.text(max_size=4), st.one_of(st.text(), st.integers(), st.none()), max_size=4)),
    ascii_only=st.booleans(),
    size=st.integers(1, 50),
)
@example(rows=[{"": "\\u0000", "\\u0000": 1}], ascii_only=False, size=3)
def test_any_rows_come_through(rows: list[dict[str, Any]], ascii_only: bool, size: int) -> None:
    content = json.dumps(rows, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found, _ = read(content, size=size)
    assert len(found) == len(rows)
    for row, other in zip(rows, found, strict=True):
        texts = [text for text in (*row, *row.values()) if isinstance(text, str)]
        if not any("\0" in text for text in texts):
            assert other == row
        held = json.loads(json_text(other))
        assert not any("\0" in str(each) for each in (*held, *held.values()))


@settings(max_examples=200)
@given(
    content=st.lists(st.one_of(st.text(max_size=4).map(str.encode), st.binary(max_size=2), st.just("�".encode()))),
    size=st.integers(1, 9),
)
def test_bytes_are_mended_as_python_decodes_them(content: list[bytes], size: int) -> None:
    whole = b"".join(content).replace(b"\\", b"").replace(b"\0", b"")
    source = MendedBytes(pieces(whole, size))
    text = b"".join(iter(source.read, b"")).decode()
    assert text == whole.decode("utf-8", "replace")
    assert source.mended == text.count("�") - whole.count("�".encode())


@settings(max_examples=60)
@given(content=st.binary(max_size=60), size=st.integers(1, 20))
def test_any_bytes_give_rows_or_our_error(content: bytes, size: int) -> None:
    try:
        read(b"[" + content, size=size)
    except DocumentError as error:
        assert error.kind in ("not_json", "truncated")


def test_a_cut_document_is_told_as_cut() -> None:
    with pytest.raises(DocumentError) as caught:
        read(b'[{"a": 1}, {"a": 2')
    assert caught.value.kind == "truncated"


def test_the_specification_is_found_wherever_it_stands() -> None:
    content = b'{"rows": [1, 2], "reportSpecification": {"reportType": "X"}}'
    assert first_value(MendedBytes([content]), "reportSpecification") == {"reportType": "X"}
    assert first_value(MendedBytes([content]), "nothing") is None


def test_keys_are_spotted_across_blocks() -> None:
    spotter = KeySpotter(["byDate", "byAsin"])
    for piece in pieces(b'{"x": "byAsin", "byDate"   : []}', 3):
        assert spotter.look(piece) == piece
    assert spotter.found == {"byDate"}
