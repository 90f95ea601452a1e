"""Reads an archived document again, with other code than when it was loaded, and counts its rows and watched sums.

Tables are read with the csv module or by splitting lines, JSON with ijson. A document is streamed, whatever its size.
Only which column a header means is taken from `landing/formats/layout.py`, because that is not a question of reading.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

import ijson
import zstandard

from pipelines.errors import DocumentError
from pipelines.feeds import Feed, Section, column_name
from pipelines.landing.formats.layout import layout_of
from pipelines.landing.personal.columns import Judge
from pipelines.stores import PersonalChoice
from pipelines.verify.numbers import number
from pipelines.verify.watched import watched

if TYPE_CHECKING:
    from pipelines.landing.archive.store import Archive

_BLOCK = 1 << 16
_DELIMITERS = ("\t", ",", ";", "|")
NEVER_CLOSED = "never closed"
"""A text in the reason of a rejected line that opens a quote: only this line was rejected, not those after it."""


@dataclass
class Counted:
    """The rows of one section. empty: rows with blank fields only. sums, numbers: sum and count by watched field."""

    rows: int = 0
    empty: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, value: object) -> None:
        """Add the value of a watched field, if it is a number."""
        read = number(value)
        if read is not None:
            self.sums[name] = self.sums.get(name, Decimal(0)) + read
            self.numbers[name] = self.numbers.get(name, 0) + 1


@dataclass(frozen=True)
class Reading:
    """The result of reading a document.

    problem: why it cannot be read, or how it differs from the loaded one; '' if all is well. sections: by raw table.
    unread: the number of rejected lines or elements, which are not counted in the sections.
    """

    problem: str = ""
    sections: Mapping[str, Counted] = field(default_factory=dict)
    unread: int = 0


def read(
    archive: Archive, feed: Feed, path: str, sha256: str, charset: str, rejected: Mapping[int, str] | None = None
) -> Reading:
    """Read a document. rejected: number of a line or element -> reason, for those not loaded; they are left out."""
    try:
        with archive.open(path) as source:
            hashed = _Hashed(source)
            reading = _content(feed, hashed, charset, rejected or {})
            while hashed.read(_BLOCK):
                pass
    except FileNotFoundError:
        return Reading("its document is not in the archive")
    except zstandard.ZstdError:
        return Reading("its document is damaged in the archive")
    except OSError as error:
        return Reading(f"its document cannot be read from the archive ({error.strerror or error})")
    if hashed.digest() != sha256:
        return Reading("its document in the archive is not the one that was loaded (another sha256)")
    return reading


class _Hashed(io.RawIOBase):
    """A stream of a document's bytes that computes their sha256 while they are read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._source.read(len(buffer))
        self._hash.update(data)
        buffer[: len(data)] = data
        return len(data)

    def digest(self) -> str:
        return self._hash.hexdigest()


def _content(feed: Feed, source: _Hashed, charset: str, rejected: Mapping[int, str]) -> Reading:
    try:
        return _json(feed, source, charset, rejected) if feed.is_json else _table(feed, source, charset, rejected)
    except (csv.Error, ijson.JSONError, DocumentError, LookupError) as error:
        return Reading(f"its document cannot be read as {feed.title} any more ({error})")


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(feed: Feed, source: _Hashed, charset: str, rejected: Mapping[int, str]) -> Reading:
    section = feed.sections[0]
    buffered = io.BufferedReader(source, _BLOCK)
    text = io.TextIOWrapper(buffered, encoding=charset, errors="replace", newline="\n")
    lines = _Lines(text)
    header = next(lines, "").removeprefix("\ufeff")
    delimiter, headers, quoted = _header(feed, header)
    layout = layout_of(feed, section, headers, Judge(feed, PersonalChoice(everything=True)))
    places = {
        name: layout.columns.index(column_name(name))
        for name in watched(feed, section).sums
        if column_name(name) in layout.columns
    }
    counted = Counted()
    unread = 0
    for line, values in _records(lines, delimiter, quoted=quoted, rejected=rejected):
        if line in rejected:
            unread += 1
            continue
        counted.rows += 1
        counted.empty += not any(value.strip() for value in values)
        for name, place in places.items():
            if place < len(values):
                counted.add(name, values[place])
    text.detach()
    return Reading(sections={feed.table(section): counted}, unread=unread)


