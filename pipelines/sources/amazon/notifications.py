"""Amazon's notifications: messages of an SQS queue, and a run that waits for those of finished reports and queries.

Several processes and installations may share the queue. A message of a seller of stores.yaml is written down and then
deleted: that a report or a query is finished into `ops.finished_reports`, where every process of this warehouse reads
it; what happened to offers, listings, stock and orders lands in raw (`notices.py`; `landing/run/notices.py` also reads
the queue for them when nothing runs). All others are left in the queue, with one warning. A message that never comes
costs only time: reports are still polled, though rarely. The queue itself is in `transport/sqs.py`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from pipelines.sources.amazon.data_kiosk_queries import report_state
from pipelines.sources.amazon.notices import TYPES, Notice, Unreadable, account_of, member, read_notice
from pipelines.sources.base import RemoteReport
from pipelines.sources.transport.sqs import Message, Queue, QueueFailure, in_thread

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import AsyncConnectionPool

    from pipelines.stores import Account

log = logging.getLogger(__name__)

FAILED_PAUSE = 30.0
# The pause after messages of which none was ours, in seconds.
FOREIGN_PAUSE = 2.0
_REMEMBERED_AT_MOST = 10_000

# told of the application, and not taken here: a secret is not written into the warehouse
_OF_SECRETS = {
    "APPLICATION_OAUTH_CLIENT_NEW_SECRET": "a new secret of the application, which `tradewind rotate` takes",
    "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY": "the news that the application's secret ends: run `tradewind rotate`",
}

_STATUSES = ("DONE", "CANCELLED", "FATAL")
_ACCOUNT_PREFIX = "amzn1.merchant.o."

_RECORD = """
insert into ops.finished_reports (source, seller_id, remote_id, status, document_id)
select * from unnest(%(sources)s::text[], %(sellers)s::text[], %(ids)s::text[], %(statuses)s::text[],
                     %(documents)s::text[])
on conflict (source, seller_id, remote_id) do nothing
"""
_KNOWN = """
select f.source, f.seller_id, f.remote_id, f.status, f.document_id
from ops.finished_reports f
join unnest(%(sources)s::text[], %(sellers)s::text[], %(ids)s::text[]) as w(source, seller_id, remote_id)
    using (source, seller_id, remote_id)
"""
_FORGET = "delete from ops.finished_reports where received_at < clock_timestamp() - interval '7 days'"

Key = tuple[str, str, str]
"""Source, seller id, report or query id."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A report or query that is finished: Amazon's status, and its document, if it has one."""

    source: str
    seller_id: str
    remote_id: str
    status: str
    document_id: str | None = None

    @property
    def key(self) -> Key:
        return self.source, self.seller_id, self.remote_id

    def report(self, report_type: str, created_at: datetime) -> RemoteReport:
        """The report that `Source.poll` would give. created_at is an argument, because a message does not say it."""
        if self.source == "amazon_data_kiosk":
            state = report_state(self.status, self.document_id)
        else:
            state = {"DONE": "done", "CANCELLED": "cancelled"}.get(self.status, "fatal")  # type: ignore[assignment]
        return RemoteReport(
            remote_id=self.remote_id,
            state=state,
            created_at=created_at,
            document_id=self.document_id,
            report_type=report_type,
            details={"status": self.status, "notified": True},
        )


class Foreign(Exception):
    """A message that is not for us. Its text says what the message is."""


