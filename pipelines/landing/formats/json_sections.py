"""The careful way to read JSON documents: streams a section's elements, each as JSON text with its exact numbers.

Characters that Postgres cannot hold (`\\u0000`, lone surrogates) become U+FFFD and are counted. `fast_json.py` is the
faster way, for documents of the expected form. Which elements are loaded is decided in `loading/copying.py`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ijson
import orjson

from pipelines.errors import DocumentError
from pipelines.landing.formats.charsets import REPLACEMENT
from pipelines.landing.formats.json_limits import MOST_PARTS, Bounded, too_large

# Matches an escape as a whole, so that the second backslash of `\\\\u0000` is not taken for the beginning of one.
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_UNFIT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})$")
_PERHAPS_UNFIT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_ESCAPE = 12
_LARGEST_NATIVE = 1 << 63


class MendedBytes:
    """A file-like object that gives a document's blocks as UTF-8 that Postgres can hold.

    mended: the number of characters replaced by U+FFFD so far.
    """

    def __init__(self, blocks: Iterable[bytes], charset: str = "utf-8") -> None:
        self._blocks = iter(blocks)
        self._decoder = codecs.getincrementaldecoder(charset)("replace")
        self._charset = charset
        self._last_bytes = b""
        self._rest = b""
        self._done = False
        self.mended = 0

    def read(self, size: int = -1) -> bytes:
        """The next block of bytes; b'' at the end.

        The block's length does not depend on `size`. Only if `size` is 0, the answer is b'' and nothing is read; ijson
        calls `read(0)` to learn the type.
        """
        if size == 0:
            return b""
        while not self._done:
            block = next(self._blocks, None)
            self._done = block is None
            data = self._rest + self._valid(block or b"")
            cut = len(data) if self._done else _safe_cut(data)
            data, self._rest = data[:cut], data[cut:]
            if data:
                return self._without_unfit(data)
        return b""

    def _valid(self, block: bytes) -> bytes:
        text = self._as_it_is(block)
        if text is None:
            decoded = self._decoder.decode(block, self._done)
            text = decoded.encode()
            self.mended += decoded.count(REPLACEMENT) - self._written_as_such(block)
        if b"\0" in text:
            self.mended += text.count(b"\0")
            text = text.replace(b"\0", REPLACEMENT.encode())
        return text

    def _as_it_is(self, block: bytes) -> bytes | None:
        """The block, if it is valid UTF-8, up to its last whole character; None if it has to be decoded."""
        pending, _ = self._decoder.getstate()
        if block.isascii() and not pending:
            return block
        if self._charset != "utf-8" or self._done:
            return None
        whole = pending + block
        cut = _whole_characters(whole)
        try:
            whole[:cut].decode()
        except UnicodeDecodeError:
            return None
        self._decoder.setstate((whole[cut:], 0))
        self._last_bytes = (self._last_bytes + block)[-2:]
        return whole[:cut]

    def _written_as_such(self, block: bytes) -> int:
        """The number of U+FFFD that the document itself has in this block, or across its beginning."""
        if self._charset != "utf-8":
            return 0
        data = self._last_bytes + block
        self._last_bytes = data[-2:]
        return data.count(REPLACEMENT.encode())

    def _without_unfit(self, data: bytes) -> bytes:
        if not _PERHAPS_UNFIT.search(data):
            return data

        def mend(found: re.Match[bytes]) -> bytes:
            escape = found.group()
            if len(escape) == 6 and _UNFIT.match(escape):
                self.mended += 1
                return b"\\ufffd"
            return escape

        return _ESCAPE.sub(mend, data)


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a section. value: parsed. text: as JSON in UTF-8."""

    value: Any
    text: bytes


def elements(source: MendedBytes, path: str) -> Iterator[Element]:
    """The elements of the array at an ijson path (`salesAndTrafficByDate.item`).

    Raises DocumentError('not_json', 'truncated', 'too_deep' or 'too_large').
    """
    try:
        for value in ijson.items(Bounded(source, path.count(".") + 1), path, use_float=False):
            yield Element(value, json_text(value))
    except ijson.JSONError as error:
        raise _unreadable(error) from None


def first_value(source: MendedBytes, path: str) -> Any:
    """The first value at a path, of an object's member; None if there is none. Raises DocumentError like `elements`."""
    builder, parts = ijson.ObjectBuilder(), 0
    try:
        for prefix, event, value in ijson.parse(Bounded(source), use_float=False):
            if not parts and prefix != path:
                continue
            parts += 1
            if parts > MOST_PARTS:
                raise too_large()
            builder.event(event, value)
            if prefix == path and event not in ("start_map", "start_array", "map_key"):
                return builder.value
    except ijson.JSONError as error:
        raise _unreadable(error) from None
    return None


def json_text(value: Any) -> bytes:
    """A value that ijson has parsed, as JSON text with its exact numbers.

    >>> json_text({"id": 2**70, "price": Decimal("1.10")})
    b'{"id":1180591620717411303424,"price":1.10}'
    """
    try:
        return orjson.dumps(value, default=_exact)
    except orjson.JSONEncodeError:
        return orjson.dumps(_with_fragments(value), default=_exact)


class KeySpotter:
    """Finds which of some keys occur anywhere in a JSON document, from its blocks, without parsing it."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._patterns = {key: re.compile(rb'"' + re.escape(key.encode()) + rb'"\s*:') for key in keys}
        self._overlap = max((len(key) for key in self._patterns), default=0) + 64
        self._tail = b""
        self.found: set[str] = set()

    def look(self, block: bytes) -> bytes:
        """Look for the keys in a block. Returns the block."""
        data = self._tail + block
        for key, pattern in self._patterns.items():
            if key not in self.found and pattern.search(data):
                self.found.add(key)
        self._tail = data[-self._overlap :]
        return block


def _exact(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)


def _with_fragments(value: Any) -> Any:
    """The value, with whole numbers beyond 64 bits replaced by their JSON text, because orjson refuses them."""
    if isinstance(value, dict):
        return {key: _with_fragments(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_fragments(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -_LARGEST_NATIVE <= value < _LARGEST_NATIVE:
        return orjson.Fragment(str(value))
    return value


def _whole_characters(data: bytes) -> int:
    """The length of the data without a UTF-8 character that its end cuts in two."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            return len(data) - back if back < (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) else len(data)
        if byte < 0x80:
            break
    return len(data)


def _safe_cut(data: bytes) -> int:
    """The last position at which the data can be cut without cutting an escape, or a pair of escapes, in two.

    data: must begin outside of an escape.
    """
    at = len(data)
    for _ in range(64):
        backslash = data.rfind(b"\\", max(0, at - _LONGEST_ESCAPE), at)
        if backslash < 0:
            return at
        at = backslash
    # The data ends with many escapes, so it is read from its beginning. An escape near the end may be the first of a
    # pair whose second one is in the next block.
    end = 0
    for found in _ESCAPE.finditer(data):
        if found.start() > len(data) - _LONGEST_ESCAPE:
            return found.start()
        end = found.end()
    return len(data) - (b"\\" in data[end:])


def _unreadable(error: Exception) -> DocumentError:
    said = " ".join(str(error).split())[:200]
    if "premature EOF" in said or "Incomplete" in said or "EOF" in said:
        return DocumentError(
            f"The document is cut off: its JSON ends before its end ({said}). Download it again.", kind="truncated"
        )
    return DocumentError(f"The document is no valid JSON ({said}). Download it again.", kind="not_json")