class _Lines(Iterator[str]):
    """A document's lines without their line ends. last: the number, from 1, of the line that was given last."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = iter(text)
        self._back: list[str] = []
        self.last = 0

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._text).removesuffix("\n").removesuffix("\r")
        self.last += 1
        return line

    def give_back(self, line: str) -> None:
        self._back.append(line)
        self.last -= 1


def _header(feed: Feed, line: str) -> tuple[str, list[str], bool]:
    """The delimiter, the headers, and whether fields may be in quotes."""
    delimiter = max(_DELIMITERS, key=lambda each: (line.count(each), each == feed.delimiter))
    if not line.count(delimiter):
        delimiter = feed.delimiter
    plain = line.split(delimiter)
    in_quotes = all(len(each) > 1 and each[0] == each[-1] == '"' for each in plain if each)
    quoted = feed.quoting == "standard" or delimiter != "\t" or (feed.quoting == "as header" and in_quotes)
    if quoted:
        return delimiter, next(csv.reader([line], delimiter=delimiter), []), True
    return delimiter, [each.strip('"') for each in plain] if in_quotes else plain, False


def _records(
    lines: _Lines, delimiter: str, *, quoted: bool, rejected: Mapping[int, str]
) -> Iterator[tuple[int, list[str]]]:
    """Each record: the number of its first line, and its fields. Blank lines are left out."""
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter)
    for line in lines:
        number_of_line = lines.last
        if not line.strip(" \r"):
            continue
        if not quoted or NEVER_CLOSED in rejected.get(number_of_line, ""):
            yield number_of_line, line.split(delimiter)
            continue
        lines.give_back(line)
        try:
            yield number_of_line, next(reader)
        except csv.Error:
            if number_of_line not in rejected:
                raise
            yield number_of_line, []


# --- JSON ------------------------------------------------------------------------------------------------------------


def _json(feed: Feed, source: _Hashed, charset: str, rejected: Mapping[int, str]) -> Reading:
    """Read all sections in one pass over the document's events. A section is recognised by its path."""
    paths = {section.path: section for section in feed.sections}
    sections = {feed.table(section): Counted() for section in feed.sections}
    met = dict.fromkeys(paths, 0)
    unread = 0
    events = ijson.parse(_Utf8(source, charset), multiple_values=feed.format == "jsonl")
    if feed.format == "jsonl":
        elements: Iterator[tuple[Section, Any]] = ((paths["item"], value) for value in ijson.items(events, ""))
    else:
        elements = _elements(events, paths)
    for section, value in elements:
        met[section.path] += 1
        if not isinstance(value, dict) or (len(paths) == 1 and met[section.path] in rejected):
            unread += 1
            continue
        counted = sections[feed.table(section)]
        counted.rows += 1
        for name in watched(feed, section).sums:
            counted.add(name, _at(value, name))
    return Reading(sections=sections, unread=unread)


def _elements(events: Iterable[tuple[str, str, Any]], paths: Mapping[str, Section]) -> Iterator[tuple[Section, Any]]:
    """The elements of the arrays at the sections' paths, each with its section."""
    builder: ijson.ObjectBuilder | None = None
    current = ""
    depth = 0
    for path, event, value in events:
        if builder is None:
            if path not in paths or event in ("end_map", "end_array"):
                continue
            builder, current, depth = ijson.ObjectBuilder(), path, 0
        builder.event(event, value)
        depth += {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}.get(event, 0)
        if depth == 0:
            yield paths[current], builder.value
            builder = None


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


class _Utf8:
    """A document as valid UTF-8 without a byte order mark, because ijson reads nothing else."""

    def __init__(self, source: _Hashed, charset: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(charset)("replace")
        self._first = True

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        while True:
            block = self._source.read(_BLOCK) or b""
            text = self._decoder.decode(block, not block)
            if self._first and text:
                text, self._first = text.removeprefix("\ufeff"), False
            if text or not block:
                return text.encode("utf-8", "replace")
