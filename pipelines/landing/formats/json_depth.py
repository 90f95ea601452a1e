"""Refuses JSON that is nested deeper than any document that is meant, before a parser takes memory for each level."""

from __future__ import annotations

import re
from typing import Protocol

from pipelines.errors import DocumentError

DEEPEST = 1000
"""Levels. The deepest of Amazon's documents has fewer than twenty."""

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_END_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BESIDE_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


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


class Shallow:
    """A file-like object that gives a document's blocks as they are. `read` raises DocumentError('too_deep') as soon as
    so many brackets are open within each other, which is seen without parsing.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open = 0
        self._in_string = False
        self._last_escapes = False

    def read(self, size: int = -1) -> bytes:
        """The next block of bytes; b'' at the end."""
        block = self._source.read(size)
        self._count(self._outside_strings(block).translate(None, _BESIDE_BRACKETS))
        return block

    def _outside_strings(self, block: bytes) -> bytes:
        """The block without what stands in strings."""
        if self._in_string:
            start = 1 if self._last_escapes and block else 0
            self._last_escapes = self._last_escapes and not block
            end = _END_OF_STRING.match(block, start)
            if end is None:
                self._last_escapes = self._last_escapes or _ends_within_an_escape(block[start:])
                return b""
            block = block[end.end() :]
            self._in_string = False
        found = _STRING.sub(b"", block)
        # all whole strings are gone, so that a mark that is left opens one that ends in a later block
        outside, mark, string = found.partition(b'"')
        if mark:
            self._in_string, self._last_escapes = True, _ends_within_an_escape(string)
        return outside

    def _count(self, brackets: bytes) -> None:
        if self._open + len(brackets) > DEEPEST:
            for _ in range(DEEPEST + 1):  # each turn takes away the innermost level
                outer = brackets.replace(b"[]", b"").replace(b"{}", b"")
                if len(outer) == len(brackets):
                    break
                brackets = outer
            else:
                raise too_deep()
        closed = len(brackets.translate(None, b"[{"))
        self._open = max(0, self._open - closed) + len(brackets) - closed
        if self._open > DEEPEST:
            raise too_deep()


def _ends_within_an_escape(text: bytes) -> bool:
    """Whether the text of a string ends with a backslash that belongs to the next character."""
    return (len(text) - len(text.rstrip(b"\\"))) % 2 == 1
