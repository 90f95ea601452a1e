"""Where documents are landed: a few threads, each with a connection of its own, so that COPY never stops the event
loop.

What a document becomes is decided by `loading/document.py`; what becomes of its slices if it cannot be landed by the
engine.
"""

from __future__ import annotations

import asyncio
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
"""Documents that are landed at once; also the connections used for it."""


class Loader:
    """`load_document` for the event loop: at most `WORKERS` documents at once, whatever waits."""

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
        await asyncio.to_thread(self._tell_archive)

    async def stop(self) -> None:
        """Cancel what is being landed: it rolls back, and its report stays ready for the next run."""
        self._stopping = True
        with self._lock:
            busy = list(self._connections)
        await asyncio.gather(*(asyncio.to_thread(self._cancel, conn) for conn in busy))

    async def load(
        self, feed: Feed, scope: Scope, incoming: Incoming, slices: Sequence[SliceKey], *, personal: PersonalChoice
    ) -> LoadOutcome:
        """See `load_document`. Cancelled, it ends when the thread does, which still reads the document's file."""
        work: Callable[[], LoadOutcome] = partial(self._load, feed, scope, incoming, slices, personal)
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            if not future.cancelled():
                future.exception()  # looked at, so that nobody complains of it
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
                # whatever state it was left in, the next document gets a fresh one
                with self._lock:
                    self._connections.discard(conn)
                self._own.conn = None
                conn.close()

    def _tell_archive(self) -> None:
        """Leave in the archive what this run has learned without a document. What fails here is for the next run."""
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
