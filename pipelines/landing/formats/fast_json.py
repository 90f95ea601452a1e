"""The fast way to read a JSON document: it cuts a section's elements out of the text, without writing them anew.

The text between the first two elements (such as a comma and a line end) is taken for the separator, and the section is
cut at each of its occurrences. Each piece is parsed with orjson. If all pieces are values, the cuts were right, because
JSON can be read in one way only. If a piece is not a value, its element's end is found by counting brackets.

Anything unexpected raises `Miss`. The document is then read by `json_sections.py` with ijson, which also says what is
wrong with it. Rows are sent to Postgres in `loading/copying.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.json_limits import LONGEST_VALUE, MOST_PARTS, STRING, is_too_large, parts_of
from pipelines.landing.formats.json_sections import MendedBytes

_AT_ONCE = 1 << 18
"""Bytes of a batch. Parsed, the smallest elements take thirty times their text."""

# How often a cut may be wrong before the document is read the careful way.
_MOST_WRONG_CUTS = 16
_SPACE = re.compile(rb"[ \t\r\n]*")
_BARE = re.compile(rb"[^ \t\r\n,\]}]*")
# Strings are matched as a whole, so that brackets in them do not count. A lone quote begins a string that ends in the
# next block.
_TOKEN = re.compile(STRING.pattern + rb'|["\[\]{}]', re.DOTALL)
# NUL marks the cuts between elements, until line ends within elements are replaced by spaces. It cannot occur in the
# document, because MendedBytes replaces it.
_MARK = b"\0"
_LINES = bytes.maketrans(b"\0\n\r\t", b"\n   ")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some elements of a section. values: as objects, whose numbers may be rounded. lines: as text, one line each."""

    values: list[dict[str, Any]]
    lines: bytes


def batches(source: MendedBytes, path: str, beside: dict[str, Any] | None = None) -> Iterator[Batch]:
    """The elements of the array at an ijson path (`item`, `salesAndTrafficByDate.item`), which must be objects.

    The document is read to its end. beside: members beside the array are added to it when they are read. Raises Miss if
    something is not as expected or there is no such array, possibly after some batches were given.
    """
    text = _Text(source)
    if path == "item":
        yield from text.elements()
    else:
        yield from _members(text, path.removesuffix(".item"), {} if beside is None else beside)
    if text.peek():
        raise Miss("there is text after the document's end")


def _members(text: _Text, wanted: str, beside: dict[str, Any]) -> Iterator[Batch]:
    """The elements of an object's member with the name `wanted`."""
    text.take(b"{")
    found = False
    size = parts = 0
    following = b","
    while following == b",":
        text.forget()
        key = _parsed(text.value(b'"'))
        text.take(b":")
        if key == wanted:
            found = True
            yield from text.elements()
        else:
            value = text.value()
            size, parts = size + len(value), parts + parts_of(value)
            if size > LONGEST_VALUE or parts > MOST_PARTS:
                raise Miss("what stands beside its rows is too large to be held")
            beside[key] = _parsed(value)
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
    """The document's text as far as it was read. `_at` is the position up to which it was understood."""

    def __init__(self, source: MendedBytes) -> None:
        self._source = source
        self._data = b""
        self._at = 0

    def peek(self) -> bytes:
        """The next byte that is not white space; b'' at the end."""
        while (at := _end(_SPACE, self._data, self._at)) == len(self._data):
            if not self._more():
                self._at = len(self._data)
                return b""
        self._at = at
        return self._data[at : at + 1]

    def take(self, expected: bytes) -> None:
        """Step over this byte. Raises Miss if the next byte is another one."""
        found = self.peek()
        if found != expected:
            raise Miss(f"{expected.decode()} expected, not {found.decode('latin-1') or 'the end'}")
        self._at += 1

    def value(self, opening: bytes = b"") -> bytes:
        """Step over a value and return its text. opening: the byte with which it must begin. Raises Miss."""
        found = self.peek()
        if not found or (opening and found != opening):
            raise Miss(f"a value expected, not {found.decode('latin-1') or 'the end'}")
        end = self._bracketed() if found in b'{["' else self._bare()
        value = self._data[self._at : end]
        self._at = end
        return value

    def elements(self) -> Iterator[Batch]:
        """Step over an array and give its elements in batches. Raises Miss."""
        self.take(b"[")
        if self.peek() == b"]":
            self.take(b"]")
            return
        wrong = 0
        while True:
            self.forget()
            # The first element, the last one of a block, or one within which the text was cut wrongly.
            element = self.value(b"{")
            if is_too_large(element):
                raise Miss("an element is too large")
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
            wrong += not whole
            if wrong > _MOST_WRONG_CUTS:
                raise Miss("its elements contain the text that separates them")

    def forget(self) -> None:
        """Drop the text before `_at`."""
        self._data = self._data[self._at :]
        self._at = 0

    def _pieces(self, between: bytes) -> tuple[Batch, bool]:
        """Elements that were read, without the last, and whether all cuts between them were right."""
        last = self._data.rfind(b"}" + between + b"{", self._at, self._at + _AT_ONCE)
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
        """The position at which the string, array or object at `_at` ends."""
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
        """The position at which the number or word at `_at` ends."""
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
