"""The fast way to read delimited documents: whole blocks of lines are checked and rewritten without parsing lines.

A block is well-formed if it has no NUL, no carriage return within a line, and in every line as many fields as the
header. From it two blocks are made. The first is what the archive keeps: personal fields are cut out or hashed. The
second is for COPY: the same in UTF-8 and in COPY's text format, which costs the server a tenth less than CSV. For a
block that is not well-formed, `Miss` is raised, and the document is read line by line (`careful_lines.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from pipelines.landing.formats.charsets import is_line_safe
from pipelines.landing.formats.layout import Layout
from pipelines.landing.formats.redact_lines import RETURN, Bytes, Hashes, Positions, edits_of, field_ends, rewrite

# Date-times are collected to ten minutes only. That is enough to know their marketplace day, since every marketplace's
# day begins at a full ten minutes.
_PREFIX = 15  # `2026-03-01T23:3`
_SECONDS = 4  # `4:59`
_SUFFIX = 6  # `+00:00`
_MOST_TIMES, _MOST_OFFSETS = 50_000, 100
_MOST_TEXTS, _MOST_BYTES_OF_TEXTS = 50_000, 1 << 24


class Miss(Exception):
    """The document cannot be read the fast way. encoding: because its bytes are not in the assumed charset."""

    def __init__(self, reason: str, *, encoding: bool = False) -> None:
        super().__init__(reason)
        self.encoding = encoding


class Rewritten(NamedTuple):
    """A rewritten block. archived: for the archive. copied: for COPY. lines: the number of its lines."""

    archived: bytes
    copied: bytes
    lines: int


@dataclass
class FastLines:
    """Rewrites the blocks of one document, one after the other.

    layout: its fields. charset: what it is decoded from. quoted: all fields may be in double quotes.
    watched: positions of fields whose different values are collected in `values`. times: positions of date-times that
    are collected in `times_seen`, to ten minutes. Each is collected once, even if the caller removes it from there.
    pseudonyms: the hashes of the fields that the layout lists as hashed.
    """

    layout: Layout
    charset: str
    quoted: bool = False
    watched: tuple[int, ...] = ()
    times: tuple[int, ...] = ()
    pseudonyms: Hashes | None = None
    values: dict[int, set[bytes]] = field(default_factory=dict)
    times_seen: dict[int, set[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not is_line_safe(self.charset):
            raise Miss(f"lines cannot be cut in {self.charset} bytes")
        if self.layout.width == 1:
            raise Miss("a single column, in which a blank line would be a row")
        self._edits = edits_of(self.layout)
        self._texts = _Texts(self.charset)
        self._foreign = np.zeros(self.layout.width - len(self.layout.personal), bool)
        self._times: dict[bytes, set[bytes]] = {}
        self.values = {position: set() for position in self.watched}
        self.times_seen = {position: set() for position in self.times}

    def rewrite(self, block: bytes) -> Rewritten:
        """Rewrite a block of whole lines; the document's last line may lack its line end. Raises Miss."""
        if b"\0" in block:
            raise Miss("a NUL")
        whole = block
        block, ending = _usual_end(block)
        if not block:
            return Rewritten(whole, b"", 0)
        if self.quoted:
            block = self._unquoted(block)
        data = np.frombuffer(block, np.uint8)
        ends = field_ends(data, self.layout.width)
        if ends is None:
            raise Miss("a line with another number of fields")
        self._collect(block, data, ends)
        returns = _returns_at_ends(data, ends)
        if self._edits:
            block = rewrite(block, data, ends, self._edits, self.pseudonyms)
            whole = block if ending is None else block[:-1] + ending
        if returns:
            block = block.replace(b"\r", b"")
        # Backslashes are escaped after decoding: in some charsets, that byte is also half of another character.
        return Rewritten(whole, self._decoded(block).replace(b"\\", b"\\\\"), len(ends))

    def _unquoted(self, block: bytes) -> bytes:
        """The block without quotes, if every field is in quotes or there are none. Raises Miss otherwise."""
        quotes = block.count(b'"')
        if not quotes:
            return block
        lines = block.count(b"\n")
        inner = block.count(b'"\t"')
        line_ends = block.count(b'"\r\n"') + block.count(b'"\n"')
        fields = lines * self.layout.width
        if (
            quotes != 2 * fields
            or inner != fields - lines
            or line_ends != lines - 1
            or not block.startswith(b'"')
            or not block.endswith((b'"\n', b'"\r\n'))
        ):
            raise Miss("quotes that are not simply round every field")
        return block.replace(b'"', b"")

    def _collect(self, block: bytes, data: Bytes, ends: Positions) -> None:
        for position in self.watched:
            starts, stops = _bounds(ends, position)
            self.values[position].update(_different(block, data, starts, stops))
        for position in self.times:
            starts, stops = _bounds(ends, position)
            self.times_seen[position].update(_times(block, data, starts, stops, self._times))

    def _decoded(self, block: bytes) -> bytes:
        """The block in UTF-8. If the charset is UTF-8 it is not checked here, because COPY refuses invalid bytes."""
        if self.charset == "utf-8" or block.isascii():
            return block
        try:
            if self.charset.startswith("cp12") or self.charset.startswith("iso8859"):
                return block.decode(self.charset).encode()
            return self._decoded_fields(block)
        except UnicodeDecodeError as error:
            raise Miss(f"not {self.charset}: {error.reason}", encoding=True) from None

    def _decoded_fields(self, block: bytes) -> bytes:
        """Decode only columns with characters beyond ASCII, and equal fields once, because large codecs are slow."""
        data = np.frombuffer(block, np.uint8)
        ends = field_ends(data, self.layout.width - len(self.layout.personal))
        assert ends is not None  # the block was proved before it was cut
        decoded = self._decoded_columns(block, ends)
        if decoded is None:  # In this block, another column has its first field beyond ASCII.
            begins = np.concatenate(([0], ends.ravel()[:-1] + 1))
            self._foreign |= np.maximum.reduceat(data, begins).reshape(ends.shape).max(axis=0) > 127
            decoded = self._decoded_columns(block, ends)
            assert decoded is not None
        return decoded

    def _decoded_columns(self, block: bytes, ends: Positions) -> bytes | None:
        """The block with the columns of `_foreign` decoded; None if another column has characters beyond ASCII."""
        if len(self._texts) > _MOST_TEXTS or self._texts.size > _MOST_BYTES_OF_TEXTS:
            self._texts = _Texts(self.charset)
        flat = ends.ravel()
        chosen = np.flatnonzero(np.tile(self._foreign, len(ends)))
        starts, stops = (np.where(chosen > 0, flat[chosen - 1] + 1, 0)).tolist(), flat[chosen].tolist()
        between = [block[i:j] for i, j in zip([0, *stops], [*starts, len(block)], strict=True)]
        if not b"".join(between).isascii():
            return None
        pieces = [b""] * (2 * len(starts) + 1)
        pieces[0::2] = between
        pieces[1::2] = map(self._texts.__getitem__, [block[i:j] for i, j in zip(starts, stops, strict=True)])
        return b"".join(pieces)


