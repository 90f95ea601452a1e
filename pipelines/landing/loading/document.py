"""Loads one document as one load in one transaction: archive, COPY, point the slices at the load, mark the change.

`load_document` is the only way into the raw tables, for runs and for `tradewind import`. Tables are loaded by
`delimited.py`, JSON by `json_documents.py`; what both share is in `load_job.py`. What is asked for, when it is asked
for again and how failures are recorded is decided in `planning/` and `run/`.
"""

from __future__ import annotations

import contextlib
import logging
import time
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
from pipelines.telemetry import names
from pipelines.telemetry.context import bind
from pipelines.telemetry.recording import count, observe, span

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
    """Load one document. It blocks, so call it in a thread, and it commits by itself.

    conn: must be idle, outside a transaction, and is idle again afterwards.
    slices: the slices that the document answers. After success they are `loaded` or `empty` with checked_at =
    report_created_at, their leases are released (claimed_by and next_try_at null, attempts 0), and the request is
    `done`. None for an import that states no days: its slices are the days of its rows (`replace`), its instant unless
    the newest snapshot has the same bytes (`snapshot`), or none (`upsert`).
    personal: the tenant's choice on personal data. Unless it keeps everything, personal columns reach neither the raw
    tables nor the archive: those that the feed lists, and unknown ones whose names sound personal
    (`personal/columns.py`). hash_key: the key with which hashed columns are hashed (`pseudonyms.hash_key`); required by
    feeds that have such columns.

    Raises DocumentError if the document is refused: nothing is loaded, the document is in the archive, and the slices
    are unchanged, so the caller has to record the failure. Raises LeaseLost if another run has taken over a slice;
    nothing is loaded then.
    """
    if conn.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("load_document needs an idle connection: it commits by itself")
    job = LoadJob(conn, archive, feed, scope, incoming, slices, personal, hash_key)
    with bind(feed=feed.name, store=scope.scope_id), _measured(job) as outcomes:
        try:
            outcome = json_documents.load(job) if feed.is_json else delimited.load(job)
        except DocumentError as error:
            log.info("%s %s: refused (%s)", feed.name, scope.scope_id, error.kind)
            _keep_refused(job)
            raise
        except psycopg.Error:
            raw_tables.forget(conn)
            raise
        outcomes.append(outcome)
    return outcome


@contextlib.contextmanager
def _measured(job: LoadJob) -> Iterator[list[LoadOutcome]]:
    """A span and figures of one load. What became of it is put into the list that it gives, if it comes to an end."""
    started, came, what = time.monotonic(), list[LoadOutcome](), "failed"
    feed = job.feed.name
    with span("load", {"tradewind.origin": job.incoming.origin}) as work:
        try:
            yield came
            what = "quarantined" if came[0].quarantined else "unchanged" if came[0].unchanged else "loaded"
        except DocumentError as error:
            what = "refused"
            work.set({"tradewind.refusal": error.kind})
            raise
        finally:
            size = job.archived.size if job.archived else 0
            rows = came[0].rows if came and what == "loaded" else 0
            work.set({"tradewind.rows": rows, "tradewind.size": size, "tradewind.outcome": what})
            seconds = time.monotonic() - started
            observe(names.LOAD_DURATION, {"tradewind.source": job.feed.source, "tradewind.outcome": what}, seconds)
            count(names.LOADED_ROWS, {"tradewind.feed": feed}, rows)
            count(names.LOADED_BYTES, {"tradewind.feed": feed}, size)
            count(names.REJECTED_ROWS, {"tradewind.feed": feed}, came[0].rejected if came else 0)


def _keep_refused(job: LoadJob) -> None:
    """Archive a refused document, as far as it can be read, and record its path and its rejected lines."""
    archived = job.archived or job.archive.put(_readable(job))
    with job.conn.transaction():
        job.write_refusal(archived)


def _readable(job: LoadJob) -> Iterator[bytes]:
    """What the archive keeps of a refused document: the part that can be read, without personal data."""
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
