"""Rewrites tables in another notation to the feed's own: other delimiters, quotes, a spreadsheet's first line, dates.

Seller Central offers reports as CSV, and Excel saves them with the separator of the user's country. Such a document is
rewritten while it streams in, so that the archive and all later steps read one notation only. The notation is
recognised from the header line alone, never from data. Pure functions, and a generator over bytes. Headers are
recognised in `header_names.py`, dates read in `written_dates.py`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.feeds import Feed
from pipelines.landing.formats.careful_lines import Record, has_quoted_header, records, split_header
from pipelines.landing.formats.header_names import fit

DELIMITERS = ("\t", ",", ";", "|")
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LONGEST_RECORD_LINES = 200
_BREAKS = re.compile(r"[\t\r\n]+")
_BLOCK = 1 << 17
# Bytes are read as latin-1, whatever the document's charset: delimiters, quotes and line ends are the same bytes in
# every charset whose bytes can be cut into lines.
_BYTES = "latin-1"

Dates = Mapping[int, Callable[[str], str]]
"""Position of a field with dates -> a function that rewrites its values in the feed's own format."""


@dataclass(frozen=True, slots=True)
class Notation:
    """How a document is written.

    quoted: fields may be in double quotes. skip: number of lines before the header. perhaps: only some fields may be in
    quotes, as spreadsheets write them; other quotes are ordinary characters.
    """

    delimiter: str = "\t"
    quoted: bool = False
    skip: int = 0
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class Rewriting:
    """How a document is to be rewritten.

    notation: the document's. delimiter, quoted: those of the result. dates: see `Dates`.
    """

    notation: Notation
    delimiter: str
    quoted: bool
    dates: Dates = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether the result differs from the document."""
        same = (self.notation.delimiter, self.notation.quoted) == (self.delimiter, self.quoted)
        return not same or bool(self.notation.skip or self.dates)


def header_of(lines: list[str]) -> tuple[int, str]:
    """The number of lines before the header, and its text. Such lines are blank, or a spreadsheet's `sep=;`."""
    for number, line in enumerate(lines):
        if line.strip(" \r") and not _SEPARATOR.fullmatch(line.strip()):
            return number, line
    return 0, lines[0] if lines else ""


def notation_of(feed: Feed, lines: list[str], *, spreadsheet: bool = False) -> Notation:
    """The notation in which the feed knows the most headers; the feed's own, if no other is better.

    lines: the document's first lines. spreadsheet: the document's charset shows that a spreadsheet has saved it. In
    such a document, fields may be in quotes even if they are separated by tabs. So they may where the header is of a
    single column, which shows no delimiter: the document may be a CSV.

    >>> from pipelines.feeds import FEEDS
    >>> notation_of(FEEDS["amazon_sp.customer_returns"], ["sep=;", "return-date;order-id;sku;quantity"]).delimiter
    ';'
    """
    skip, header = header_of(lines)
    own = is_quoted(feed, header)
    written = own or _has_quotes(header, feed.delimiter)
    perhaps = not written and (spreadsheet or not any(each in header for each in DELIMITERS))
    usual = Notation(feed.delimiter, written or perhaps, skip, perhaps=perhaps)
    named = next((found[1] for line in lines[:skip] if (found := _SEPARATOR.fullmatch(line.strip()))), None)
    if named is not None:
        return Notation(named, True, skip)
    first = fit(feed, headers_in(header, usual))
    if first.known > 1 and not first.missing:
        return usual
    best, most = usual, first.known
    for delimiter in DELIMITERS:
        if delimiter == feed.delimiter:
            continue
        other = Notation(delimiter, True, skip)
        known = _known(feed, header, other)
        if known > most:
            best, most = other, known
    return best


def headers_in(header: str, notation: Notation) -> list[str]:
    """The fields of a header line, without empty ones at its end, which spreadsheets leave there."""
    return _trimmed(split_header(header, notation.delimiter, quoted=notation.quoted), notation)


def rewriting_of(feed: Feed, header: str, notation: Notation) -> Rewriting:
    """The rewriting of a document to the feed's own notation."""
    quoted = is_quoted(feed, header) if notation.delimiter == feed.delimiter else feed.quoting == "standard"
    return Rewriting(notation, feed.delimiter, quoted)


