"""Removes personal fields from a table's bytes, before the document is archived or read otherwise.

A field is cut out, or replaced by a keyed hash (`personal/pseudonyms.py`). The layout says which fields (`layout.py`).
Blocks of well-formed lines are rewritten as a whole, with numpy. A block with any other line is rewritten line by line;
for well-formed lines the result is the same. Tables whose fields may be in quotes are handled by `redact_quoted.py`,
JSON by `redact_json.py`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.landing.formats.layout import Layout
from pipelines.landing.formats.streams import small_blocks

TAB, NEWLINE, RETURN = 9, 10, 13
BLANKED = b"[removed]"

Positions = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]
Hashes = Mapping[bytes, bytes]


class Edit(NamedTuple):
    """Adjacent fields, from position `first` to `last`, that are cut out with one tab; or one field that is hashed."""

    first: int
    last: int
    hashed: bool = False


Edits = tuple[Edit, ...]


def strip_personal(
    blocks: Iterable[bytes],
    layout: Layout,
    is_placed: Callable[[list[str]], bool | None],
    pseudonyms: Hashes | None = None,
    delimiter: bytes = b"\t",
) -> Iterator[bytes]:
    """The document without the layout's personal fields. blocks: the whole document, cut at line ends.

    The number of lines stays the same. The first line is the header, in which nothing is hashed. pseudonyms: field ->
    its hash. is_placed: whether the fields of a line that is too short are in their columns (see `careful_lines.py`).
    If they are not, or the line has too many fields, a personal field may be some columns away from its own. All fields
    that it may be are then replaced by BLANKED.
    """
    edits = edits_of(layout)
    header = True
    for each in blocks:
        block = each
        if not edits:
            yield block
            continue
        if header:
            header = False
            line, newline, block = block.partition(b"\n")
            yield strip_line(line + newline, replace(layout, hashed=()), is_placed, pseudonyms, delimiter)
            if not block:
                continue
        data = np.frombuffer(block, np.uint8)
        ends = field_ends(data, layout.width) if delimiter == b"\t" and block.endswith(b"\n") else None
        if ends is not None:
            yield rewrite(block, data, ends, edits, pseudonyms)
            continue
        for small in small_blocks([block]):
            yield b"".join(strip_line(line, layout, is_placed, pseudonyms, delimiter) for line in lines_of(small))


def field_ends(data: Bytes, width: int) -> Positions | None:
    """The position of the separator after each field, one row per line; None unless each line has `width` fields.

    data: whole lines, each with its line end.
    """
    newlines = data == NEWLINE
    separators = np.flatnonzero(newlines | (data == TAB))
    lines = np.count_nonzero(newlines)
    if len(separators) != lines * width:
        return None
    ends = separators.reshape(lines, width)
    # There are as many newlines as lines, so if each line ends with one, there is none within a line.
    return ends if newlines[ends[:, -1]].all() else None


def rewrite(block: bytes, data: Bytes, ends: Positions, edits: Edits, pseudonyms: Hashes | None) -> bytes:
    """The block after these edits, of which there must be at least one. ends: as `field_ends` gives them."""
    lines, last = ends.shape[0], ends.shape[1] - 1
    starts = np.empty((lines, len(edits)), np.intp)
    stops = np.empty((lines, len(edits)), np.intp)
    for i, (first, final, hashed) in enumerate(edits):
        if final == last and first and not hashed:  # At a line's end, the tab before the fields is cut out.
            starts[:, i] = ends[:, first - 1]
        elif first:
            starts[:, i] = ends[:, first - 1] + 1
        else:
            starts[0, i] = 0
            starts[1:, i] = ends[:-1, last] + 1
        if final == last:
            stops[:, i] = ends[:, last] - (data[ends[:, last] - 1] == RETURN)
        else:
            stops[:, i] = ends[:, final] + (not hashed)
    chosen = [i for i, edit in enumerate(edits) if edit.hashed]
    if not chosen or pseudonyms is None:
        return _without(data, starts.ravel(), stops.ravel())
    begins = [0, *stops.ravel().tolist()]
    finishes = [*starts.ravel().tolist(), len(block)]
    kept = [block[i:j] for i, j in zip(begins, finishes, strict=True)]
    pieces = [b""] * (2 * len(kept) - 1)
    pieces[0::2] = kept
    for i in chosen:
        fields = [block[j:k] for j, k in zip(starts[:, i].tolist(), stops[:, i].tolist(), strict=True)]
        pieces[2 * i + 1 :: 2 * len(edits)] = map(pseudonyms.__getitem__, fields)
    return b"".join(pieces)


def _without(data: Bytes, starts: Positions, stops: Positions) -> bytes:
    """The bytes without these ranges. They are masked, which is faster than joining thousands of slices."""
    lengths = stops - starts
    before = np.cumsum(lengths) - lengths
    kept = np.ones(len(data), bool)
    kept[np.repeat(starts - before, lengths) + np.arange(lengths.sum())] = False
    return data[kept].tobytes()


def edits_of(layout: Layout) -> Edits:
    """The edits for each line, in the order of its fields.

    >>> [tuple(edit) for edit in edits_of(Layout(tuple("abcde"), tuple("abcde"), (0, 1, 3), (), hashed=(2,)))]
    [(0, 1, False), (2, 2, True), (3, 3, False)]
    """
    runs: list[Edit] = []
    for position in layout.personal:
        if runs and runs[-1].last == position - 1:
            runs[-1] = Edit(runs[-1].first, position)
        else:
            runs.append(Edit(position, position))
    return tuple(sorted([*runs, *(Edit(position, position, hashed=True) for position in layout.hashed)]))


def lines_of(block: bytes) -> Iterator[bytes]:
    """The lines of a block, one by one, with their line ends. A carriage return alone does not end a line."""
    return iter(io.BytesIO(block))


def strip_line(
    line: bytes,
    layout: Layout,
    is_placed: Callable[[list[str]], bool | None],
    pseudonyms: Hashes | None,
    delimiter: bytes = b"\t",
) -> bytes:
    """One line without the layout's personal fields, with its line end if it has one; see `strip_personal`."""
    end = next((each for each in (b"\r\n", b"\n") if line.endswith(each)), b"")
    body = line.removesuffix(end)
    if not body.strip(b" "):  # A blank line has no fields.
        return line
    return delimiter.join(strip_fields(body.split(delimiter), layout, is_placed, pseudonyms)) + end


def strip_fields(
    fields: list[bytes], layout: Layout, is_placed: Callable[[list[str]], bool | None], pseudonyms: Hashes | None
) -> list[bytes]:
    """The fields of one line without the personal ones."""
    shift = len(fields) - layout.width
    if shift < 0:
        text = [each.decode("latin-1") for each in fields] + [""] * -shift
        placed = is_placed(text) is not False
    else:
        placed = shift == 0
    if placed:
        for i in layout.hashed:
            if i < len(fields):
                fields[i] = pseudonyms[fields[i]] if pseudonyms is not None else b""
    else:
        near = {
            place
            for position in (*layout.personal, *layout.hashed)
            for place in range(position + min(shift, 0), position + max(shift, 0) + 1)
        }
        fields = [BLANKED if i in near and each else each for i, each in enumerate(fields)]
    return [each for i, each in enumerate(fields) if i not in layout.personal]
