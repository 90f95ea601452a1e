"""One document, one load, one transaction: archive, COPY, point the slices at the load, mark the change.

`load_document` is the only way into the raw tables, for the engine and for `tradewind import` alike. What bytes mean is
told by `documents.py`, `columns.py`, `fast_lines.py`, `careful_lines.py` and `json_sections.py`, whose document it is
by `belonging.py`, what is written to the ledger by `settling.py`. What to ask for, when to ask again and how failures
are written down is not decided here (`engine.py`, `ledger.py`).
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from pipelines.errors import DocumentError
from pipelines.landing import load_delimited, load_json, raw_tables
from pipelines.landing.columns import unknown_layout
from pipelines.landing.documents import line_blocks, plain_blocks
from pipelines.landing.handover import ClaimLost, Incoming, LoadOutcome, Origin, SliceKey
from pipelines.landing.loading import Job
from pipelines.landing.notation import Rewriting, headers_in, rewritten, widest
from pipelines.landing.personal import strip_personal

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.archive import Archive
    from pipelines.stores import Scope

__all__ = ["ClaimLost", "Incoming", "LoadOutcome", "Origin", "SliceKey", "load_document"]

log = logging.getLogger(__name__)

_FIRST_LINES = 20


def load_document(
    conn: psycopg.Connection,
    archive: Archive,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    *,
    slices: Sequence[SliceKey] | None,
    keep_personal: bool = False,
    hash_key: bytes = b"",
) -> LoadOutcome:
    """Land one document. Blocking (call it through `asyncio.to_thread`); commits by itself.

    conn: idle, outside a transaction; it is idle again afterwards. slices: those that the document answers; after
    success they are `loaded` or `empty`, checked_at = report_created_at, claim released (claimed_by, next_try_at null,
    attempts 0, request_id = incoming.request_id), and the request is `done`. None, for imports that claim no coverage:
    the days of the rows (`replace`), the instant unless the newest snapshot is the same (`snapshot`), or none at all
    (`upsert`).
    keep_personal: the tenant keeps personal data; else the feed's personal columns reach neither the raw tables nor the
    archive, and of its hashed ones only a hash with hash_key does (`pseudonyms.hash_key`; feeds that have any need it).

    Raises DocumentError (nothing of it is loaded, the document is in the archive, the slices are as they were: their
    failure is the caller's to write), ClaimLost (nothing is loaded).
    """
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("load_document needs an idle connection: it commits by itself")
    job = Job(conn, archive, feed, scope, incoming, slices, keep_personal, hash_key)
    try:
        return load_json.load(job) if feed.is_json else load_delimited.load(job)
    except DocumentError as error:
        log.info("%s %s: refused (%s)", feed.name, scope.scope_id, error.kind)
        _keep_refused(job)
        raise
    except psycopg.Error:
        raw_tables.forget(conn)
        raise


def _keep_refused(job: Job) -> None:
    """Put a refused document into the archive, as far as it can be read, and write its place and its rejected lines."""
    archived = job.archived or job.archive.put(_readable(job))
    with job.conn.transaction():
        job.write_refusal(archived)


def _readable(job: Job) -> Iterator[bytes]:
    blocks = plain_blocks(job.incoming.open())
    try:
        if job.feed.is_json:
            yield from blocks
        elif job.strip is not None and job.rewriting is not None:
            yield from job.strip(rewritten(line_blocks(blocks, job.transcode), job.rewriting))
        else:
            yield from _strip_unknown(line_blocks(blocks))
    except DocumentError:
        return


def _strip_unknown(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A table whose columns are not known: those that are named like personal data are taken out."""
    first = next(blocks, b"")
    lines = [each.decode("latin-1").rstrip("\r") for each in first.split(b"\n", _FIRST_LINES)[:_FIRST_LINES]]
    notation = widest(lines)
    layout = unknown_layout(headers_in(lines[notation.skip], notation))
    found: Iterator[bytes] = itertools.chain((first,), blocks)
    if layout.personal or notation.delimiter == "\t":
        found = rewritten(found, Rewriting(notation, "\t", quoted=False))
    yield from strip_personal(found, layout, lambda values: None)