def rewritten(blocks: Iterator[bytes], rewriting: Rewriting) -> Iterator[bytes]:
    """The rewritten document, in blocks. blocks: the document, cut at line ends as `line_blocks` gives it.

    A line end or tab within a field becomes a space. Lines keep their numbers, counted from the header: if lines are
    joined, blank lines are added. A record whose quotes are never closed gets one field too many, so that it is
    rejected later.
    """
    if not rewriting.changes:
        yield from blocks
        return
    notation = rewriting.notation
    out: list[str] = []
    size = width = 0
    line = notation.skip + 1
    lines = _lines(blocks, notation.skip)
    for record in (
        _perhaps_quoted(lines, notation.delimiter)
        if notation.perhaps
        else records(lines, notation.delimiter, quoted=notation.quoted)
    ):
        values = record.values
        if not width:
            values = _trimmed(values, notation)
            width = len(values)
        elif notation.delimiter != "\t" and not any(map(str.strip, values)):
            continue  # An empty row of a spreadsheet.
        else:
            values = _fields(record, width, rewriting.dates)
        for missing in range(record.line - line, 0, -_BLOCK):
            if missing > _BLOCK:
                yield "".join([*out, "\n" * _BLOCK]).encode(_BYTES)
                out, size = [], 0
            else:
                out.append("\n" * missing)
        out.append(_written(values, rewriting))
        line = record.line + 1
        size += len(out[-1])
        if size > _BLOCK:
            yield "".join(out).encode(_BYTES)
            out, size = [], 0
    if out:
        yield "".join(out).encode(_BYTES)


def widest(lines: list[str]) -> Notation:
    """The notation of an unknown document: the line and the delimiter that give the most fields."""
    found = [
        (-len(split_header(line, delimiter, quoted=True)), number, DELIMITERS.index(delimiter))
        for number, line in enumerate(lines)
        for delimiter in DELIMITERS
    ]
    _, number, delimiter = min(found, default=(0, 0, 0))
    return Notation(DELIMITERS[delimiter], DELIMITERS[delimiter] != "\t", number)


def values_at(blocks: Iterator[bytes], delimiter: str, quoted: bool, positions: tuple[int, ...]) -> Iterator[list[str]]:
    """The fields at these positions in each record after the header; '' if a record is too short."""
    found = records(_lines(blocks, 0), delimiter, quoted=quoted)
    next(found, None)
    for record in found:
        yield [record.values[i].strip() if i < len(record.values) else "" for i in positions]


def _perhaps_quoted(lines: Iterator[tuple[int, str, int]], delimiter: str) -> Iterator[Record]:
    """The records of a spreadsheet's tab-separated text. Lines are joined only if they have all fields together."""
    width = 0
    again: deque[tuple[int, str, int]] = deque()
    while line := again.popleft() if again else next(lines, None):
        number, text, bad = line
        values = text.split(delimiter)
        width = width or len(values)
        taken = [line]
        while len(values) < width and '"' in text and len(taken) < _LONGEST_RECORD_LINES:
            following = again.popleft() if again else next(lines, None)
            if following is None:
                break
            taken.append(following)
            joined = _one_record("\n".join(each[1] for each in taken), delimiter)
            if len(joined) == width:
                values, taken = joined, []
        again.extendleft(reversed(taken[1:]))
        if any(map(str.strip, values)):
            yield Record(number, [_unquoted(each) for each in values], bad)


def _one_record(text: str, delimiter: str) -> list[str]:
    """The fields of lines that are one record by their quotes; an empty list if they are not."""
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def _unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if _QUOTED.fullmatch(value) else value


def _trimmed(headers: list[str], notation: Notation) -> list[str]:
    if notation.delimiter != "\t":
        while len(headers) > 1 and not headers[-1].strip():
            headers.pop()
    return headers


def _fields(record: Record, width: int, dates: Dates) -> list[str]:
    values = record.values
    if record.problem:
        return values + [""] * (width + 1 - len(values))
    while len(values) > width and not values[-1].strip():
        values.pop()
    for position, written in dates.items():
        if position < len(values):
            values[position] = written(values[position])
    return values


def _written(values: list[str], rewriting: Rewriting) -> str:
    plain = [_BREAKS.sub(" ", value) for value in values]
    if not rewriting.quoted:
        return rewriting.delimiter.join(plain) + "\n"
    text = io.StringIO()
    csv.writer(text, delimiter=rewriting.delimiter, lineterminator="\n").writerow(plain)
    return text.getvalue()


def _lines(blocks: Iterator[bytes], skip: int) -> Iterator[tuple[int, str, int]]:
    number = 0
    for block in blocks:
        for raw in io.BytesIO(block):
            number += 1
            if number > skip:
                yield number, raw.removesuffix(b"\n").removesuffix(b"\r").decode(_BYTES), 0


def is_quoted(feed: Feed, header: str) -> bool:
    """Whether a document with this header has its fields in quotes in the feed's own notation."""
    return feed.quoting == "standard" or (feed.quoting == "as header" and has_quoted_header(header, feed.delimiter))


def _has_quotes(header: str, delimiter: str) -> bool:
    return any(len(each) > 1 and each[0] == each[-1] == '"' for each in header.rstrip("\r\n").split(delimiter))


def _known(feed: Feed, header: str, notation: Notation) -> int:
    return fit(feed, headers_in(header, notation)).known