class _Texts(dict[bytes, bytes]):
    """A cache: a field's bytes in the document -> in UTF-8. A field is decoded when it is asked for first.

    size: of all fields, in bytes.
    """

    def __init__(self, charset: str) -> None:
        super().__init__()
        self._charset = charset
        self.size = 0

    def __missing__(self, raw: bytes) -> bytes:
        text = self[raw] = raw.decode(self._charset).encode()
        self.size += len(raw) + len(text)
        return text


def _usual_end(block: bytes) -> tuple[bytes, bytes | None]:
    """The block with exactly one line end at its end, and the bytes that were there; None if they were one line end."""
    body = block.rstrip(b"\r\n")
    ending = block[len(body) :]
    if ending in (b"\n", b"\r\n"):
        return block, None
    if not re.fullmatch(rb"(\r?\n)*", ending):
        raise Miss("a carriage return within a line")
    return (body + b"\n" if body else b""), ending


def _returns_at_ends(data: Bytes, ends: Positions) -> bool:
    """Whether lines end with a carriage return before the newline. Raises Miss if there is one elsewhere."""
    returns = np.count_nonzero(data == RETURN)
    if not returns:
        return False
    if np.count_nonzero(data[ends[:, -1] - 1] == RETURN) != returns:
        raise Miss("a carriage return within a line")
    return True


def _bounds(ends: Positions, position: int) -> tuple[Positions, Positions]:
    """The positions at which a field begins and ends in each line."""
    if position:
        return ends[:, position - 1] + 1, ends[:, position]
    starts = np.empty(len(ends), np.intp)
    starts[:1] = 0
    starts[1:] = ends[:-1, -1] + 1
    return starts, ends[:, 0]


def _all_are(text: bytes, data: Bytes, starts: Positions) -> bool:
    """Whether these bytes are at all these positions."""
    return bool((data.take(starts[:, None] + np.arange(len(text))) == np.frombuffer(text, np.uint8)).all())


def _different(block: bytes, data: Bytes, starts: Positions, stops: Positions) -> set[bytes]:
    """The different values of a field. It is quick if all lines have the same value."""
    first = block[starts[0] : stops[0]]
    if (stops - starts == len(first)).all() and _all_are(first, data, starts):
        return {first}
    return {block[i:j] for i, j in zip(starts.tolist(), stops.tolist(), strict=True)}


def _times(
    block: bytes, data: Bytes, starts: Positions, stops: Positions, known: dict[bytes, set[bytes]]
) -> set[bytes]:
    """The new values of a field of ISO date-times, cut to ten minutes, such as `2026-03-01T23:30+00:00`.

    If the block's values have different lengths or offsets, they are returned as they are. known: offset -> values seen
    before; new ones are added. If they are more than a year has, all are forgotten, and returned once more.
    """
    lengths = stops - starts
    offset = block[stops[0] - _SUFFIX : stops[0]]
    if (lengths == _PREFIX + _SECONDS + _SUFFIX).all() and _all_are(offset, data, stops - _SUFFIX):
        times = {block[i:j] for i, j in zip(starts.tolist(), (starts + _PREFIX).tolist(), strict=True)}
        if len(known) > _MOST_OFFSETS:
            known.clear()
        before = known.setdefault(offset, set())
        if len(before) > _MOST_TIMES:
            before.clear()
        new = times - before
        before |= new
        return {time + b"0" + offset for time in new}
    return {block[i:j] for i, j in zip(starts.tolist(), stops.tolist(), strict=True)}
