"""Sends a document's rows to Postgres with COPY, in the caller's transaction, and collects what was seen in them.

Tables are copied the fast way (`formats/fast_lines.py`) or the careful way (`formats/careful_lines.py`), JSON section
by section. Whether the copied rows are kept is decided in `load_job.py`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import psycopg
from psycopg import sql

from pipelines.feeds import Feed, Section, column_name
from pipelines.landing.formats.careful_lines import CarefulLines, Reject, copy_line
from pipelines.landing.formats.fast_json import Batch
from pipelines.landing.formats.fast_lines import FastLines, Miss
from pipelines.landing.formats.json_sections import Element
from pipelines.landing.formats.layout import Layout
from pipelines.landing.formats.moments import marketplace_day
from pipelines.landing.formats.streams import small_blocks
from pipelines.landing.incoming import MOST_ROWS, Seen
from pipelines.landing.loading.ownership import CHANNEL_COLUMNS, CURRENCY_COLUMNS
from pipelines.landing.personal.pseudonyms import Pseudonyms

_BATCH = 1 << 16

_NUMBER = re.compile(r"[-+0-9.,\s]*")

# Errors with which COPY refuses bytes that the fast way took for text of the document's charset.
_NOT_FIT = (psycopg.errors.DataError, psycopg.errors.UntranslatableCharacter)
_NOT_ENCODED = (psycopg.errors.CharacterNotInRepertoire, psycopg.errors.UntranslatableCharacter)


@dataclass(frozen=True)
class Table:
    """A delimited feed's raw table and the document's layout.

    time_zone: the IANA name of the scope's time zone. quoted: fields may be in double quotes. most_rows: see `Seen`.
    """

    feed: Feed
    section: Section
    layout: Layout
    time_zone: str
    quoted: bool = False
    most_rows: int = MOST_ROWS

    @property
    def day(self) -> int | None:
        """Position of the field that holds the row's day; None if there is none."""
        return self.layout.position(self.section.day)

    @property
    def must_have_day(self) -> bool:
        """Whether a row must have a day. It must if its slice, and so its day, decides whether the row is current."""
        return bool(self.section.day) and self.feed.write_disposition == "replace"

    def positions(self, columns: Iterable[str]) -> tuple[int, ...]:
        """Positions of these columns, without those that the document lacks."""
        found = (self.layout.position(column) for column in columns)
        return tuple(each for each in found if each is not None)

    @cached_property
    def watched(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Which values of the rows are collected: attributes of `Seen`, and the positions of their fields."""
        columns = {
            "channels": CHANNEL_COLUMNS,
            "currencies": CURRENCY_COLUMNS,
            "places": tuple(column_name(header) for header in self.section.countries),
        }
        return tuple((name, self.positions(each)) for name, each in columns.items())

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Positions of the fields that must hold numbers. By them, lines are found whose fields are shifted."""
        return self.positions(self.section.numbers)

    def is_placed(self, values: list[str]) -> bool | None:
        """Whether a line's fields are in their columns: its day field holds a day. None if the feed has no day."""
        position = self.day
        if position is None:
            return None
        return marketplace_day(values[position], self.section.day_formats, self.time_zone) is not None

    def misplaced(self, values: list[str]) -> str:
        """Why a line's fields are not in their columns: a number field holds a text. '' if all is well."""
        for position in self.numbers:
            if not _NUMBER.fullmatch(values[position]):
                header = self.layout.headers[position]
                return f"its {header} is {values[position][:40]!r}, which is no number: its fields are out of place"
        return ""


def copy_fast(
    conn: psycopg.Connection,
    table: Table,
    charset: str,
    blocks: Iterator[bytes],
    load_id: int,
    keep: Callable[[bytes], object],
    wanted: frozenset[date] = frozenset(),
    pseudonyms: Pseudonyms | None = None,
) -> Seen:
    """Copy a table the fast way.

    blocks: the document without its header line. keep: called with the bytes that the archive keeps. wanted: when all
    of these days were seen, no more days are collected. pseudonyms: the hashes of hashed fields. Raises Miss if the
    document cannot be copied the fast way.
    """
    day = table.day
    by_minute = day is not None and table.section.day_formats == ("iso",)
    watched = {*table.numbers, *(() if day is None or by_minute else (day,))}
    watched.update(*(positions for _, positions in table.watched))
    lines = FastLines(
        table.layout,
        charset,
        quoted=table.quoted,
        watched=tuple(sorted(watched)),
        times=(day,) if day is not None and by_minute else (),
        pseudonyms=pseudonyms,
    )
    prefix = b"%d\t" % load_id
    between = b"\n" + prefix
    statement = copy_statement(table.feed, table.section, table.layout.kept_columns, "format text, null ''")
    seen = Seen(charset=charset, most_rows=table.most_rows)
    cursor = conn.cursor()
    try:
        with cursor.copy(statement) as copy:
            for large in blocks:
                kept = []
                for block in small_blocks([large]):
                    archived, copied, count = lines.rewrite(block)
                    kept.append(archived)
                    if count:
                        seen.take(count)
                        copy.write(prefix)
                        copy.write(copied.replace(b"\n", between, count - 1))
                keep(b"".join(kept))
                _take_days(table, seen, lines)
                _take_values(table, seen, lines)
                _check_numbers(table, lines)
                if wanted and wanted <= seen.days and not table.must_have_day:
                    lines.times = ()
    except _NOT_ENCODED as error:
        raise Miss(f"not {charset}: {error.diag.message_primary}", encoding=True) from None
    except _NOT_FIT as error:
        raise Miss(f"{error.diag.message_primary}") from None
    if cursor.rowcount != seen.rows:
        raise Miss(f"{seen.rows} lines were sent, {cursor.rowcount} rows came")
    return seen


def _take_values(table: Table, seen: Seen, lines: FastLines) -> None:
    """Add the values collected since the last call to `seen`."""
    for name, positions in table.watched:
        for position in positions:
            seen.saw(name, (each.decode(seen.charset, "replace") for each in lines.values[position]))
            lines.values[position].clear()


def _take_days(table: Table, seen: Seen, lines: FastLines) -> None:
    """Add the days collected since the last call to `seen`. Raises Miss for a row that must have a day and has none."""
    if table.day is None:
        return
    collected = lines.times_seen.get(table.day) or lines.values.get(table.day) or set()
    for each in collected:
        day = marketplace_day(each.decode("latin-1"), table.section.day_formats, table.time_zone)
        if day is not None:
            seen.days.add(day)
        elif table.must_have_day:
            raise Miss("a row without its day")
    collected.clear()


def _check_numbers(table: Table, lines: FastLines) -> None:
    """Raises Miss if a field that must hold a number holds a text."""
    for position in table.numbers:
        if not all(_NUMBER.fullmatch(each.decode("latin-1")) for each in lines.values[position]):
            raise Miss(f"a {table.layout.headers[position]} that is no number")
        lines.values[position].clear()


def copy_careful(
    conn: psycopg.Connection, table: Table, charset: str, delimiter: str, blocks: Iterator[bytes], load_id: int
) -> Seen:
    """Copy a table the careful way. blocks: the document with its header line, without personal fields."""
    seen = Seen(charset=charset, most_rows=table.most_rows)
    batch: list[str] = []
    size = 0
    with conn.cursor().copy(
        copy_statement(table.feed, table.section, table.layout.columns, "format text, null ''")
    ) as copy:
        for values in _careful_rows(table, delimiter, blocks, seen):
            text = copy_line(load_id, values)
            batch.append(text)
            size += len(text)
            if size > _BATCH:
                copy.write("".join(batch))
                batch, size = [], 0
        copy.write("".join(batch))
    return seen


def look_through(table: Table, charset: str, delimiter: str, blocks: Iterator[bytes]) -> Seen:
    """What `copy_careful` would see, without copying anything. blocks: as there."""
    seen = Seen(charset=charset, most_rows=table.most_rows)
    for _ in _careful_rows(table, delimiter, blocks, seen):
        pass
    return seen


def _careful_rows(table: Table, delimiter: str, blocks: Iterator[bytes], seen: Seen) -> Iterator[list[str]]:
    """The values of each line that can be loaded; others are rejected. All is added to `seen`."""
    reader = CarefulLines(
        table.layout, seen.charset, delimiter, table.quoted, table.is_placed, whole=bool(table.numbers)
    )
    order = table.layout.position(table.feed.order_key)
    for line in reader.read(blocks):
        seen.undecodable += line.bad
        reason = line.reason if isinstance(line, Reject) else _take(table, seen, line.values)
        if reason:
            key = line.values[order] if order is not None and order < len(line.values) else None
            seen.reject(line.line, delimiter.join(line.values), reason, key or None)
        else:
            yield line.values


def _take(table: Table, seen: Seen, values: list[str]) -> str:
    """Add a row to what was seen. Returns '' or the reason why the row cannot be loaded."""
    if table.day is not None:
        day = marketplace_day(values[table.day], table.section.day_formats, table.time_zone)
        if day is not None:
            seen.days.add(day)
        elif table.must_have_day:
            return f"its {table.section.day} is {values[table.day][:40]!r}, which is no date"
    if problem := table.misplaced(values):
        return problem
    for name, positions in table.watched:
        if positions:
            seen.saw(name, (values[i] for i in positions))
    seen.take(1)
    return ""


def copy_batches(
    conn: psycopg.Connection,
    feed: Feed,
    section: Section,
    time_zone: str,
    found: Iterable[Batch],
    load_id: int,
    seen: Seen,
) -> int:
    """Copy a section of a JSON document the fast way. Returns the number of its rows.

    Raises Miss if it cannot be copied so. `seen` is then unchanged.
    """
    prefix = b"%d\t" % load_id
    between = b"\n" + prefix
    found_so_far = Seen(most_rows=seen.most_rows, rows=seen.rows)
    rows = 0
    try:
        with conn.cursor().copy(copy_statement(feed, section, ("item",), "format text")) as copy:
            for batch in found:
                found_so_far.saw_keys(section.name, itertools.chain.from_iterable(batch.values))
                if section.day:
                    found_so_far.days |= _days_of(feed, section, time_zone, batch.values)
                rows += len(batch.values)
                found_so_far.take(len(batch.values))
                copy.write(prefix + batch.lines.replace(b"\\", b"\\\\").replace(b"\n", between) + b"\n")
    except psycopg.errors.DataError as error:
        raise Miss(f"{error.diag.message_primary}") from None
    seen.saw_keys(section.name, found_so_far.keys.get(section.name, ()))
    seen.days |= found_so_far.days
    seen.rows += rows
    return rows


def _days_of(feed: Feed, section: Section, time_zone: str, items: Iterable[dict[str, Any]]) -> set[date]:
    """The days of JSON elements. Raises Miss for an element that must have a day and has none."""
    texts = {str(item.get(section.day, "")) for item in items}
    days = {marketplace_day(text, section.day_formats, time_zone) for text in texts}
    if None in days and feed.write_disposition == "replace":
        raise Miss("a row without its day")
    return {day for day in days if day is not None}


def copy_section(
    conn: psycopg.Connection,
    feed: Feed,
    section: Section,
    time_zone: str,
    found: Iterable[Element],
    load_id: int,
    seen: Seen,
) -> int:
    """Copy a section of a JSON document element by element. Returns the number of its rows."""
    prefix = b"%d\t" % load_id
    seen.saw_keys(section.name, ())
    rows = 0
    with conn.cursor().copy(copy_statement(feed, section, ("item",), "format text")) as copy:
        for number, element in enumerate(found, 1):
            item = element.value
            text = element.text.decode()
            if not isinstance(item, dict):
                seen.reject(number, text, "it is no object")
                continue
            if section.day:
                day = marketplace_day(str(item.get(section.day, "")), section.day_formats, time_zone)
                if day is None and feed.write_disposition == "replace":
                    seen.reject(number, text, f"its {section.day} is {item.get(section.day)!r:.60}, which is no date")
                    continue
                if day is not None:
                    seen.days.add(day)
            seen.saw_keys(section.name, item)
            rows += 1
            seen.check(rows)
            copy.write(prefix + element.text.replace(b"\\", b"\\\\") + b"\n")
    seen.rows += rows
    return rows


def copy_statement(feed: Feed, section: Section, columns: Sequence[str], options: str) -> sql.Composed:
    """The COPY statement for a section's raw table. columns: those besides load_id. options: of COPY."""
    return sql.SQL("copy {} ({}) from stdin with ({}, encoding 'UTF8')").format(
        sql.Identifier("raw", feed.table(section)),
        sql.SQL(", ").join(map(sql.Identifier, ("load_id", *columns))),
        sql.SQL(options),
    )


def unknown_keys(section: Section, keys: Iterable[str]) -> list[str]:
    """Keys of JSON elements that the catalogue does not know; an empty list if it lists no keys for the section."""
    known = {column_name(each) for each in (*section.known, *section.required)} if section.known else None
    return [] if known is None else sorted(key for key in keys if column_name(key) not in known)
