"""Makes the layout of a delimited document from its header: the raw columns, and which fields are personal.

The document's rows are read by `fast_lines.py` and `careful_lines.py`. The raw tables are in `loading/raw_tables.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.errors import DocumentError
from pipelines.feeds import Feed, Section, column_name
from pipelines.landing.formats.header_names import fitting, is_unused, named
from pipelines.landing.formats.other_files import report_named
from pipelines.landing.personal.columns import Judge

LONGEST_NAME = 63  # bytes, of a column in Postgres
# The table's own columns, and those that Postgres gives to every table.
_OURS = frozenset({"load_id", "row_seq", "item", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of a document's lines. Positions count from 0.

    headers: one per field, as Amazon writes it (aliases resolved). columns: the raw column of each field, unique.
    personal: positions of the fields that are removed. judged: those of them that are removed only because their names
    sound personal. unknown: positions of fields that the feed does not know. hashed: positions of the fields of which
    only a keyed hash is loaded.
    """

    headers: tuple[str, ...]
    columns: tuple[str, ...]
    personal: tuple[int, ...]
    unknown: tuple[int, ...]
    hashed: tuple[int, ...] = ()
    judged: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """The number of fields in a line."""
        return len(self.headers)

    @property
    def kept(self) -> tuple[int, ...]:
        """Positions of the fields that are loaded."""
        return tuple(i for i in range(self.width) if i not in self.personal)

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The raw columns that are loaded, in the document's order."""
        return tuple(self.columns[i] for i in self.kept)

    @property
    def as_kept(self) -> Layout:
        """The layout of the archive's copy of the document, in which nothing is left to be removed or hashed."""
        kept = self.kept
        return Layout(
            headers=tuple(self.headers[i] for i in kept),
            columns=self.kept_columns,
            personal=(),
            unknown=tuple(kept.index(i) for i in self.unknown if i in kept),
        )

    def position(self, header: str) -> int | None:
        """The position of a header's field; None if the document does not have it."""
        wanted = column_name(header)
        return self.columns.index(wanted) if header and wanted in self.columns else None


def layout_of(feed: Feed, section: Section, headers: Sequence[str], judge: Judge | None = None) -> Layout:
    """The layout for a header line. judge: decides which fields are personal, with the tenant's choice.

    Raises DocumentError: 'wrong_type' if the header is another report's, 'missing_column' if a required header is
    missing.
    """
    names = named(feed, section, headers)
    known = {column_name(each) for each in (*section.known, *section.required)}
    columns = _unique_columns(names, known)
    missing = [each for each in section.required if column_name(each) not in columns]
    if missing:
        raise _refusal(feed, section, missing, names)
    if known and 2 * len(known & set(columns)) < len(columns):
        better = fitting(headers)[:1]
        if better and better[0].feed.sections[0].known != section.known and better[0].known > len(known & set(columns)):
            raise _refusal(feed, section, missing, names)
    judge = judge or Judge(feed)
    verdicts = [judge.verdict(each) for each in names]
    hashes = {column_name(each) for each in feed.hashed} - {column_name(each) for each in feed.personal}
    # If two headers have the same name, both are hashed.
    hashed = tuple(i for i, each in enumerate(names) if verdicts[i] == "listed" and column_name(each) in hashes)
    # Unused columns are removed together with the personal ones.
    gone = [verdict != "kept" or is_unused(feed, name) for verdict, name in zip(verdicts, names, strict=True)]
    return Layout(
        headers=names,
        columns=columns,
        personal=tuple(i for i, is_gone in enumerate(gone) if is_gone and i not in hashed),
        unknown=tuple(i for i, column in enumerate(columns) if known and column not in known),
        hashed=hashed,
        judged=tuple(i for i, each in enumerate(verdicts) if each == "looks personal"),
    )


def unknown_layout(headers: Sequence[str], judge: Judge | None = None) -> Layout:
    """The layout of a refused document: fields whose names sound personal are removed before it is archived."""
    judge = judge or Judge(None)
    personal = tuple(i for i, name in enumerate(headers) if judge.verdict(name) != "kept")
    return Layout(tuple(headers), _unique_columns(headers, frozenset()), personal, ())


def raw_column(header: str, taken: set[str]) -> str:
    """A column name for a header, valid in Postgres and not in `taken`. The same input always gives the same name.

    >>> raw_column("Item Price", {"item_price"}), raw_column("在庫", set())
    ('item_price_b075', 'column_ee34')
    """
    digest = hashlib.sha256(header.encode("utf-8", "replace")).hexdigest()[:4]
    name = column_name(header)
    if not name:
        name = f"column_{digest}"
    elif len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 5]}_{digest}"
    if name in taken or name in _OURS:
        name = f"{name[: LONGEST_NAME - 5]}_{digest}"
    base, number = name, 2
    while name in taken:
        name = f"{base[: LONGEST_NAME - 5]}_{number}"
        number += 1
    return name


def _unique_columns(names: Sequence[str], known: set[str] | frozenset[str]) -> tuple[str, ...]:
    """One column for each header. If two headers give the same name, the header that the feed knows keeps it."""
    columns: list[str | None] = [None] * len(names)
    taken: set[str] = set()
    for ours in (True, False):
        for i, name in enumerate(names):
            plain = column_name(name)
            if columns[i] is None and (plain in known and plain not in taken if ours else True):
                columns[i] = raw_column(name, taken)
                taken.add(columns[i] or "")
    return tuple(each or "" for each in columns)


def _refusal(feed: Feed, section: Section, missing: list[str], names: tuple[str, ...]) -> DocumentError:
    # A name with unprintable or undecodable characters is not shown.
    legible = (name[:40] if name.isprintable() and "\ufffd" not in name else "?" for name in names[:8])
    shown = ", ".join(legible) + (", ..." if len(names) > 8 else "")
    other = report_named(names)
    if other is not None:
        return DocumentError(f"{other} {feed.name} is another report. Nothing of it was loaded.", kind="wrong_type")
    others = [each.feed.name for each in fitting(names) if each.feed.shape != "file" and each.feed.name != feed.name]
    if others or 2 * len(missing) > len(section.required):
        hint = f" It looks like {' or '.join(others)}." if others else ""
        lacks = f"; of those that every such report has, {', '.join(missing)} are missing" if missing else ""
        return DocumentError(
            f"The document is no {feed.title} report ({feed.name}): its columns are {shown}{lacks}.{hint} Give the "
            "feed that it belongs to.",
            kind="wrong_type",
        )
    return DocumentError(
        f"The document lacks {', '.join(missing)}, without which {feed.name} cannot be used; its columns are {shown}. "
        "If Amazon has renamed a column, add the new name to the feed's aliases.",
        kind="missing_column",
    )
