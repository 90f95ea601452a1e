"""Loads a delimited document: reads its header, finds its charset, copies it the fast way or else the careful way.

A document in another notation than the feed's is rewritten while it streams in (`formats/notation.py`). So the archive
holds the feed's own notation, and COPY and replays read it. The rows are sent to Postgres in `copying.py`.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace

from pipelines.errors import DocumentError
from pipelines.landing.archive.store import Archived
from pipelines.landing.formats.careful_lines import CarefulLines, Row
from pipelines.landing.formats.charsets import (
    byte_order_mark,
    candidates,
    decode,
    is_line_safe,
    likelier,
    named_charset,
)
from pipelines.landing.formats.fast_lines import Miss
from pipelines.landing.formats.layout import layout_of
from pipelines.landing.formats.notation import header_of, headers_in, notation_of, rewriting_of, rewritten, values_at
from pipelines.landing.formats.redact_lines import edits_of, strip_personal
from pipelines.landing.formats.redact_quoted import strip_quoted
from pipelines.landing.formats.streams import (
    READ,
    is_no_table,
    line_blocks,
    plain_blocks,
    read_ahead,
    refuse_error_page,
)
from pipelines.landing.formats.written_dates import in_feeds_way
from pipelines.landing.incoming import LoadOutcome, Seen
from pipelines.landing.ledger import loads
from pipelines.landing.loading import raw_tables
from pipelines.landing.loading.copying import Table, copy_careful, copy_fast, look_through
from pipelines.landing.loading.load_job import LoadJob, Quarantined
from pipelines.landing.personal.pseudonyms import Pseudonyms

log = logging.getLogger(__name__)

_FIRST_LINES = 20
_LONGEST_DATE, _LONGEST_WITNESS = 40, 10  # Characters; of a witness, which is a date-time, its date is enough.
_MOST_DATES = 50_000


def load(job: LoadJob) -> LoadOutcome:
    """Load a table; see `document.load_document`."""
    charsets, delimiter, table = prepare(job)
    table = replace(table, most_rows=job.most_rows)
    assert job.strip is not None
    stripped = replace(table, layout=table.layout.as_kept)
    raw_tables.ensure_table(job.conn, table.feed, table.section)
    if raw_tables.lacking(job.conn, table.feed.table(table.section), stripped.layout.columns):
        _look_first(job, stripped, charsets, delimiter)
    job.new_columns(_widen(job, stripped))
    job.left_out(table.section, [table.layout.headers[i] for i in table.layout.judged])
    is_rewritten = bool(edits_of(table.layout)) and (table.quoted or delimiter != "\t")
    if is_rewritten or job.may_be_known():
        archived = job.archive.put(job.strip(_whole(job)))
        known = job.confirmed(archived)
        if known is not None:
            return known
        table = stripped  # From here on, the archive's copy is read, which has no personal columns.
    try:
        while delimiter == "\t":
            try:
                return _fast(job, table, charsets[0])
            except Miss as miss:
                log.info("%s %s: not read as %s: %s", job.feed.name, job.scope.scope_id, charsets[0], miss)
                if not miss.encoding or len(charsets) == 1:
                    break
                tried, charsets = charsets[0], (_likelier_charset(job, charsets),)
                if charsets[0] == tried:
                    break
        return _careful(job, stripped, charsets, delimiter)
    except Quarantined as verdict:
        return job.quarantine(verdict)


def prepare(job: LoadJob) -> tuple[tuple[str, ...], str, Table]:
    """Read the beginning of a document. Returns the charsets to try, the delimiter and the table.

    Sets the job's transcode, rewriting, pseudonyms and strip. Raises DocumentError if it is no table of this feed.
    """
    charsets, table = _read_header(job, _charsets(job))
    if not is_line_safe(charsets[0]):
        job.transcode, charsets = charsets[0], ("utf-8",)
    if table.layout.hashed:
        job.pseudonyms = Pseudonyms(job.hash_key, job.tenant_id, charsets)
    _find_date_order(job, table)
    job.strip = stripping(table, job.pseudonyms)
    return charsets, job.feed.delimiter, table


def stripping(table: Table, pseudonyms: Pseudonyms | None) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    """The function that removes a table's personal columns from the document's blocks, in the feed's notation."""
    return functools.partial(
        strip_quoted if table.quoted else strip_personal,
        layout=table.layout,
        is_placed=table.is_placed,
        pseudonyms=pseudonyms,
        delimiter=table.feed.delimiter.encode(),
    )


def copy_again(job: LoadJob, load_id: int) -> Seen:
    """Copy the rows of a loaded document again from the archive, in the caller's transaction.

    job: its content type must name the charset that was found when the document was loaded. Raises DocumentError, and
    FileNotFoundError if the archive does not have the document.
    """
    assert job.archived is not None
    charset, table = look_again(job)
    strip, table = stripping(table, None), replace(table, layout=table.layout.as_kept)
    _widen(job, table)
    if job.feed.delimiter == "\t":
        with (
            contextlib.suppress(Miss),
            job.conn.transaction(),
            contextlib.closing(from_archive(job, job.archived, again=True)) as blocks,
        ):
            return _copy(job, table, charset, strip(blocks), load_id, _nowhere)
    with contextlib.closing(from_archive(job, job.archived, again=True)) as blocks:
        return copy_careful(job.conn, table, charset, job.feed.delimiter, strip(blocks), load_id)


