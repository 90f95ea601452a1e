"""Reads JSON Lines documents: one row per line, whose text is kept as it was written.

`batches` is the fast way and `elements` the careful one. They give the same types as the functions of these names in
`fast_json.py` and `json_sections.py`. Numbers may be rounded in the objects, but never in the text. Rows are sent to
Postgres in `loading/copying.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from pipelines.errors import DocumentError
from pipelines.landing.formats.fast_json import Batch
from pipelines.landing.formats.json_limits import LONGEST_VALUE, is_too_large, too_large
from pipelines.landing.formats.json_sections import Element, MendedBytes

_LINES_AT_ONCE, _BYTES_AT_ONCE = 500, 1 << 18
_KINDS: dict[type, str] = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
# Tabs and carriage returns between the tokens of a line become spaces, because COPY takes them for ends of columns.
_SPACES = bytes.maketrans(b"\r\t", b"  ")


def batches(source: MendedBytes) -> Iterator[Batch]:
    """The rows, many at a time. Raises DocumentError('not_json', 'truncated' or 'too_large')."""
    values: list[dict[str, Any]] = []
    lines: list[bytes] = []
    size = 0
    for value, line in _rows(source):
        values.append(value)
        lines.append(line)
        size += len(line)
        if len(lines) == _LINES_AT_ONCE or size > _BYTES_AT_ONCE:
            yield Batch(values, b"\n".join(lines))
            values, lines, size = [], [], 0
    if lines:
        yield Batch(values, b"\n".join(lines))


def elements(source: MendedBytes) -> Iterator[Element]:
    """The rows, one by one. Raises DocumentError like `batches`."""
    return (Element(value, line) for value, line in _rows(source))


def _rows(source: MendedBytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    for number, (line, is_last) in enumerate(_lines(source), 1):
        if not line:
            continue
        if is_too_large(line):
            raise too_large()
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if is_last:
                raise DocumentError(
                    f"The document is cut off: its last line, {number}, ends before its JSON does ({error}). Download "
                    "it again.",
                    kind="truncated",
                ) from None
            raise DocumentError(
                f"Line {number} of the document is no JSON ({error}). Download it again.", kind="not_json"
            ) from None
        if not isinstance(value, dict):
            raise DocumentError(
                f"Line {number} of the document is no object, but {_KINDS.get(type(value), 'a number')}: it is no "
                "document of rows. Ask for it again.",
                kind="wrong_type",
            )
        yield value, line


def _lines(source: MendedBytes) -> Iterator[tuple[bytes, bool]]:
    """The lines without white space around them, and whether it is the last line, without a line end."""
    rest = b""
    while block := source.read():
        *whole, rest = (rest + block).split(b"\n")
        if len(rest) > LONGEST_VALUE:
            raise too_large()
        for line in whole:
            yield line.translate(_SPACES).strip(), False
    yield rest.translate(_SPACES).strip(), True
