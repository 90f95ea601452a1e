"""Loading a delimited document: its header, its charset, the fast way, and the careful way where that one fails.

A document in another notation than the feed's is rewritten as it streams in (`formats/notation.py`): what is archived,
copied and read again is in the feed's own.
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
from pipelines.landing.formats.streams import READ, line_blocks, plain_blocks, read_ahead, refuse_error_page
from pipelines.landing.formats.written_dates import in_feeds_way
from pipelines.landing.incoming import LoadOutcome, Seen
from pipelines.landing.ledger import loads
from pipelines.landing.loading import raw_tables
from pipelines.landing.loading.copying import Table, copy_careful, copy_fast
from pipelines.landing.loading.load_job import LoadJob, Quarantined
from pipelines.landing.personal.pseudonyms import Pseudonyms

log = logging.getLogger(__name__)

_FIRST_LINES = 20


def load(job: LoadJob) -> LoadOutcome:
    """See `load.load_document`."""
    charsets, delimiter, table = prepare(job)
    assert job.strip is not None
    stripped = replace(table, layout=table.layout.as_kept)
    raw_tables.ensure_table(job.conn, table.feed, table.section)
    job.new_columns(_widen(job, stripped))
    job.left_out(table.section, [table.layout.headers[i] for i in table.layout.judged])
    is_rewritten = bool(edits_of(table.layout)) and (table.quoted or delimiter != "\t")
    if is_rewritten or job.may_be_known():
        archived = job.archive.put(job.strip(_whole(job)))
        known = job.confirmed(archived)
        if known is not None:
            return known
        table = stripped  # what is read from now on is the archive's copy
    try:
        while delimiter == "\t":
            try:
                return _fast(job, table, charsets[0])
            except Miss as miss:
                log.info("%s %s: not read as %s: %s", job.feed.name, job.scope.scope_id, charsets[0], miss)
                if not miss.encoding or len(charsets) == 1:
                    break
                tried, charsets = charsets[0], (_likelier(job, charsets),)
                if charsets[0] == tried:
                    break
        return _careful(job, stripped, charsets, delimiter)
    except Quarantined as verdict:
        return job.quarantine(verdict)


def prepare(job: LoadJob) -> tuple[tuple[str, ...], str, Table]:
    """Charsets to try, delimiter and table of a document; `job` knows then how it is stripped. Raises DocumentError."""
    charsets, table = _look(job, _charsets(job))
    if not is_line_safe(charsets[0]):
        job.transcode, charsets = charsets[0], ("utf-8",)
    if table.layout.hashed:
        job.pseudonyms = Pseudonyms(job.hash_key, job.tenant_id, charsets)
    _settle_dates(job, table)
    job.strip = stripping(table, job.pseudonyms)
    return charsets, job.feed.delimiter, table


def stripping(table: Table, pseudonyms: Pseudonyms | None) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    """What takes the personal columns of this table out of a document's blocks, which are in the feed's notation."""
    return functools.partial(
        strip_quoted if table.quoted else strip_personal,
        layout=table.layout,
        is_placed=table.is_placed,
        pseudonyms=pseudonyms,
        delimiter=table.feed.delimiter.encode(),
    )


def copy_again(job: LoadJob, load_id: int) -> Seen:
    """The rows of a document that was loaded, once more from the archive, within the caller's transaction.

    job: its content type names the charset that the document was found to be in. Raises DocumentError, and
    FileNotFoundError where the archive has it no more.
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
    """Charset and table of a document that is in the archive; `job` knows then its notation. Raises DocumentError.

    What is hashed is so already. Personal columns it has only if it was archived before they were judged as now.
    """
    charset = named_charset(job.incoming.content_type) or "utf-8"
    _, table = _look(job, [(charset,)])
    return charset, replace(table, layout=replace(table.layout, hashed=()))