def look_again(job: LoadJob) -> tuple[str, Table]:
    """The charset and table of a document that is in the archive. Sets the job's rewriting. Raises DocumentError.

    Hashed columns are hashed already. Personal columns are there only if the document was archived before the rules
    called them personal.
    """
    charset = named_charset(job.incoming.content_type) or "utf-8"
    _, table = _read_header(job, [(charset,)])
    return charset, replace(table, layout=replace(table.layout, hashed=()))


def rows(job: LoadJob) -> Iterator[dict[str, str]]:
    """Read the rows of a document without archiving or loading it, as raw column -> text.

    Lines that cannot be read are left out. job: only its feed, scope and document are used. Raises DocumentError.
    """
    charsets, delimiter, table = prepare(job)
    charset = _likelier_charset(job, charsets)
    reader = CarefulLines(table.layout, charset, delimiter, table.quoted, table.is_placed, whole=bool(table.numbers))
    with contextlib.closing(_whole(job)) as blocks:
        for line in reader.read(blocks):
            if isinstance(line, Row):
                yield dict(zip(table.layout.columns, line.values, strict=False))


def _read_header(job: LoadJob, choices: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], Table]:
    """Read the header line. Returns the charsets to try and the table, and sets the job's rewriting.

    choices: lists of charsets, of which the first is taken in which the header fits the feed. From that list, charsets
    in which the header cannot be decoded are removed. Raises DocumentError if the header fits in none.
    """
    section = job.feed.sections[0]
    first = _beginning(job, None)
    refuse_error_page(first)
    if not first.strip():
        raise DocumentError(
            "The document is empty: not even a header is in it. Ask for it again.", kind="empty_document"
        )
    if first.lstrip()[:1] in (b"{", b"["):
        raise DocumentError(
            f"The document is JSON; a {job.feed.title} document ({job.feed.name}) is a table. Give the feed that it "
            "belongs to.",
            kind="wrong_type",
        )
    problem: DocumentError | None = None
    with contextlib.closing(plain_blocks(job.incoming.open(), READ)) as blocks:
        _, marked = byte_order_mark(next(blocks, b""))
    for charsets in choices:
        safe = is_line_safe(charsets[0])
        lines = (first if safe else _beginning(job, charsets[0])).split(b"\n", _FIRST_LINES)[:_FIRST_LINES]
        if is_no_table(lines):
            raise DocumentError(
                "The document is no table of this report: its first lines are longer, or have more fields, than any "
                "header has. Look at it, and ask for it again.",
                kind="wrong_type",
            )
        skip, _ = header_of([each.decode("latin-1") for each in lines])
        tried = charsets if safe else ("utf-8",)
        fitting = next((i for i, each in enumerate(tried) if not decode(lines[skip], each)[1]), len(tried) - 1)
        header = decode(lines[skip], tried[fitting])[0].rstrip("\r")
        before = [each.decode("latin-1") for each in lines[:skip]]
        try:
            notation = notation_of(job.feed, [*before, header], spreadsheet=marked is not None and marked != "utf-8")
            layout = layout_of(job.feed, section, headers_in(header, notation), job.judge)
            job.rewriting = rewriting_of(job.feed, header, notation)
            quoted = job.rewriting.quoted
            return charsets[fitting:], Table(job.feed, section, layout, job.scope.time_zone, quoted)
        except DocumentError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _beginning(job: LoadJob, charset: str | None) -> bytes:
    """The document's first lines. charset: if given, they are converted from it to UTF-8."""
    with contextlib.closing(line_blocks(plain_blocks(job.incoming.open(), READ), charset)) as blocks:
        return next(blocks, b"")


def _charsets(job: LoadJob) -> Iterator[tuple[str, ...]]:
    """The lists of charsets to try, see `_read_header`.

    If the content type names a charset in which bytes cannot be cut into lines, it is likely to be wrong. Then the list
    of a document without a content type is tried first.
    """
    named = candidates(job.incoming.content_type, job.charset_of_last_resort)
    if not is_line_safe(named[0]):
        yield candidates(None, job.charset_of_last_resort)
    yield named


def _find_date_order(job: LoadJob, table: Table) -> None:
    """Find out whether the document's dates have the day or the month first. Adds their rewriting to the job's."""
    section = table.section
    if not section.dates or job.rewriting is None:
        return
    places = {header: place for header in section.dates if (place := table.layout.position(header)) is not None}
    witness = table.layout.position(section.dated_by)
    positions = (*places.values(), *(() if witness is None else (witness,)))
    with contextlib.closing(_whole(job)) as blocks:
        found = _different(values_at(blocks, job.feed.delimiter, table.quoted, positions), witness is not None)
    wanted = (
        {each.day for each in job.slices or ()} if job.feed.period == "day" and job.feed.shape == "windowed" else ()
    )
    market = job.incoming.store or (job.scope.stores[0] if job.scope.stores else None)
    dates, warning = in_feeds_way(
        section,
        {header: {row[i] for row in found} for i, header in enumerate(places)},
        day_first=job.is_import and (market is None or market.marketplace.day_first),
        wanted=wanted,
        witnesses=() if witness is None else {(row[0], row[-1]) for row in found},
        today=job.incoming.report_created_at.date() if job.feed.shape == "windowed" else None,
    )
    job.rewriting = replace(job.rewriting, dates={places[header]: write for header, write in dates.items()})
    if warning and job.is_import:
        job.warnings.append(warning)


