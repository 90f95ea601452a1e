"""Reads and changes a store's `track_file`: a CSV of what it tracks, one row a pair of products.

The columns are `own_asin`, `competitor_asin` and, if wanted, `tags`. A row without a competitor is the own product
alone. Tags are words between blanks, for the row's pair. Which file a store has stands in stores.yaml (`reading.py`).
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigError

COLUMNS = ("own_asin", "competitor_asin", "tags")
MOST_PROBLEMS = 20
"""How many wrong lines of a file are named. The number of all is told."""

ASIN = re.compile(r"[A-Z0-9]{10}")
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Pair:
    """A product that a store tracks beside one of its own. competitor: the own ASIN itself where it stands alone."""

    own: str
    competitor: str
    tags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one of its kind within a store."""
        return self.own, self.competitor

    @property
    def is_own(self) -> bool:
        """Whether it is the own product alone."""
        return self.own == self.competitor


def read(path: Path, problems: list[str]) -> list[Pair]:
    """The pairs of a file in its order. Each wrong line becomes a sentence in `problems`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        problems.append(f"There is no {path}. Make it with `tradewind track add`, or correct `track_file`.")
        return []
    except UnicodeDecodeError:
        problems.append(f"{path} is no UTF-8 text. Save it as CSV UTF-8.")
        return []
    except OSError as error:
        problems.append(f"{path} cannot be read: {error.strerror}.")
        return []
    wrong: list[str] = []
    pairs = list(_pairs(path, text, wrong))
    problems += wrong[:MOST_PROBLEMS]
    if len(wrong) > MOST_PROBLEMS:
        problems.append(f"{path}: {len(wrong) - MOST_PROBLEMS} more lines are wrong.")
    return pairs


def _pairs(path: Path, text: str, wrong: list[str]) -> Iterator[Pair]:
    rows = _rows(text)
    header = next(rows, None)
    if header is None:
        wrong.append(f"{path} is empty. Its first line must be: {','.join(COLUMNS)}")
        return
    names = [name.strip().lower() for name in header[1]]
    if len(set(names)) != len(names) or not {"own_asin", "competitor_asin"} <= set(names) <= set(COLUMNS):
        wrong.append(
            f"{path}, line {header[0]}: the columns are {', '.join(names)}. They must be {', '.join(COLUMNS)}; only "
            "tags may be left out."
        )
        return
    lines: dict[tuple[str, str], int] = {}
    for line, row in rows:
        place = f"{path}, line {line}"
        pair = _pair(place, names, row, wrong)
        if pair is None:
            continue
        before = lines.setdefault(pair.key, line)
        if before != line:
            wrong.append(f"{place}: it names the same products as line {before}; keep one of them, with all tags.")
        else:
            yield pair


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have content, each with the number of its first line. The delimiter is that of the header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for row in reader:
        if any(cell.strip() for cell in row):
            yield before + 1, row
        before = reader.line_num


def _pair(place: str, names: Sequence[str], row: Sequence[str], wrong: list[str]) -> Pair | None:
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        wrong.append(f"{place}: it has {len(row)} fields, but the header has {len(names)}; put tags between blanks.")
        return None
    cells = dict(zip(names, (cell.strip() for cell in row), strict=False))
    own, competitor = cells.get("own_asin", ""), cells.get("competitor_asin", "")
    found = [*_wrong_asin(place, "own_asin", own), *(_wrong_asin(place, "competitor_asin", competitor or own))]
    wrong += found[:1] if own == (competitor or own) else found
    if found:
        return None
    return Pair(own, competitor or own, tuple(dict.fromkeys(cells.get("tags", "").split())))


def _wrong_asin(place: str, column: str, value: str) -> Iterator[str]:
    if not value:
        yield f"{place}: {column} is missing; write the ASIN of your own product, or take the line out."
    elif not ASIN.fullmatch(value):
        yield f"{place}: {column} {value!r} is no ASIN; an ASIN is ten capital letters and digits. Correct it."


# --- changing a file --------------------------------------------------------------------------------------------------


def add(path: Path, pairs: Iterable[Pair]) -> list[Pair]:
    """Add pairs to a file, which is made if it is missing; returns those that were not there. The file is
    written anew, with all that it had.

    A pair that is there gets the tags that it lacks, and counts as new if there are any. Raises ConfigError if the file
    has mistakes: nothing is written then.
    """
    known = {pair.key: pair for pair in read_or_raise(path)} if path.exists() else {}
    new: list[Pair] = []
    for pair in pairs:
        before = known.get(pair.key)
        tags = tuple(dict.fromkeys((*(before.tags if before else ()), *pair.tags)))
        if before is None or tags != before.tags:
            known[pair.key] = Pair(pair.own, pair.competitor, tags)
            new.append(known[pair.key])
    if new or not path.exists():
        _write(path, known.values())
    return new


def remove(path: Path, keys: Iterable[tuple[str, str]]) -> list[Pair]:
    """Take pairs out of a file; returns those that were there. Raises ConfigError if the file has mistakes."""
    wanted = set(keys)
    pairs = read_or_raise(path)
    gone = [pair for pair in pairs if pair.key in wanted]
    if gone:
        _write(path, [pair for pair in pairs if pair.key not in wanted])
    return gone


def read_or_raise(path: Path) -> list[Pair]:
    """The pairs of a file. Raises ConfigError with all that is wrong."""
    problems: list[str] = []
    pairs = read(path, problems)
    if problems:
        raise ConfigError(" ".join(problems))
    return pairs


def _write(path: Path, pairs: Iterable[Pair]) -> None:
    """Put a new file in the place of the old one: whoever reads meanwhile finds one of the two, whole."""
    path = path.resolve()  # of a link, what it leads to
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows((p.own, "" if p.is_own else p.competitor, " ".join(p.tags)) for p in pairs)
        Path(part).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
