"""Removes personal fields from tables whose fields may be in quotes: CSV files, and some of Amazon's reports.

Such a document is read record by record, as `careful_lines.py` does. If it has personal fields, its records are written
anew, with quotes only if needed. A record that cannot be read is blanked whole, because it is not known where its
fields begin and end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.landing.formats.careful_lines import LONGEST_RECORD, LONGEST_RECORD_LINES
from pipelines.landing.formats.redact_lines import BLANKED, Hashes, edits_of, lines_of, strip_fields

if TYPE_CHECKING:
    from pipelines.landing.formats.layout import Layout


def strip_quoted(
    blocks: Iterable[bytes],
    layout: Layout,
    is_placed: Callable[[list[str]], bool | None],
    pseudonyms: Hashes | None = None,
    delimiter: bytes = b",",
) -> Iterator[bytes]:
    """The document without the layout's personal fields. blocks: the whole document, cut at line ends.

    In the document's charset, delimiters and quotes must be the same bytes as in ASCII. The first record is the header,
    in which nothing is hashed. is_placed, pseudonyms: as in `redact_lines.strip_personal`.
    """
    if not edits_of(layout):
        yield from blocks
        return
    separator = delimiter.decode("latin-1")
    of_header = replace(layout, hashed=())
    first = True
    for record in _records(line for block in blocks for line in lines_of(block)):
        body = record.rstrip(b"\r\n")
        end = record[len(body) :]
        if not body.strip():
            yield record
            continue
        fields = _fields(body.decode("latin-1"), separator)
        if fields is None:
            kept = [BLANKED if each else each for each in body.replace(b"\n", b" ").split(delimiter)]
            yield delimiter.join(kept) + end
            continue
        stripped = strip_fields(fields, of_header if first else layout, is_placed, pseudonyms)
        first = False
        yield _written(stripped, separator) + end


def _records(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Records with their line ends. A record goes on while a quote is open; if it is never closed, it is one line."""
    again: list[bytes] = []
    while True:
        line = again.pop() if again else next(lines, None)
        if line is None:
            return
        taken, length = [line], len(line)
        is_open = line.count(b'"') % 2 == 1
        while is_open and len(taken) <= LONGEST_RECORD_LINES and length < LONGEST_RECORD:
            following = again.pop() if again else next(lines, None)
            if following is None:
                break
            taken.append(following)
            length += len(following)
            is_open = (following.count(b'"') % 2 == 1) != is_open
        if is_open:
            again.extend(reversed(taken[1:]))
            yield line
        else:
            yield b"".join(taken)


def _fields(text: str, delimiter: str) -> list[bytes] | None:
    """The fields of a record; None if it cannot be read."""
    if text.count('"') % 2:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    return [each.encode("latin-1") for each in rows[0]] if len(rows) == 1 else None


def _written(fields: list[bytes], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    # With this line terminator, csv quotes only fields that hold a delimiter, a quote, or a line end.
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([each.decode("latin-1") for each in fields])
    return out.getvalue().removesuffix("\r\n").encode("latin-1")