def _look_first(job: LoadJob, table: Table, charsets: tuple[str, ...], delimiter: str) -> None:
    """Judge a document before the table gets its columns, which stay for good. Raises DocumentError."""
    assert job.strip is not None
    with contextlib.closing(_whole(job)) as blocks:
        job.refuse_unfit(look_through(table, _likelier_charset(job, charsets), delimiter, job.strip(blocks)))


def _different(rows: Iterable[list[str]], witnessed: bool) -> set[tuple[str, ...]]:
    """The different rows, whose last value may be a witness; at most so many that a document of nothing but different
    ones takes no room.
    """
    found: set[tuple[str, ...]] = set()
    for row in rows:
        if witnessed:
            row[-1] = row[-1][:_LONGEST_WITNESS]
        found.add(tuple(each[:_LONGEST_DATE] for each in row))
        if len(found) >= _MOST_DATES:
            break
    return found


def _whole(job: LoadJob) -> Generator[bytes]:
    """The whole document in the feed's notation, and in UTF-8 if its bytes cannot be cut into lines otherwise."""
    job.mended = 0
    lines = line_blocks(plain_blocks(job.incoming.open()), job.transcode, job.count_mended)
    return read_ahead(rewritten(lines, job.rewriting) if job.rewriting is not None else lines)


def from_archive(job: LoadJob, archived: Archived, *, again: bool = False) -> Generator[bytes]:
    """A document from the archive.

    again: True for a replay, whose document may have been archived before documents were rewritten to the feed's
    notation. It is then rewritten now.
    """
    lines = line_blocks(plain_blocks(job.archive.open(archived.path)))
    return read_ahead(rewritten(lines, job.rewriting) if again and job.rewriting is not None else lines)


def _fast(job: LoadJob, table: Table, charset: str) -> LoadOutcome:
    """Archive and COPY in one pass over the document. Raises Miss; nothing is then archived or loaded."""
    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(job.archive.writer()) if job.archived is None else None
        blocks = stack.enter_context(
            contextlib.closing(_whole(job) if job.archived is None else from_archive(job, job.archived))
        )
        stack.enter_context(job.conn.transaction())
        load_id = loads.next_load_id(job.conn)
        seen = _copy(job, table, charset, blocks, load_id, writer.write if writer else _nowhere)
        archived = writer.finish() if writer is not None else job.archived
        assert archived is not None
        return job.settle(load_id, archived, seen)


def _copy(
    job: LoadJob, table: Table, charset: str, blocks: Iterator[bytes], load_id: int, keep: Callable[[bytes], object]
) -> Seen:
    """Copy a whole document the fast way. keep: called with the bytes that the archive keeps. Raises Miss."""
    header, newline, rest = next(blocks, b"").partition(b"\n")
    first = [header + newline]
    keep(b"".join(job.strip(iter(first)) if job.strip else first))

    def body() -> Iterator[bytes]:
        if rest:
            yield rest
        yield from blocks

    wanted = frozenset(each.day for each in job.slices or ())
    return copy_fast(job.conn, table, charset, body(), load_id, keep, wanted, job.pseudonyms)


def _careful(job: LoadJob, table: Table, charsets: tuple[str, ...], delimiter: str) -> LoadOutcome:
    """Archive the document first, then copy it line by line from the archive."""
    assert job.strip is not None
    if job.archived is None:
        job.archived = job.archive.put(job.strip(_whole(job)))
    charset = _likelier_charset(job, charsets)
    with (
        contextlib.closing(from_archive(job, job.archived)) as blocks,
        job.conn.transaction(),
    ):
        load_id = loads.next_load_id(job.conn)
        seen: Seen = copy_careful(job.conn, table, charset, delimiter, blocks, load_id)
        return job.settle(load_id, job.archived, seen)


def _likelier_charset(job: LoadJob, charsets: tuple[str, ...]) -> str:
    if len(charsets) == 1:
        return charsets[0]
    with contextlib.closing(_whole(job) if job.archived is None else from_archive(job, job.archived)) as blocks:
        return likelier(blocks, charsets)


def _widen(job: LoadJob, table: Table) -> list[str]:
    """Add this document's columns to the raw table. Returns the headers that no document of the feed had before."""
    layout = table.layout
    return raw_tables.widen(
        job.conn,
        table.feed,
        table.section,
        dict(zip(layout.columns, layout.headers, strict=True)),
        [layout.columns[i] for i in layout.unknown],
    )


def _nowhere(block: bytes) -> None:
    """Drop a block, instead of writing it to the archive, which has the document already."""
