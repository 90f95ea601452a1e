"""`ops.channel_updates`: every figure that a channel is told, written with its request before it is sent.

An update is `waiting`, then `sending` from the commit before its request leaves, then `sent` when the channel has taken
it, and `done` when it was read back. Only the holder of the channel's lock changes updates. What is decided, and what
answers mean, is up to `sync`.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from pipelines.channels.model import Change, Channel, Listing
from pipelines.channels.retries import after_failure

if TYPE_CHECKING:
    import psycopg

    from pipelines.channels.decision import Verdict
    from pipelines.channels.writers.base import Request

_FIND = """
    select update_id, store_id, item_id, channel_sku, central_sku, from_quantity, to_quantity, why, state, attempts,
        key::text, answer, decided_at, sent_at, coalesce(due_at <= clock_timestamp(), true),
        coalesce(extract(epoch from clock_timestamp() - sent_at), 0)::float8
    from ops.channel_updates
"""
_OF_CHANNEL = _FIND + "where store_id = %s and state = any(%s) order by key, place, update_id"
_OF_SKU = _FIND + "where channel_sku = %(sku)s or central_sku = %(sku)s order by update_id desc limit %(most)s"
_ADD = """
    insert into ops.channel_updates (store_id, tenant_id, channel, decided_at, item_id, channel_sku, central_sku,
        from_quantity, to_quantity, why, attempts)
    select %s, %s, %s, %s, n.* from unnest(
        %s::text[], %s::text[], %s::text[], %s::integer[], %s::integer[], %s::text[], %s::integer[]) as n
"""
# What was given up is not tried again for the same figure, unless all is looked through or a user asks for it.
_GIVEN_UP = """
    select item_id, channel_sku, to_quantity from (
        select distinct on (item_id, channel_sku) item_id, channel_sku, to_quantity, state, settled_at
        from ops.channel_updates where store_id = %s and made_at > clock_timestamp() - interval '7 days'
        order by item_id, channel_sku, update_id desc
    ) as newest where state in ('failed', 'refused')
"""
_SEND = """
    update ops.channel_updates as u
    set state = 'sending', attempts = attempts + 1, key = %s, place = n.place, sent_at = clock_timestamp(),
        request = case when n.place = 1 then %s::jsonb end
    from unnest(%s::bigint[]) with ordinality as n (update_id, place) where u.update_id = n.update_id
"""
_SETTLE = """
    update ops.channel_updates as u
    set state = n.state, answer = n.answer, due_at = clock_timestamp() + make_interval(secs => n.pause),
        attempts = u.attempts - n.undone::integer,
        settled_at = case when n.state in ('waiting', 'sending', 'sent') then null else clock_timestamp() end
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::float8[], %s::boolean[])
        as n (update_id, state, answer, pause, undone)
    where u.update_id = n.update_id
"""
# Every attempt may have been executed, whatever came of it.
_TODAY = """
    select item_id, sum(attempts) from ops.channel_updates
    where store_id = %s and sent_at > clock_timestamp() - interval '1 day'
    group by item_id
"""


@dataclass(frozen=True, slots=True)
class Update:
    """A row of the ledger. is_due: whether it may be sent. age: seconds since its request left, which has the key."""

    update_id: int
    listing: Listing
    central_sku: str
    from_quantity: int
    to_quantity: int
    why: str
    state: str
    attempts: int
    key: str | None
    answer: str | None
    decided_at: datetime
    sent_at: datetime | None
    is_due: bool
    age: float

    @property
    def change(self) -> Change:
        """What it changes."""
        return Change(self.listing, self.from_quantity, self.to_quantity)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of an update. state: its new one. pause: seconds until it may be sent again. is_failure: the channel
    has not taken it. undone: it was not executed for no fault of its own, so that the attempt does not count."""

    update: Update
    state: str
    answer: str
    pause: float = 0.0
    is_failure: bool = False
    undone: bool = False


def failed(update: Update, answer: str) -> Settlement:
    """Of an attempt that has failed: it is tried again later, or given up after the fourth."""
    pause = after_failure(update.attempts)
    return Settlement(update, "failed" if pause is None else "waiting", answer, pause or 0.0, is_failure=True)


@contextlib.contextmanager
def only_one(conn: psycopg.Connection[Any], channel_id: str) -> Iterator[bool]:
    """Whether no other process writes to the channel. The lock ends with the connection, however that ends."""
    place = f"tradewind.channels.{channel_id}"
    row = conn.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (place,)).fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held:
            conn.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (place,))


def find(conn: psycopg.Connection[Any], channel_id: str, states: Sequence[str]) -> list[Update]:
    """The updates of a channel in these states, those of one request after each other, in its order."""
    return [_update(row) for row in conn.execute(_OF_CHANNEL, (channel_id, list(states))).fetchall()]


def history(conn: psycopg.Connection[Any], sku: str, most: int) -> list[Update]:
    """All that was told of a SKU (a channel's or a central one), the newest first."""
    return [_update(row) for row in conn.execute(_OF_SKU, {"sku": sku, "most": most}).fetchall()]


def given_up(conn: psycopg.Connection[Any], channel_id: str) -> set[tuple[str, str, int]]:
    """(item id, channel SKU, figure) of what the channel has not taken and is not asked for again."""
    return {(row[0], row[1], row[2]) for row in conn.execute(_GIVEN_UP, (channel_id,)).fetchall()}


def told_today(conn: psycopg.Connection[Any], channel_id: str) -> dict[str, int]:
    """How many changes of a listing were sent within 24 hours, by item id: at most so many were executed."""
    return {row[0]: int(row[1]) for row in conn.execute(_TODAY, (channel_id,)).fetchall()}


def plan(
    conn: psycopg.Connection[Any], channel: Channel, verdicts: Iterable[tuple[Verdict, int]], decided_at: datetime
) -> None:
    """Write down what is to be sent. verdicts: each with the attempts that have failed before."""
    rows = []
    for verdict, attempts in verdicts:
        change, listing = verdict.change, verdict.offer.listing
        rows.append((
            *(listing.item_id, listing.channel_sku, verdict.offer.central_sku),
            *(change.from_quantity, change.to_quantity, verdict.why, attempts),
        ))  # fmt: skip
    if rows:
        columns = map(list, zip(*rows, strict=True))
        conn.execute(_ADD, (channel.channel_id, channel.tenant_id, channel.kind, decided_at, *columns))


def sending(conn: psycopg.Connection[Any], request: Request, updates: Sequence[Update]) -> str:
    """Note that a request is about to leave, and give its key. The caller commits before it sends."""
    key = str(uuid.uuid4())
    conn.execute(_SEND, (key, Jsonb(dict(request.body)), [each.update_id for each in updates]))
    return key


def request_of(conn: psycopg.Connection[Any], channel_id: str, key: str) -> Any:
    """The body of a request, as it was sent."""
    row = conn.execute(
        "select request from ops.channel_updates where store_id = %s and key = %s::uuid and request is not null",
        (channel_id, key),
    ).fetchone()
    return row[0] if row else None


def settle(conn: psycopg.Connection[Any], settled: Sequence[Settlement]) -> None:
    """Note what came of updates, of all of them at once."""
    rows = [(each.update.update_id, each.state, each.answer[:1000], each.pause, each.undone) for each in settled]
    if rows:
        conn.execute(_SETTLE, tuple(map(list, zip(*rows, strict=True))))


def _update(row: Sequence[Any]) -> Update:
    listing = Listing(row[1], row[2], row[3])
    return Update(row[0], listing, *row[4:])
