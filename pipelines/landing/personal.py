"""Personal fields are cut out of a document's bytes, before the archive and before anything else reads them.

Blocks of well-formed lines are cut as a whole, with numpy; a block with any other line is cut line by line, with the
same result for the lines that are well-formed. Which fields are personal is told by the feed (`columns.Layout`). Feeds
that have any are neither quoted nor JSON (a contract test sees to it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from pipelines.landing.columns import Layout

TAB, NEWLINE, RETURN = 9, 10, 13
BLANKED = b"[removed]"

Positions = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]
Runs = tuple[tuple[int, int], ...]


def strip_personal(
    blocks: Iterable[bytes], layout: Layout, is_placed: Callable[[list[str]], bool | None]
) -> Iterator[bytes]:
    """The blocks, which are cut at line ends, without the layout's personal fields; their number of lines stays.

    is_placed: whether a short line's fields stand where they should (see `careful_lines.py`). Where they do not, or
    where there are too many of them, a personal field may stand some places away: everything near is blanked.
    """
    runs = personal_runs(layout)
    for block in blocks:
        if not runs:
            yield block
            continue
        data = np.frombuffer(block, np.uint8)
        ends = field_ends(data, layout.width) if block.endswith(b"\n") else None
        if ends is not None:
            yield cut(block, data, ends, runs)
        elif block.endswith(b"\n"):
            yield b"".join(_strip_line(line + b"\n", layout, is_placed) for line in block[:-1].split(b"\n"))
        else:
            *whole, rest = block.split(b"\n")
            yield b"".join(_strip_line(line + b"\n", layout, is_placed) for line in whole)
            yield _strip_line(rest, layout, is_placed)


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


def cut(block: bytes, data: Bytes, ends: Positions, runs: Runs) -> bytes:
    """The block without the fields of `runs`. ends: as `field_ends` gives them."""
    lines, last = ends.shape[0], ends.shape[1] - 1
    starts = np.empty((lines, len(runs)), np.intp)
    stops = np.empty((lines, len(runs)), np.intp)
    for i, (first, final) in enumerate(runs):
        if final == last:  # with the tab before it; the line end stays
            starts[:, i] = ends[:, first - 1]
            stops[:, i] = ends[:, last] - (data[ends[:, last] - 1] == RETURN)
            continue
        if first:
            starts[:, i] = ends[:, first - 1] + 1
        else:
            starts[0, i] = 0
            starts[1:, i] = ends[:-1, last] + 1
        stops[:, i] = ends[:, final] + 1
    begins = [0, *stops.ravel().tolist()]
    finishes = [*starts.ravel().tolist(), len(block)]
    return b"".join([block[i:j] for i, j in zip(begins, finishes, strict=True)])


def personal_runs(layout: Layout) -> Runs:
    """The personal fields as runs of adjacent positions (first, last).

    >>> personal_runs(Layout(("a", "b", "c", "d"), ("a", "b", "c", "d"), (0, 1, 3), ()))
    ((0, 1), (3, 3))
    """
    runs: list[tuple[int, int]] = []
    for position in layout.personal:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return tuple(runs)


def _strip_line(line: bytes, layout: Layout, is_placed: Callable[[list[str]], bool | None]) -> bytes:
    end = next((each for each in (b"\r\n", b"\n") if line.endswith(each)), b"")
    body = line.removesuffix(end)
    if not body:
        return line
    fields = body.split(b"\t")
    shift = len(fields) - layout.width
    if shift < 0:
        text = [each.decode("latin-1") for each in fields] + [""] * -shift
        placed = is_placed(text) is not False
    else:
        placed = shift == 0
    if not placed:
        near = {
            place
            for position in layout.personal
            for place in range(position + min(shift, 0), position + max(shift, 0) + 1)
        }
        fields = [BLANKED if i in near and each else each for i, each in enumerate(fields)]
    return b"\t".join(each for i, each in enumerate(fields) if i not in layout.personal) + end
