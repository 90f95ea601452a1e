"""Notifications land: what an SQS queue holds is written into raw, a document for each account, and deleted there.

Nothing is lost: a message is deleted when its load is committed, and one that was not deleted comes again. Then the
same document is recognised by its bytes, and a message in another document by its notification id, in staging. Order
does not matter, since each message says when it happened.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.errors import DocumentError
from pipelines.feeds import FEEDS
from pipelines.landing.archive.store import Archive
from pipelines.landing.loading.document import Incoming, SliceKey, load_document
from pipelines.landing.personal.columns import choice_for
from pipelines.landing.personal.pseudonyms import hash_key
from pipelines.sources.amazon.notifications import Left, Sorted, record, sort
from pipelines.stores import Scope

if TYPE_CHECKING:
    import psycopg

    from pipelines.settings import Settings
    from pipelines.sources.amazon.notices import Notice
    from pipelines.sources.transport.sqs import Message, Queue
    from pipelines.stores import Account, Catalog
    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

FEED = FEEDS["amazon_sp.notifications"]
MOST = 500
"""Messages that are written down at once. A queue shows a message again after 30 seconds, if it is not deleted."""
_DELETED_AT_ONCE = 10


@dataclass(slots=True)
class Taken:
    """What was taken from a queue. messages: how many were ours. stores: those of which something landed. left: how
    many of others were seen for the first time."""

    messages: int = 0
    left: int = 0
    stores: set[str] = field(default_factory=set)


def land_notices(
    settings: Settings, warehouse: Warehouse, catalog: Catalog, notices: Sequence[tuple[Notice, Account]]
) -> set[str]:
    """Land notifications, one document for each account. Returns the ids of the stores that they may be of.

    It blocks. What was committed stays if a later account fails.
    """
    by_account: dict[str, dict[str, Notice]] = {}
    for notice, account in notices:
        by_account.setdefault(account.account_id, {})[notice.notification_id] = notice
    stores: set[str] = set()
    with warehouse.connect() as conn:
        for account_id, unique in by_account.items():
            account = catalog.accounts[account_id]
            scope = Scope(account_id, account.stores, account.stores[0].time_zone, account)
            _land(settings, conn, catalog, scope, [unique[number] for number in sorted(unique)])
            places = frozenset().union(*(each.marketplaces for each in unique.values()))
            stores |= {
                each.store_id for each in account.stores if not places or each.marketplace.marketplace_id in places
            }
    return stores


def _land(
    settings: Settings, conn: psycopg.Connection, catalog: Catalog, scope: Scope, notices: Sequence[Notice]
) -> None:
    """Land messages of one account. One that cannot be loaded is kept in the archive, and holds up no other."""
    incoming, slices = _document(notices, scope)
    try:
        load_document(
            conn,
            Archive(settings.archive_url),
            FEED,
            scope,
            incoming,
            slices=slices,
            personal=choice_for(catalog.tenants, scope),
            hash_key=hash_key(settings),
        )
    except DocumentError as error:
        if len(notices) == 1:
            log.warning(
                "Notification %s of %s cannot be loaded and is kept in the archive: %s",
                notices[0].notification_id,
                scope.scope_id,
                error,
            )
            return
        middle = len(notices) // 2
        for part in (notices[:middle], notices[middle:]):
            _land(settings, conn, catalog, scope, part)


def _document(notices: Sequence[Notice], scope: Scope) -> tuple[Incoming, list[SliceKey]]:
    """The document of these messages and its slice: the same ones if the same messages come again."""
    content = "".join(f"{each.line}\n" for each in notices).encode()
    at = max(each.at for each in notices)
    day = at.astimezone(ZoneInfo(scope.time_zone)).date()
    key = f"{at:%Y-%m-%dT%H:%M:%SZ}/{hashlib.sha256(content).hexdigest()[:12]}"
    incoming = Incoming(open=lambda: io.BytesIO(content), origin="queue", report_created_at=at, instant=at)
    return incoming, [SliceKey(slice_key=key, day=day, instant=at)]


def take(settings: Settings, warehouse: Warehouse, catalog: Catalog, queue: Queue, left: Left) -> Taken:
    """Take what waits in the queue, at most `MOST` messages: write it down, then delete it there. It blocks.

    left: remembers of which messages of others was warned. Raises QueueFailure if the queue cannot be used.
    """
    accounts = list(catalog.accounts.values())
    found = Sorted([], [], [])
    taken = Taken()
    while len(found.ours) < MOST:
        messages = queue.receive()
        part = sort(messages, accounts)
        found.finished.extend(part.finished)
        found.notices.extend(part.notices)
        new = left.warn(part.foreign)
        taken.left += new
        if not part.ours and not new:
            break
        if len(messages) < _DELETED_AT_ONCE:
            break
    if found.finished:
        with warehouse.connect() as conn:
            record(conn, [finished for _, finished in found.finished])
    if found.notices:
        pairs = [(notice, account) for _, notice, account in found.notices]
        taken.stores = land_notices(settings, warehouse, catalog, pairs)
    _delete(queue, found.ours)
    taken.messages = len(found.ours)
    return taken


def _delete(queue: Queue, messages: Sequence[Message]) -> None:
    for first in range(0, len(messages), _DELETED_AT_ONCE):
        queue.delete(messages[first : first + _DELETED_AT_ONCE])


def drain(
    settings: Settings,
    warehouse: Warehouse,
    catalog: Catalog,
    queue: Queue,
    *,
    on_taken: Callable[[Taken], None],
    keep_on: Callable[[], bool] = lambda: False,
) -> None:
    """Take from the queue until it is empty; while `keep_on()`, wait for more. on_taken: called after each reading
    that took something. Raises QueueFailure.
    """
    left = Left(queue.name)
    while True:
        taken = take(settings, warehouse, catalog, queue, left)
        if taken.messages:
            on_taken(taken)
        elif not taken.left and not keep_on():
            return
