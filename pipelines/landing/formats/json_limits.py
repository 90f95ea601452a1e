"""Refuses JSON beyond anything that is meant, before a parser takes memory for it: too deep, or a value too large.

Nothing is parsed here. Documents are read in `fast_json.py`, `json_sections.py` and `json_lines.py`.
"""

from __future__ import annotations

import re
from typing import Protocol

import numpy as np

from pipelines.errors import DocumentError

DEEPEST = 1000
"""Levels. The deepest of Amazon's documents has fewer than twenty."""

LONGEST_VALUE = 1 << 22
"""Bytes of one element, line or text. Amazon's rows have some kilobytes, a crawled page with its reviews some hundred.
"""
MOST_PARTS = 100_000
"""Members and items of one value, at any depth. A parsed part takes up to 200 bytes, whatever its text is."""

# Possessive: of a text with many escapes, a pattern that may go back takes 60 bytes of memory for each.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
END_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BESIDE_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_PIECE = 1 << 17


class Source(Protocol):
    """What gives a document in blocks."""

    def read(self, size: int = -1) -> bytes:
        """The next block of bytes; b'' at the end."""


def too_deep() -> DocumentError:
    """The error for a document that is nested too deep."""
    return DocumentError(
        f"The document is nested deeper than {DEEPEST:,} levels, which no document of this kind is. Nothing of it was "
        "loaded. If it was downloaded by hand, see whether it is the right file.",
        kind="too_deep",
    )


def too_large() -> DocumentError:
    """The error for a document with a value that is too large."""
    return DocumentError(
        f"The document has a value (a row, or a text) of more than {LONGEST_VALUE >> 20} MB or {MOST_PARTS:,} parts, "
        "which no document of this kind has. Nothing of it was loaded. Look at it, and ask for it again; if it was "
        "downloaded by hand, see whether it is the right file.",
        kind="too_large",
    )


def is_too_large(value: bytes) -> bool:
    """Whether a value is too large to be parsed. value: its text."""
    return len(value) > LONGEST_VALUE or (len(value) > MOST_PARTS and parts_of(value) > MOST_PARTS)


def parts_of(value: bytes) -> int:
    """How many parts a value has, at least as many as objects are made of it. value: its text, even if it is cut off.

    >>> parts_of(b'{"a, b": [1, 2, {}]}')
    5
    """
    found = _marks(value)
    return found if found <= MOST_PARTS else _marks(STRING.sub(b"", value))


def _marks(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")


class Bounded:
    """A file-like object that gives a document as it is, in small pieces, for a parser that builds one element after
    the other.

    level: how many brackets are open around an element; what is open deeper for long is too large. None if the parser
    builds no elements; then only texts are limited. `read` raises DocumentError('too_deep' or 'too_large').
    """

    def __init__(self, source: Source, level: int | None = None) -> None:
        self._source = source
        self._level = level
        self._block = b""
        self._at = 0
        self._open = 0
        self._in_string = False
        self._last_escapes = False
        self._text = 0  # Bytes of the string that is not closed yet.
        self._size = self._parts = 0  # Since the last end of an element.

    def read(self, size: int = -1) -> bytes:
        """The next piece; b'' at the end, and if `size` is 0."""
        if size == 0:
            return self._source.read(0)
        if self._at >= len(self._block):
            self._block, self._at = self._source.read(size), 0
        piece = self._block[self._at : self._at + _PIECE]
        self._at += len(piece)
        outside = self._outside_strings(piece)
        if self._text > LONGEST_VALUE:
            raise too_large()
        self._measure(len(piece), outside)
        return piece

    def _outside_strings(self, block: bytes) -> bytes:
        """The block without what stands in strings."""
        if self._in_string:
            start = 1 if self._last_escapes and block else 0
            self._last_escapes = self._last_escapes and not block
            end = END_OF_STRING.match(block, start)
            if end is None:
                self._last_escapes = self._last_escapes or _ends_within_an_escape(block[start:])
                self._text += len(block)
                return b""
            block = block[end.end() :]
            self._in_string = False
            self._text = 0
        found = STRING.sub(b"", block)
        # all whole strings are gone, so that a mark that is left opens one that ends in a later block
        outside, mark, string = found.partition(b'"')
        if mark:
            self._in_string, self._last_escapes = True, _ends_within_an_escape(string)
            self._text = len(string)
        return outside

    def _measure(self, size: int, outside: bytes) -> None:
        brackets = outside.translate(None, _BESIDE_BRACKETS)
        shallowest = self._open
        if brackets:
            marks = np.frombuffer(brackets, np.uint8)
            opening = (marks == ord("[")) | (marks == ord("{"))
            levels = self._open + np.cumsum(np.where(opening, 1, -1))
            if levels.max() > DEEPEST:
                raise too_deep()
            shallowest = min(shallowest, int(levels.min()))
            self._open = max(0, int(levels[-1]))
        if self._level is None:
            return
        if shallowest <= self._level:
            self._size = self._parts = 0
            return
        self._size += size
        self._parts += _marks(outside)
        if self._size > LONGEST_VALUE or self._parts > MOST_PARTS:
            raise too_large()


def _ends_within_an_escape(text: bytes) -> bool:
    """Whether the text of a string ends with a backslash that belongs to the next character."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1