def read_message(body: str) -> Finished | Notice:
    """What a message tells. Raises Foreign for a message of another type, or that is no notification."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Foreign(f"no JSON: it begins with {body[:40]!r}") from None
    kind = member(content, "notificationType")
    if isinstance(kind, str) and kind in TYPES:
        try:
            return read_notice(content)
        except Unreadable as what:
            raise Foreign(str(what)) from None
    if isinstance(kind, str) and kind in _OF_SECRETS:
        raise Foreign(_OF_SECRETS[kind])
    if kind not in ("REPORT_PROCESSING_FINISHED", "DATA_KIOSK_QUERY_PROCESSING_FINISHED"):
        raise Foreign(f"a notification of type {kind}" if kind else "JSON, but no notification of SP-API")
    payload = content.get("payload")
    if kind == "REPORT_PROCESSING_FINISHED":
        payload = payload.get("reportProcessingFinishedNotification") if isinstance(payload, dict) else None
    if not isinstance(payload, dict):
        raise Foreign(f"a notification of type {kind} without its payload")
    is_report = kind == "REPORT_PROCESSING_FINISHED"
    seller = payload.get("sellerId") or str(payload.get("accountId", "")).removeprefix(_ACCOUNT_PREFIX)
    remote_id, status = payload.get("reportId" if is_report else "queryId"), payload.get("processingStatus")
    if not seller or not remote_id or status not in _STATUSES:
        raise Foreign(f"a notification of type {kind} that names no seller, no id or the unknown status {status!r}")
    document = payload.get("reportDocumentId") if is_report else _kiosk_document(payload, str(status))
    source = "amazon_sp" if is_report else "amazon_data_kiosk"
    return Finished(source, str(seller), str(remote_id), str(status), str(document) if document else None)


def _kiosk_document(payload: dict[str, Any], status: str) -> Any:
    return payload.get("dataDocumentId" if status == "DONE" else "errorDocumentId")


@dataclass(frozen=True, slots=True)
class Sorted:
    """The messages of one answer of the queue. notices: each with its account. foreign: each with what it is."""

    finished: list[tuple[Message, Finished]]
    notices: list[tuple[Message, Notice, Account]]
    foreign: list[tuple[Message, str]]

    @property
    def ours(self) -> list[Message]:
        return [*(each for each, _ in self.finished), *(each for each, *_ in self.notices)]


def sort(messages: Iterable[Message], accounts: Collection[Account]) -> Sorted:
    """Tell what is ours of these messages. accounts: those of stores.yaml."""
    found = Sorted([], [], [])
    sellers = {each.seller_id for each in accounts}
    for message in messages:
        try:
            told = read_message(message.body)
        except Foreign as what:
            found.foreign.append((message, str(what)))
            continue
        if isinstance(told, Finished) and told.seller_id in sellers:
            found.finished.append((message, told))
        elif isinstance(told, Notice) and (account := account_of(told, accounts)) is not None:
            found.notices.append((message, told, account))
        elif told.seller_id:
            found.foreign.append((message, f"of the seller {told.seller_id}, whom stores.yaml does not name"))
        else:
            found.foreign.append((message, "a notification that names no seller and may be of several"))
    return found


class Left:
    """The messages of others that are left in a queue, where they find them or they expire: one warning for each."""

    def __init__(self, queue_name: str) -> None:
        self._name = queue_name
        self._known: set[str] = set()

    def warn(self, foreign: Iterable[tuple[Message, str]]) -> int:
        """Warn of those of which nobody was warned. Returns how many these are."""
        new = 0
        for message, what in foreign:
            if message.message_id in self._known:
                continue
            if len(self._known) >= _REMEMBERED_AT_MOST:
                self._known.clear()
            self._known.add(message.message_id)
            new += 1
            log.warning(
                "Message %s of the queue %s is left there: it is %s. Give Tradewind a queue of its own.",
                message.message_id,
                self._name,
                what,
            )
        return new


def record(conn: psycopg.Connection, finished: Collection[Finished]) -> None:
    """Write down which reports and queries are finished, for every process of this warehouse."""
    conn.execute(_RECORD, _recorded_values(finished))


Keep = Callable[[Sequence[tuple[Notice, "Account"]]], object]
"""Lands notifications; it blocks."""

Listener = Callable[[Finished | None], None]
"""Called from the event loop when the watched report is finished; with None when the queue no longer answers."""


class Receiver:
    """Reads the queue for one run: an async context manager. It asks the queue only while something is watched.

    working: whether the queue answers. accounts: those whose messages are taken from the queue. keep: lands what tells
    of no report; it is called in a thread.
    """

    def __init__(self, queue: Queue, pool: AsyncConnectionPool, accounts: Collection[Account], keep: Keep) -> None:
        self.working = True
        self._queue = queue
        self._pool = pool
        self._accounts = accounts
        self._keep = keep
        self._watched: dict[Key, Listener] = {}
        self._somebody = asyncio.Event()
        self._left = Left(queue.name)

    async def __aenter__(self) -> Self:
        async with self._pool.connection() as conn:
            await conn.execute(_FORGET)
        self._task = asyncio.create_task(self._run(), name="notifications")
        return self

    async def __aexit__(self, *_: object) -> None:
        # A message that we have received and not deleted comes again after its visibility timeout.
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def watch(self, source: str, seller_id: str, remote_id: str, listener: Listener) -> None:
        """Call `listener` once when this is finished; also if it was finished before."""
        self._watched[source, seller_id, remote_id] = listener
        self._somebody.set()

    def unwatch(self, source: str, seller_id: str, remote_id: str) -> None:
        """Stop watching this one."""
        self._watched.pop((source, seller_id, remote_id), None)

    async def _run(self) -> None:
        while True:
            if not self._watched:
                self._somebody.clear()
                await self._somebody.wait()
            try:
                pause = await self._once()
                if not self.working:
                    log.info("the queue of notifications answers again")
                self.working = True
            except QueueFailure as error:
                if self.working:
                    log.warning("Reports are polled as if there was no queue, until it answers again: %s", error)
                self.working = False
                for listener in list(self._watched.values()):
                    listener(None)
                pause = FAILED_PAUSE
            except Exception:
                # the warehouse may be gone; if so, the run itself fails
                log.exception("notifications are not read for now")
                pause = FAILED_PAUSE
            await asyncio.sleep(pause)

    async def _once(self) -> float:
        """Pass on what is recorded, then wait for messages once; returns the pause before the next time, in seconds."""
        self._notify(await self._recorded())
        messages = await in_thread(self._queue.receive)
        found = sort(messages, self._accounts)
        self._left.warn(found.foreign)
        if found.finished:
            await self._record([finished for _, finished in found.finished])
            self._notify(finished for _, finished in found.finished)
        if found.notices:
            await in_thread(lambda: self._keep([(notice, account) for _, notice, account in found.notices]))
        if found.ours:
            await in_thread(lambda: self._queue.delete(found.ours))
        return FOREIGN_PAUSE if messages and not found.ours else 0.0

    def _notify(self, finished: Iterable[Finished]) -> None:
        for each in finished:
            listener = self._watched.pop(each.key, None)
            if listener is not None:
                listener(each)

    async def _record(self, finished: Collection[Finished]) -> None:
        async with self._pool.connection() as conn:
            await conn.execute(_RECORD, _recorded_values(finished))

    async def _recorded(self) -> list[Finished]:
        """Those of the watched reports that any process has recorded as finished."""
        async with self._pool.connection() as conn:
            cursor = await conn.execute(_KNOWN, _columns(list(self._watched)))
            return [Finished(*row) for row in await cursor.fetchall()]


def _recorded_values(finished: Collection[Finished]) -> dict[str, Any]:
    return _columns(each.key for each in finished) | {
        "statuses": [each.status for each in finished],
        "documents": [each.document_id for each in finished],
    }


def _columns(keys: Iterable[Key]) -> dict[str, Any]:
    rows = list(keys)
    return {
        "sources": [source for source, _, _ in rows],
        "sellers": [seller for _, seller, _ in rows],
        "ids": [remote_id for _, _, remote_id in rows],
    }
