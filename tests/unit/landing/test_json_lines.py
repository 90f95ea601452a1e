"""JSON Lines: rows as they were written, whatever the blocks; what is wrong is told by its line."""

from __future__ import annotations

import pytest

from pipelines.errors import DocumentError
from pipelines.landing.formats.json_lines import batches, elements
from pipelines.landing.formats.json_sections import MendedBytes

ROWS = [b'{"a":1.10,"b":"x\\\\u0000"}', b'{"a":12345678901234567890.5}', '{"ü":"\u2028"}'.encode()]


def source(content: bytes, size: int = 7) -> MendedBytes:
    return MendedBytes(content[at : at + size] for at in range(0, len(content), size))


@pytest.mark.parametrize("between", [b"\n", b"\r\n", b"\n\n", b" \n\t"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_every_line_is_a_row_as_it_was_written(between: bytes, end: bytes, size: int):
    content = between.join(ROWS) + end
    (batch,) = batches(source(content, size))
    assert batch.lines.split(b"\n") == ROWS
    assert batch.values[0] == {"a": 1.1, "b": "x\\u0000"}
    assert [each.text for each in elements(source(content, size))] == ROWS


def test_many_rows_come_in_several_batches():
    content = b"\n".join(b'{"n":%d}' % n for n in range(1201))
    found = list(batches(source(content, 4096)))
    assert [len(batch.values) for batch in found] == [500, 500, 201]
    assert [value["n"] for batch in found for value in batch.values] == list(range(1201))


def test_a_tab_between_tokens_is_no_column_to_copy():
    (batch,) = batches(source(b'{"a":\t1}\n'))
    assert batch.lines == b'{"a": 1}'


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b'{"a":1}\n{"a":2', "truncated", "its last line, 2"),
        (b'{"a":1}\n{"a":2\n{"a":3}\n', "not_json", "Line 2"),
        (b'{"a":1}\n[1]\n', "wrong_type", "Line 2 of the document is no object, but a list:"),
    ],
)
def test_what_is_no_row_is_told_with_its_line(content: bytes, kind: str, said: str):
    for read in (batches, elements):
        with pytest.raises(DocumentError, match=said.replace("[", r"\[")) as caught:
            list(read(source(content)))
        assert caught.value.kind == kind
