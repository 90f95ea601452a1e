"""Personal fields are taken out of a document's bytes, before the archive and before anything else reads them.

They are cut out, or a keyed hash takes their place (`personal/pseudonyms.py`). Blocks of well-formed lines are
rewritten as a whole, with numpy; a block with any other line is rewritten line by line, with the same result for the
lines that are well-formed. Which fields are personal is told by the layout (`columns.Layout`). Documents whose fields
may stand in quotes go through `redact_quoted.py`, JSON through `redact_json.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.landing.formats.layout import Layout

TAB, NEWLINE, RETURN = 9, 10, 13
BLANKED = b"[removed]"

Positions = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]
Hashes = Mapping[bytes, bytes]


class Edit(NamedTuple):
    """Adjacent fields, from the first to the last, that are cut out with a tab beside them; or one field's hash."""

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
    """The blocks of a whole document, which are cut at line ends, without the layout's personal fields.

    The number of lines stays. The first one is the header: nothing in it is hashed. pseudonyms: the hash of each field.
    is_placed: whether a short line's fields stand where they should (see `careful_lines.py`). Where they do not, or
    where there are too many of them, a personal field may stand some places away: everything near is blanked.
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
        yield b"".join(strip_line(line, layout, is_placed, pseudonyms, delimiter) for line in lines_of(block))


def field_ends(data: Bytes, width: int) -> Positions | None:
    """Position of the separator after each field, one row per line; None unless each line has exactly `width` fields.

    data: whole lines, each with its end.
    """
    newlines = data == NEWLINE
    separators = np.flatnonzero(newlines | (data == TAB))
    lines = np.count_nonzero(newlines)
    if len(separators) != lines * width:
        return None
    ends = separators.reshape(lines, width)
    # as many newlines as lines, and each line ends with one: so none stands elsewhere
    return ends if newlines[ends[:, -1]].all() else None


def rewrite(block: bytes, data: Bytes, ends: Positions, edits: Edits, pseudonyms: Hashes | None) -> bytes:
    """The block with these edits made, of which there are some. ends: as `field_ends` gives them."""
    lines, last = ends.shape[0], ends.shape[1] - 1
    starts = np.empty((lines, len(edits)), np.intp)
    stops = np.empty((lines, len(edits)), np.intp)
    for i, (first, final, hashed) in enumerate(edits):
        if final == last and first and not hashed:  # with the tab before it; the line end stays
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
    """The bytes without these ranges: masked, which costs less than putting thousands of slices together."""
    lengths = stops - starts
    before = np.cumsum(lengths) - lengths
    kept = np.ones(len(data), bool)
    kept[np.repeat(starts - before, lengths) + np.arange(lengths.sum())] = False
    return data[kept].tobytes()


def edits_of(layout: Layout) -> Edits:
    """What is to be done to each line, in the order of its fields.

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


def lines_of(block: bytes) -> list[bytes]:
    """Lines with their ends; a lone carriage return is none."""
    *whole, rest = block.split(b"\n")
    return [*(line + b"\n" for line in whole), *([rest] if rest else [])]


def strip_line(
    line: bytes,
    layout: Layout,
    is_placed: Callable[[list[str]], bool | None],
    pseudonyms: Hashes | None,
    delimiter: bytes = b"\t",
) -> bytes:
    """One line, with its end if it has one, without the layout's personal fields; see `strip_personal`."""
    end = next((each for each in (b"\r\n", b"\n") if line.endswith(each)), b"")
    body = line.removesuffix(end)
    if not body.strip(b" "):  # a blank line is none
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
