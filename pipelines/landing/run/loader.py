"""Loads documents in a few threads, each with its own connection, so that COPY does not block the event loop.

How a document is loaded is in `loading/document.py`. What becomes of its slices if it cannot be loaded is decided in
`endings.py`.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg.pq import TransactionStatus

from pipelines.landing.archive import manifests
from pipelines.landing.incoming import Incoming, LoadOutcome, SliceKey
from pipelines.landing.loading.document import load_document

if TYPE_CHECKING:
    from pipelines.feeds import Feed
    from pipelines.landing.archive.store import Archive
    from pipelines.stores import PersonalChoice, Scope

log = logging.getLogger(__name__)

WORKERS = 3
"""How many documents are loaded at the same time. Each needs one connection."""


class Loader:
    """`load_document` for the event loop. At most `WORKERS` documents are loaded at the same time; others wait."""

    def __init__(self, url: str, archive: Archive, hash_key: bytes) -> None:
        self._url = url
        self._archive = archive
        self._hash_key = hash_key
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="landing")
        self._own = threading.local()
        self._connections: set[psycopg.Connection] = set()
        self._lock = threading.Lock()
        self._stopping = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        for conn in self._connections:
            conn.close()
        await asyncio.to_thread(self._write_manifests)

    async def stop(self) -> None:
        """Cancel the loads under way. Each rolls back, and its report stays 'ready' for the next run."""
        self._stopping = True
        with self._lock:
            busy = list(self._connections)
        await asyncio.gather(*(asyncio.to_thread(self._cancel, conn) for conn in busy))

    async def load(
        self, feed: Feed, scope: Scope, incoming: Incoming, slices: Sequence[SliceKey], *, personal: PersonalChoice
    ) -> LoadOutcome:
        """See `load_document`. If cancelled, it waits for its thread, which still reads the document's file."""
        work: Callable[[], LoadOutcome] = partial(self._load, feed, scope, incoming, slices, personal)
        # the thread's log lines and spans belong to the request that it works for
        future = asyncio.get_running_loop().run_in_executor(self._threads, contextvars.copy_context().run, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            if not future.cancelled():
                future.exception()  # read, so that asyncio does not log "exception was never retrieved"
            raise

    def _load(
        self, feed: Feed, scope: Scope, incoming: Incoming, slices: Sequence[SliceKey], personal: PersonalChoice
    ) -> LoadOutcome:
        if self._stopping:
            raise InterruptedError("The run is being stopped.")
        conn = self._connection()
        try:
            return load_document(
                conn,
                self._archive,
                feed,
                scope,
                incoming,
                slices=slices,
                personal=personal,
                hash_key=self._hash_key,
            )
        finally:
            if conn.closed or conn.info.transaction_status != TransactionStatus.IDLE:
                # The connection is closed or in an unfinished transaction: the next document gets a new one.
                with self._lock:
                    self._connections.discard(conn)
                self._own.conn = None
                conn.close()

    def _write_manifests(self) -> None:
        """Write to the archive's manifests what the run changed in the ledger. If it fails, the next run does it."""
        try:
            with psycopg.connect(self._url, application_name="tradewind landing") as conn:
                manifests.write_changes(conn, self._archive)
        except (psycopg.Error, OSError) as error:
            log.warning("what this run has learned is not in the archive yet, the next run puts it there: %s", error)

    def _connection(self) -> psycopg.Connection:
        conn: psycopg.Connection | None = getattr(self._own, "conn", None)
        if conn is None or conn.closed:
            conn = self._own.conn = psycopg.connect(self._url, application_name="tradewind landing")
            with self._lock:
                self._connections.add(conn)
        return conn

    @staticmethod
    def _cancel(conn: psycopg.Connection) -> None:
        try:
            conn.cancel_safe(timeout=5)
        except psycopg.Error as error:
            log.info("a load could not be cancelled: %s", error)
