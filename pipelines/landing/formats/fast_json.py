"""The fast way through a JSON document: a section's elements cut out of its text, none of them written anew.

A section is cut wherever the text that stands between its first two elements stands again. Each piece is parsed by
itself (orjson): if all of them are values, the cut was right, because JSON can be read in one way only. Where a piece
is none, its element is looked for bracket by bracket. Whatever is not as expected is a Miss, and `json_sections.py`
reads the document with ijson; that is also who says what is wrong with it. How rows reach the table is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.json_sections import MendedBytes

LONGEST_VALUE = 1 << 23
"""Bytes of one element, or of a value beside the section, beyond which a document goes the careful way."""

_MOST_ODD = 16
_SPACE = re.compile(rb"[ \t\r\n]*")
_BARE = re.compile(rb"[^ \t\r\n,\]}]*")
# strings as a whole, so that no bracket in one counts; a quote alone begins a string that goes on in the next block
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
# MendedBytes leaves no NUL in a document, so it can stand between elements until line ends inside them are spaces
_MARK = b"\0"
_LINES = bytes.maketrans(b"\0\n\r\t", b"\n   ")


@dataclass(frozen=True, slots=True)
class Batch:
    """Elements one after the other: as objects, whose numbers may be rounded, and as text, one line each."""

    values: list[dict[str, Any]]
    lines: bytes


def batches(source: MendedBytes, path: str, beside: dict[str, Any] | None = None) -> Iterator[Batch]:
    """The elements of the array at an ijson path (`item`, `salesAndTrafficByDate.item`), which must be objects.

    The document is read to its end. beside: is given the members beside the array as they are passed. Raises Miss,
    possibly after some batches, also where the array is not there.
    """
    text = _Text(source)
    if path == "item":
        yield from text.elements()
    else:
        yield from _members(text, path.removesuffix(".item"), {} if beside is None else beside)
    if text.peek():
        raise Miss("something stands behind the document's end")


def _members(text: _Text, wanted: str, beside: dict[str, Any]) -> Iterator[Batch]:
    """The elements of an object's member, wherever it stands."""
    text.take(b"{")
    found = False
    following = b","
    while following == b",":
        text.forget()
        key = _parsed(text.value(b'"'))
        text.take(b":")
        if key == wanted:
            found = True
            yield from text.elements()
        else:
            beside[key] = _parsed(text.value())
        following = text.peek()
        text.take(following if following in (b",", b"}") else b",")
    if not found:
        raise Miss(f"it has no {wanted}")


def _parsed(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Miss(f"a value cannot be parsed: {error}") from None


class _Text:
    """The document's text from `at` on, as far as it was read. Before `at` all was as it should be."""

    def __init__(self, source: MendedBytes) -> None:
        self._source = source
        self._data = b""
        self._at = 0

    def peek(self) -> bytes:
        """The next byte that is no white space; none at the end."""
        while (at := _end(_SPACE, self._data, self._at)) == len(self._data):
            if not self._more():
                self._at = len(self._data)
                return b""
        self._at = at
        return self._data[at : at + 1]

    def take(self, expected: bytes) -> None:
        """Step over a byte. Raises Miss where it is another one."""
        found = self.peek()
        if found != expected:
            raise Miss(f"{expected.decode()} expected, not {found.decode('latin-1') or 'the end'}")
        self._at += 1

    def value(self, opening: bytes = b"") -> bytes:
        """Step over a value, and return it; opening: what it must begin with."""
        found = self.peek()
        if not found or (opening and found != opening):
            raise Miss(f"a value expected, not {found.decode('latin-1') or 'the end'}")
        end = self._bracketed() if found in b'{["' else self._bare()
        value = self._data[self._at : end]
        self._at = end
        return value

    def elements(self) -> Iterator[Batch]:
        """Step over an array; its elements in batches. Raises Miss."""
        self.take(b"[")
        if self.peek() == b"]":
            self.take(b"]")
            return
        odd = 0
        while True:
            self.forget()
            # the last element of what was read, or one around which the text was cut at the wrong places
            element = self.value(b"{")
            yield Batch([_parsed(element)], element.translate(_LINES))
            end = self._at
            if self.peek() == b"]":
                self.take(b"]")
                return
            self.take(b",")
            self.peek()
            pieces, whole = self._pieces(self._data[end : self._at])
            if pieces.values:
                yield pieces
            odd += not whole
            if odd > _MOST_ODD:
                raise Miss("its elements hold what stands between them")

    def forget(self) -> None:
        """Drop the text before `at`."""
        self._data = self._data[self._at :]
        self._at = 0

    def _pieces(self, between: bytes) -> tuple[Batch, bool]:
        """The elements before the last of those read; whether all pieces of the text were elements."""
        last = self._data.rfind(b"}" + between + b"{", self._at)
        if last < 0:
            return Batch([], b""), True
        marked = self._data[self._at : last + 1].replace(b"}" + between + b"{", b"}" + _MARK + b"{")
        pieces = marked.split(_MARK)
        values: list[dict[str, Any]] = []
        try:
            for piece in pieces:
                values.append(orjson.loads(piece))
        except orjson.JSONDecodeError:
            marked = _MARK.join(pieces[: len(values)])
        count = len(values)
        self._at += sum(map(len, pieces[:count])) + count * len(between)
        return Batch(values, marked.translate(_LINES)), count == len(pieces)

    def _bracketed(self) -> int:
        """Where the string, array or object at `at` ends."""
        depth, done = 0, 0
        while True:
            for found in _TOKEN.finditer(self._data, self._at + done):
                token = found.group()
                if token == b'"':
                    break
                depth += (token in b"{[") - (token in b"}]")
                done = found.end() - self._at
                if depth <= 0:
                    return found.end()
            self._read_on()

    def _bare(self) -> int:
        """Where the number or word at `at` ends."""
        while (end := _end(_BARE, self._data, self._at)) == len(self._data):
            self._read_on()
        return end

    def _read_on(self) -> None:
        if len(self._data) - self._at > LONGEST_VALUE:
            raise Miss(f"a value is longer than {LONGEST_VALUE >> 20} MB")
        if not self._more():
            raise Miss("it ends within a value")

    def _more(self) -> bool:
        block = self._source.read()
        self._data += block
        return bool(block)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    found = pattern.match(data, at)
    assert found is not None
    return found.end()
