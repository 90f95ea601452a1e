"""One document, one load, one transaction: archive, COPY, point the slices at the load, mark the change.

`load_document` is the only way into the raw tables, for the engine and for `tradewind import` alike. What bytes mean is
told by `formats/streams.py`, `formats/layout.py`, `formats/fast_lines.py`, `formats/careful_lines.py` and
`formats/json_sections.py`, whose document it is by `ownership.py`, what is written to the ledger by `ledger/loads.py`.
What to ask for, when to ask again and how failures are written down is not decided here (`run/engine.py`,
`ledger/requests.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from pipelines.errors import DocumentError
from pipelines.landing.formats.notation import rewritten
from pipelines.landing.formats.redact_unread import strip_unread
from pipelines.landing.formats.streams import line_blocks, plain_blocks
from pipelines.landing.incoming import Incoming, LeaseLost, LoadOutcome, Origin, SliceKey
from pipelines.landing.loading import delimited, json_documents, raw_tables
from pipelines.landing.loading.load_job import LoadJob
from pipelines.stores import UNDECIDED, PersonalChoice

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.archive.store import Archive
    from pipelines.stores import Scope

__all__ = ["Incoming", "LeaseLost", "LoadOutcome", "Origin", "SliceKey", "load_document"]

log = logging.getLogger(__name__)


def load_document(
    conn: psycopg.Connection,
    archive: Archive,
    feed: Feed,
    scope: Scope,
    incoming: Incoming,
    *,
    slices: Sequence[SliceKey] | None,
    personal: PersonalChoice = UNDECIDED,
    hash_key: bytes = b"",
) -> LoadOutcome:
    """Land one document. Blocking (call it through `asyncio.to_thread`); commits by itself.

    conn: idle, outside a transaction; it is idle again afterwards. slices: those that the document answers; after
    success they are `loaded` or `empty`, checked_at = report_created_at, lease released (claimed_by, next_try_at null,
    attempts 0, request_id = incoming.request_id), and the request is `done`. None, for imports that lease no coverage:
    the days of the rows (`replace`), the instant unless the newest snapshot is the same (`snapshot`), or none at all
    (`upsert`).
    personal: what the tenant has decided on personal data. Unless it keeps everything, columns that the feed calls
    personal, or that nobody knows and that are named like it (`personal/columns.py`), reach neither the raw tables nor
    the archive, and of the feed's hashed ones only a hash with hash_key does (`pseudonyms.hash_key`; feeds that have
    any need it).

    Raises DocumentError (nothing of it is loaded, the document is in the archive, the slices are as they were: their
    failure is the caller's to write), LeaseLost (nothing is loaded).
    """
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("load_document needs an idle connection: it commits by itself")
    job = LoadJob(conn, archive, feed, scope, incoming, slices, personal, hash_key)
    try:
        return json_documents.load(job) if feed.is_json else delimited.load(job)
    except DocumentError as error:
        log.info("%s %s: refused (%s)", feed.name, scope.scope_id, error.kind)
        _keep_refused(job)
        raise
    except psycopg.Error:
        raw_tables.forget(conn)
        raise


def _keep_refused(job: LoadJob) -> None:
    """Put a refused document into the archive, as far as it can be read, and write its place and its rejected lines."""
    archived = job.archived or job.archive.put(_readable(job))
    with job.conn.transaction():
        job.write_refusal(archived)


def _readable(job: LoadJob) -> Iterator[bytes]:
    """What is kept of a refused document, as far as it can be read."""
    blocks = plain_blocks(job.incoming.open())
    try:
        if job.strip is None:
            yield from strip_unread(blocks, job.personal, job.charset_of_last_resort)
        elif job.feed.is_json:
            yield from job.strip(blocks)
        else:
            lines = line_blocks(blocks, job.transcode)
            yield from job.strip(rewritten(lines, job.rewriting) if job.rewriting is not None else lines)
    except DocumentError:
        return