def rows(job: LoadJob) -> Iterator[dict[str, str]]:
    """The rows of a document that is only looked at: nothing is archived or loaded; lines that cannot be read are left
    out. By the feed's column names. job: only feed, scope and document count. Raises DocumentError."""
    charsets, delimiter, table = prepare(job)
    charset = _likelier(job, charsets)
    reader = CarefulLines(table.layout, charset, delimiter, table.quoted, table.is_placed, whole=bool(table.numbers))
    with contextlib.closing(_whole(job)) as blocks:
        for line in reader.read(blocks):
            if isinstance(line, Row):
                yield dict(zip(table.layout.columns, line.values, strict=False))


def _look(job: LoadJob, choices: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], Table]:
    """Charsets to try, and table, from the document's beginning; `job` knows then its notation. Raises DocumentError.

    choices: of charsets; those before the first that the header can be read in are left out.
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
    """The document's first lines; in UTF-8 if a charset is given."""
    with contextlib.closing(line_blocks(plain_blocks(job.incoming.open(), READ), charset)) as blocks:
        return next(blocks, b"")


def _charsets(job: LoadJob) -> Iterator[tuple[str, ...]]:
    """The charsets to try in turn. First those of a document without a content type, where that names an odd one."""
    named = candidates(job.incoming.content_type, job.charset_of_last_resort)
    if not is_line_safe(named[0]):
        yield candidates(None, job.charset_of_last_resort)
    yield named


def _settle_dates(job: LoadJob, table: Table) -> None:
    """Look how the document's plain dates are written, if it has any; `job` knows then what is to be done to them."""
    section = table.section
    if not section.dates or job.rewriting is None:
        return
    places = {header: place for header in section.dates if (place := table.layout.position(header)) is not None}
    witness = table.layout.position(section.dated_by)
    positions = (*places.values(), *(() if witness is None else (witness,)))
    with contextlib.closing(_whole(job)) as blocks:
        found = list(values_at(blocks, job.feed.delimiter, table.quoted, positions))
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


def _whole(job: LoadJob) -> Generator[bytes]:
    """The document from its beginning, in the feed's notation; in UTF-8 if its lines could not be cut otherwise."""
    job.mended = 0
    lines = line_blocks(plain_blocks(job.incoming.open()), job.transcode, job.count_mended)
    return read_ahead(rewritten(lines, job.rewriting) if job.rewriting is not None else lines)


def from_archive(job: LoadJob, archived: Archived, *, again: bool = False) -> Generator[bytes]:
    """A document of the archive. again: it was archived once, maybe before documents were rewritten on their way in."""
    lines = line_blocks(plain_blocks(job.archive.open(archived.path)))
    return read_ahead(rewritten(lines, job.rewriting) if again and job.rewriting is not None else lines)


def _fast(job: LoadJob, table: Table, charset: str) -> LoadOutcome:
    """Archive and COPY in one pass over the document. Raises Miss, with nothing kept."""
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
    """A whole document the fast way; `keep` is given what the archive keeps. Raises Miss."""
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
    """Archive first, then line by line from what the archive keeps."""
    assert job.strip is not None
    if job.archived is None:
        job.archived = job.archive.put(job.strip(_whole(job)))
    charset = _likelier(job, charsets)
    with (
        contextlib.closing(from_archive(job, job.archived)) as blocks,
        job.conn.transaction(),
    ):
        load_id = loads.next_load_id(job.conn)
        seen: Seen = copy_careful(job.conn, table, charset, delimiter, blocks, load_id)
        return job.settle(load_id, job.archived, seen)


def _likelier(job: LoadJob, charsets: tuple[str, ...]) -> str:
    if len(charsets) == 1:
        return charsets[0]
    with contextlib.closing(_whole(job) if job.archived is None else from_archive(job, job.archived)) as blocks:
        return likelier(blocks, charsets)


def _widen(job: LoadJob, table: Table) -> list[str]:
    """Give the raw table the columns of this document; the headers that are new."""
    layout = table.layout
    return raw_tables.widen(
        job.conn,
        table.feed,
        table.section,
        dict(zip(layout.columns, layout.headers, strict=True)),
        [layout.columns[i] for i in layout.unknown],
    )


def _nowhere(block: bytes) -> None:
    """What the archive has already is not written again."""
