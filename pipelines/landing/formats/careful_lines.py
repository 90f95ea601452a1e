"""The careful way to read delimited documents: line by line; each line is loaded, or rejected with a reason.

It reads any bytes, and gives the same rows as `fast_lines.py` for documents that both can read. Its input is what the
archive keeps, from which personal fields are removed already (`redact_lines.py`). Quotes are ordinary characters unless
the document is quoted. What becomes of rejected lines is decided in `loading/load_job.py`.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.landing.formats.charsets import decode
from pipelines.landing.formats.layout import Layout

LONGEST_RECORD_LINES = 200
LONGEST_RECORD = 1 << 20

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Row:
    """A line that is loaded.

    line: its number, counted from 1, which is the header. values: one for each field of the layout; '' if the line
    lacks it. bad: the number of characters that could not be decoded.
    """

    line: int
    values: list[str]
    bad: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that is not loaded. line, bad: as in `Row`. values: the fields that it has."""

    line: int
    values: list[str]
    reason: str
    bad: int


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a line. In a quoted document, a record may span several lines; `line` is then its first.

    problem: why the record cannot be read; '' if it can.
    """

    line: int
    values: list[str]
    bad: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CarefulLines:
    """Reads the lines of one document.

    is_placed: given the fields of a line that is too short, whether they are in their columns; None if its values do
    not show it. whole: every line of this feed has all fields, so a line that is too short is always rejected.
    """

    layout: Layout
    charset: str
    delimiter: str = "\t"
    quoted: bool = False
    is_placed: Callable[[list[str]], bool | None] = lambda values: None
    whole: bool = False

    def read(self, blocks: Iterator[bytes]) -> Iterator[Row | Reject]:
        """All lines after the header, in the document's order, without blank ones. blocks: cut at line ends."""
        lines = _lines(blocks, self.charset)
        next(lines, None)
        return self._judged(records(lines, self.delimiter, quoted=self.quoted))

    def _judged(self, records: Iterator[Record]) -> Iterator[Row | Reject]:
        """Decide on each record. A short one is held until the next is read, which may be its other half."""
        width = self.layout.width
        held: Record | None = None
        for record in records:
            if held is not None:
                if self._is_broken(held, record):
                    reason = f"a line end within a field broke the line in two (with line {record.line})"
                    yield self._reject(held, reason)
                    yield self._reject(record, reason.replace(str(record.line), str(held.line)))
                    held = None
                    continue
                yield self._short(held)
                held = None
            count = len(record.values)
            if record.problem:
                yield self._reject(record, record.problem)
            elif count == width:
                yield Row(record.line, record.values, record.bad)
            elif count > width:
                yield self._reject(record, f"it has {_fields(count - width)} more than the header")
            else:
                held = record
        if held is not None:
            yield self._short(held)

    def _is_broken(self, first: Record, second: Record) -> bool:
        """Whether two short lines are one line, broken by a line end in a field.

        They are if the second line's fields are not in their columns. If its values do not show that, they are if both
        together have all fields.
        """
        if second.problem or len(second.values) >= self.layout.width:
            return False
        placed = False if self.whole else self.is_placed(self._filled(second))
        if placed is None:
            return len(first.values) + len(second.values) - 1 == self.layout.width
        return not placed

    def _filled(self, record: Record) -> list[str]:
        return record.values + [""] * (self.layout.width - len(record.values))

    def _short(self, record: Record) -> Row | Reject:
        """Load a line that only lacks fields at its end; reject one whose fields are not in their columns."""
        values = self._filled(record)
        missing = _fields(self.layout.width - len(record.values))
        if self.whole:
            return self._reject(record, f"it has {missing} fewer than the header")
        if self.is_placed(values) is not False:
            return Row(record.line, values, record.bad)
        return self._reject(record, f"it has {missing} fewer than the header, and not only trailing ones")

    def _reject(self, record: Record, reason: str) -> Reject:
        return Reject(record.line, record.values, reason, record.bad)


def records(lines: Iterator[tuple[int, str, int]], delimiter: str, *, quoted: bool) -> Iterator[Record]:
    """The records in lines. lines: number, text, and number of undecodable characters. Blank lines are left out."""
    return _quoted_records(lines, delimiter) if quoted else _plain_records(lines, delimiter)


def _plain_records(lines: Iterator[tuple[int, str, int]], delimiter: str) -> Iterator[Record]:
    for number, text, bad in lines:
        if text.strip(" \r"):
            yield Record(number, text.split(delimiter), bad)


def _quoted_records(lines: Iterator[tuple[int, str, int]], delimiter: str) -> Iterator[Record]:
    """Records of quoted text: a record goes on while a quote is open.

    If the quote is not closed within LONGEST_RECORD_LINES, the record is the first line alone, with a problem.
    """
    again: deque[tuple[int, str, int]] = deque()
    while True:
        number, text, bad = again.popleft() if again else next(lines, (0, "", 0))
        if not number:
            return
        if not text.strip(" \r"):
            continue
        taken = [text]
        more: list[tuple[int, str, int]] = []
        length = len(text)
        open_quote = text.count('"') % 2 == 1
        while open_quote and len(more) < LONGEST_RECORD_LINES and length < LONGEST_RECORD:
            following = again.popleft() if again else next(lines, None)
            if following is None:
                break
            more.append(following)
            taken.append(following[1])
            length += len(following[1])
            open_quote = (following[1].count('"') % 2 == 1) != open_quote
        if open_quote:
            again.extendleft(reversed(more))
            yield Record(number, text.split(delimiter), bad, "a quote is opened and never closed")
            continue
        values, problem = _parsed("\n".join(taken), delimiter)
        yield Record(number, values, bad + sum(each[2] for each in more), problem)


def _parsed(record: str, delimiter: str) -> tuple[list[str], str]:
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter))
    except csv.Error as error:
        return record.split(delimiter), f"its quotes cannot be read ({error})"
    if len(rows) != 1:
        return record.split(delimiter), "a line end is between its fields"
    return rows[0], ""


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def copy_line(load_id: int, values: list[str]) -> str:
    """A row in COPY's text format, for a COPY in which empty text is null."""
    return f"{load_id}\t" + "\t".join(value.translate(_ESCAPES) for value in values) + "\n"


def split_header(text: str, delimiter: str, *, quoted: bool) -> list[str]:
    """The headers in a document's first line."""
    line = text.rstrip("\r\n")
    if quoted:
        try:
            return next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return line.split(delimiter)
    headers = line.split(delimiter)
    return [each.strip('"') for each in headers] if has_quoted_header(line, delimiter) else headers


def has_quoted_header(text: str, delimiter: str) -> bool:
    """Whether every header in a document's first line is in quotes."""
    headers = [each for each in text.rstrip("\r\n").split(delimiter) if each]
    return all(len(each) > 1 and each[0] == each[-1] == '"' for each in headers)


def _lines(blocks: Iterator[bytes], charset: str) -> Iterator[tuple[int, str, int]]:
    """Line number, text without line end, number of undecodable characters. blocks: as `line_blocks` gives them."""
    number = 0
    for block in blocks:
        for raw in io.BytesIO(block):
            number += 1
            yield number, *decode(raw.removesuffix(b"\n").removesuffix(b"\r"), charset)
