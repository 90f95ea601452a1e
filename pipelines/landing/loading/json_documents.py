"""Loads a JSON document: in one pass if its feed has one section, else first into the archive and from there.

JSON is read in `formats/`, and rows are sent to Postgres in `copying.py`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg

from pipelines.errors import DocumentError
from pipelines.feeds import Feed, Section
from pipelines.landing.archive.store import Archived, ArchiveWriter
from pipelines.landing.formats import json_lines
from pipelines.landing.formats.charsets import is_line_safe, named_charset
from pipelines.landing.formats.fast_json import Batch, batches
from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.json_sections import Element, KeySpotter, MendedBytes, elements, first_value
from pipelines.landing.formats.moments import day_range_text
from pipelines.landing.formats.redact_json import Keys, Members, all_keys, keys_of, may_be_personal
from pipelines.landing.formats.streams import plain_blocks, read_ahead
from pipelines.landing.incoming import MOST_KEYS, MOST_ROWS, LoadOutcome, Seen
from pipelines.landing.ledger import loads
from pipelines.landing.loading import raw_tables
from pipelines.landing.loading.copying import copy_batches, copy_section, unknown_keys
from pipelines.landing.loading.load_job import LoadJob, Quarantined
from pipelines.landing.loading.ownership import (
    check_granularity,
    check_json_beginning,
    check_marketplaces,
    check_periods,
    check_specification,
    specified_days,
    undated_sections,
)
from pipelines.landing.planning import periods

log = logging.getLogger(__name__)

_SPECIFICATION = "reportSpecification"


def load(job: LoadJob) -> LoadOutcome:
    """Load a JSON document; see `document.load_document`."""
    check_json_beginning(job.feed, _first_bytes(job))
    job.prepare_judge()
    _ = job.most_rows  # while the connection is free
    for section in job.feed.sections:
        raw_tables.ensure_table(job.conn, job.feed, section)
    try:
        if len(job.feed.sections) == 1 and not job.may_be_known():
            warnings = list(job.warnings)
            try:
                return _in_one_pass(job, job.feed.sections[0])
            except Miss as miss:
                log.info("%s %s: not read in one pass: %s", job.feed.name, job.scope.scope_id, miss)
                job.warnings, job.without, job.only_day = warnings, [], None
        return _archive_first(job)
    except Quarantined as verdict:
        return job.quarantine(verdict)


def _in_one_pass(job: LoadJob, section: Section) -> LoadOutcome:
    """Archive and COPY in one pass, for a document of one section. Raises Miss; nothing is then archived or loaded."""
    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(job.archive.writer())
        blocks = stack.enter_context(contextlib.closing(read_ahead(plain_blocks(job.incoming.open()))))
        source = MendedBytes(_without_mark(_written(blocks, writer)), _charset(job))
        stack.enter_context(job.conn.transaction())
        load_id = loads.next_load_id(job.conn)
        seen = Seen(charset=_charset(job), most_rows=job.most_rows)
        rows = copy_batches(
            job.conn, job.feed, section, job.scope.time_zone, _of_this_feed(job, section, source), load_id, seen
        )
        seen.undecodable += source.mended
        _check_copied(job, section, rows, seen)
        return job.settle(load_id, writer.finish(), seen)


def _written(blocks: Iterator[bytes], writer: ArchiveWriter) -> Iterator[bytes]:
    for block in blocks:
        writer.write(block)
        yield block


def _of_this_feed(job: LoadJob, section: Section, source: MendedBytes) -> Iterator[Batch]:
    """A section's elements. Before the first are given, it is checked that the document is of this feed and scope.

    Raises DocumentError if it is not, and Miss if that cannot be known in one pass, or a key may be personal.
    """
    beside: dict[str, Any] = {}
    checked = False
    keys: set[str] = set()
    for batch in _batches(job, section, source, beside):
        _check_keys(job, keys_of(batch.values, batch.lines), keys)
        if not checked:
            checked = True
            _check(job, section, beside)
            early = _SPECIFICATION in beside
        yield batch
    if not checked:
        _check(job, section, beside)
    elif _SPECIFICATION in beside and not early:
        raise Miss("it says only at its end what it is")
    _check_keys(job, all_keys(beside), keys)


def _check_keys(job: LoadJob, found: set[str], known: set[str]) -> None:
    """Raises Miss if a key may be personal, because it must not get into the archive. known: found keys are added."""
    new = found - known
    if len(known) > MOST_KEYS:  # They only save judging a key twice.
        known.clear()
    known |= new
    if not job.personal.everything and any(may_be_personal(job.judge, each) for each in new):
        raise Miss("it has members that are named like personal data")


def _batches(
    job: LoadJob, section: Section, source: MendedBytes, beside: dict[str, Any] | None = None
) -> Iterator[Batch]:
    is_lines = job.feed.format == "jsonl"
    for batch in json_lines.batches(source) if is_lines else batches(source, section.path, beside):
        _check_items(job, batch.values)
        yield batch


def _elements(job: LoadJob, section: Section, source: MendedBytes) -> Iterator[Element]:
    is_lines = job.feed.format == "jsonl"
    for element in json_lines.elements(source) if is_lines else elements(source, section.path):
        if isinstance(element.value, dict):
            _check_items(job, (element.value,))
        yield element


def _check_items(job: LoadJob, items: Sequence[Mapping[str, Any]]) -> None:
    """Raises DocumentError if rows name another marketplace or period than they should."""
    if job.feed.format == "jsonl":
        check_marketplaces(job.scope, {str(item["marketplaceId"]) for item in items if item.get("marketplaceId")})
    if job.feed.shape == "windowed":
        check_periods(job.feed, items)


def _check(job: LoadJob, section: Section, beside: Mapping[str, Any]) -> None:
    """Raises DocumentError if the document names another report, marketplace or period.

    Raises Miss if its rows have no day and it is of several days: an import leaves such a section out.
    """
    specification = beside.get(_SPECIFICATION)
    check_specification(job.feed, job.scope, specification)
    if not _sections_of_one_day(job, [section], specification):
        raise Miss("it is of several days, and its rows name none")


def _archive_first(job: LoadJob) -> LoadOutcome:
    """Archive the document, and copy it from the archive unless the same bytes are loaded already."""
    feed = job.feed
    spotter = _spotter(feed)
    job.archived = _archived(job, spotter)
    specification = _specification(job, spotter)
    check_specification(feed, job.scope, specification)
    sections = _sections_there(job, spotter.found)
    sections = _sections_of_one_day(job, sections, specification)
    known = job.confirmed(job.archived)
    if known is not None:
        known.warnings = list(dict.fromkeys([*known.warnings, *job.warnings]))
        return known
    with job.conn.transaction():
        load_id = loads.next_load_id(job.conn)
        seen = _copy(job, sections, load_id)
        return job.settle(load_id, job.archived, seen)


def _archived(job: LoadJob, spotter: KeySpotter) -> Archived:
    """Archive the document without its personal members."""
    keys = Keys(job.judge)
    with job.archive.writer() as writer, contextlib.closing(_plain(job)) as blocks:
        for block in blocks:
            if keys.look(block) and keys.personal and not job.personal.everything:
                break
            writer.write(spotter.look(block))
        else:
            return writer.finish()
    members = Members(job.judge)
    with contextlib.closing(_plain(job)) as blocks:
        archived = job.archive.put(spotter.look(block) for block in members.strip(blocks))
    job.left_out(job.feed.sections[0], members.left_out)
    return archived


def _plain(job: LoadJob) -> Generator[bytes]:
    return read_ahead(plain_blocks(job.incoming.open()))


def copy_again(job: LoadJob, load_id: int) -> Seen:
    """Copy the rows of a loaded document again from the archive, in the caller's transaction.

    job: its content type must name the charset that was found when the document was loaded. Raises DocumentError, and
    FileNotFoundError if the archive does not have the document.
    """
    job.prepare_judge()
    job.most_rows = MOST_ROWS  # it was believed when it was loaded
    spotter, keys = _spotter(job.feed), Keys(job.judge)
    with contextlib.closing(plain_blocks(job.incoming.open())) as blocks:
        for block in blocks:
            keys.look(spotter.look(block))
    if keys.personal:  # The document was archived before the rules called these keys personal.
        job.strip = Members(job.judge).strip
    sections = _there(job.feed, spotter.found)
    return _copy(job, _sections_of_one_day(job, sections, _specification(job, spotter)), load_id)


def _spotter(feed: Feed) -> KeySpotter:
    roots = {section.path.split(".")[0] for section in feed.sections} - {"item"}
    return KeySpotter([*roots, _SPECIFICATION])


def _specification(job: LoadJob, spotter: KeySpotter) -> Any:
    return first_value(_read(job), _SPECIFICATION) if _SPECIFICATION in spotter.found else None


def _first_bytes(job: LoadJob) -> bytes:
    with contextlib.closing(plain_blocks(job.incoming.open())) as blocks:
        return next(blocks, b"").removeprefix(b"\xef\xbb\xbf")


def _read(job: LoadJob) -> MendedBytes:
    assert job.archived is not None
    blocks: Iterator[bytes] = plain_blocks(job.archive.open(job.archived.path))
    return MendedBytes(_without_mark(job.strip(blocks) if job.strip else blocks), _charset(job))


def _charset(job: LoadJob) -> str:
    named = named_charset(job.incoming.content_type) or "utf-8"
    return named if is_line_safe(named) else "utf-8"


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield next(blocks, b"").removeprefix(b"\xef\xbb\xbf")
    yield from blocks


def _sections_there(job: LoadJob, found: set[str]) -> list[Section]:
    """The sections that the document has. The job's `without` gets those that it lacks.

    Raises DocumentError if it has none, or lacks one that is loaded for its days.
    """
    there = _there(job.feed, found)
    if not there:
        names = ", ".join(section.path.split(".")[0] for section in job.feed.sections)
        raise DocumentError(
            f"The document has none of the sections of a {job.feed.title} document ({job.feed.name}): {names}. Give "
            "the feed that it belongs to.",
            kind="wrong_type",
        )
    missing = [section for section in job.feed.sections if section not in there]
    for section in missing:
        name = section.path.split(".")[0]
        if not job.is_import and _is_loaded(job, section):
            raise DocumentError(
                f"The document has no section {name}, but what is loaded for its days has: it is not whole. Ask for it "
                "again.",
                kind="missing_column",
            )
        job.warnings.append(f"The document has no section {name}; the others were loaded.")
        job.without.append(section)
    return there


def _there(feed: Feed, found: set[str]) -> list[Section]:
    """The sections of a feed whose keys were found in the document."""
    return [s for s in feed.sections if s.path == "item" or s.path.split(".")[0] in found]


def _is_loaded(job: LoadJob, section: Section) -> bool:
    with job.conn.transaction():
        current = job.conn.execute(
            "select distinct current_load_id from ops.slices where feed = %s and scope_id = %s and slice_key = any(%s) "
            "and current_load_id is not null",
            (job.feed.name, job.scope.scope_id, [each.slice_key for each in job.slices or ()]),
        ).fetchall()
        return any(loads.has_rows(job.conn, job.feed, section, load_id) for (load_id,) in current)


def _sections_of_one_day(job: LoadJob, sections: list[Section], specification: Any) -> list[Section]:
    """The sections that can be loaded. Sets the job's `only_day` if rows have no day.

    Rows without a day can be loaded only if the document is of a single day (or week, month, quarter), and this must be
    the slice's. An import of several days leaves such sections out, with a warning. Any other document of several days
    raises DocumentError('window').
    """
    undated = [section for section in undated_sections(job.feed) if section in sections]
    if not undated:
        return sections
    days = specified_days(specification, job.scope.time_zone)
    wanted = {each.day for each in job.slices} if job.slices is not None else None
    if days is not None and wanted is not None and not _overlap(days, wanted):
        raise DocumentError(
            f"The document is of {day_range_text(days)}, but {day_range_text(wanted)} was asked for. Ask for it again.",
            kind="window",
        )
    if days is not None and _is_one_period(job.feed, days) and (wanted is None or wanted == {days[0]}):
        job.only_day = days[0]
    elif days is None and wanted is not None and len(wanted) == 1:
        (job.only_day,) = wanted
    if job.only_day is not None:
        check_granularity(job.feed, specification)
        return sections
    names = ", ".join(section.path.split(".")[0] for section in undated)
    period = day_range_text(days) if days is not None else "a period that it does not name"
    unit = job.feed.period
    reason = (
        f"The rows of {names} carry no day and sum up the whole period, {period}: only a document of a single {unit} "
        "can fill them"
    )
    if not job.is_import:
        raise DocumentError(f"{reason}, which this one is not. Ask for each {unit} by itself.", kind="window")
    if days is None:
        raise DocumentError(
            f"{reason}. If it is of one {unit}, say which: give its first and last day as --from and --to. If it is of "
            f"several, download one document per {unit}.",
            kind="window",
        )
    job.warnings.append(
        f"{reason}. They were left out; the rest was loaded. Import one document per {unit} to have them."
    )
    job.without += undated
    return [section for section in sections if section not in undated]


def _is_one_period(feed: Feed, days: tuple[date, date]) -> bool:
    first, last = days
    return periods.first_of(feed.period, first) == first and periods.last_of(feed.period, first) == last


def _overlap(days: tuple[date, date], wanted: set[date]) -> bool:
    return any(days[0] <= day <= days[1] for day in wanted)


def _copy(job: LoadJob, sections: list[Section], load_id: int) -> Seen:
    """Copy all sections, one after the other. Raises DocumentError."""
    seen = Seen(charset=_charset(job), most_rows=job.most_rows)
    for section in sections:
        rows = _copy_section(job, section, load_id, seen)
        _check_copied(job, section, rows, seen)
    return seen


def _check_copied(job: LoadJob, section: Section, rows: int, seen: Seen) -> None:
    """Record the day and the new keys of a section's rows. Raises DocumentError if they lack a required key."""
    keys = seen.keys[section.name]
    if rows and not section.day and job.only_day is not None:
        seen.days.add(job.only_day)
        check_granularity(job.feed, None, keys)
    missing = [key for key in section.required if key not in keys]
    if rows and missing:
        shown = ", ".join(each[:40] for each in sorted(keys)[:8])
        raise DocumentError(
            f"No row of {section.path} has {', '.join(missing)}, without which {job.feed.name} cannot be used; "
            f"they have {shown}. It is another report, or Amazon has renamed something.",
            kind="missing_column",
        )
    job.new_columns(raw_tables.record_new_keys(job.conn, job.feed, section, unknown_keys(section, keys)))


def _copy_section(job: LoadJob, section: Section, load_id: int, seen: Seen) -> int:
    """Copy a section the fast way, or else element by element. Returns the number of rows. Raises DocumentError."""
    feed, zone = job.feed, job.scope.time_zone
    source = _read(job)
    try:
        with job.conn.transaction():
            rows = copy_batches(job.conn, feed, section, zone, _batches(job, section, source), load_id, seen)
    except Miss as miss:
        log.info("%s %s: %s read element by element: %s", feed.name, job.scope.scope_id, section.path, miss)
        source = _read(job)
        try:
            rows = copy_section(job.conn, feed, section, zone, _elements(job, section, source), load_id, seen)
        except psycopg.errors.DataError as error:
            raise DocumentError(
                f"The document has a value that Postgres cannot hold ({error.diag.message_primary}: "
                f"{error.diag.context}). Ask for it again.",
                kind="not_json",
            ) from None
    seen.undecodable += source.mended
    return rows
