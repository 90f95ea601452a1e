"""Personal fields out of tables whose fields may stand in quotes: CSV files, and Amazon's reports that quote.

Such a document is read record by record, as `careful_lines.py` reads it. Only a document that has personal fields comes
here; a record is then written anew, with quotes where they are needed. Of a record that cannot be read nothing is left:
where its fields begin and end nobody knows.
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
    """The blocks of a whole document, which are cut at line ends, without the layout's personal fields.

    The document's charset is one in which commas and quotes are the bytes that they are in ASCII. The first record is
    the header: nothing in it is hashed.
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
    """Records with their line ends. One goes on while a quote is open; one that never ends is its first line alone."""
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
    """The fields of a record; None where it cannot be read."""
    if text.count('"') % 2:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    return [each.encode("latin-1") for each in rows[0]] if len(rows) == 1 else None


def _written(fields: list[bytes], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    # only what stands in its own line end is quoted
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerow([each.decode("latin-1") for each in fields])
    return out.getvalue().removesuffix("\r\n").encode("latin-1")
