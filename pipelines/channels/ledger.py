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
    insert into ops.channel_updates (store_id, tenant_id, channel, item_id, channel_sku, central_sku, from_quantity,
        to_quantity, why, attempts, decided_at)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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
    update ops.channel_updates
    set state = %(state)s, answer = %(answer)s, due_at = clock_timestamp() + make_interval(secs => %(pause)s),
        settled_at = case when %(state)s in ('waiting', 'sending', 'sent') then null else clock_timestamp() end
    where update_id = %(update_id)s
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
            *(channel.channel_id, channel.tenant_id, channel.kind, listing.item_id, listing.channel_sku),
            *(verdict.offer.central_sku, change.from_quantity, change.to_quantity, verdict.why, attempts, decided_at),
        ))  # fmt: skip
    with conn.cursor() as cursor:
        cursor.executemany(_ADD, rows)


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


def settle(conn: psycopg.Connection[Any], update: Update, state: str, answer: str, pause: float = 0.0) -> None:
    """Note what came of an update. pause: seconds until it may be sent again."""
    values = {"update_id": update.update_id, "state": state, "answer": answer[:1000], "pause": pause}
    conn.execute(_SETTLE, values)


def take_back(conn: psycopg.Connection[Any], update: Update, answer: str) -> None:
    """Let an update wait that was not executed for no fault of its own: the attempt does not count."""
    conn.execute("update ops.channel_updates set attempts = attempts - 1 where update_id = %s", (update.update_id,))
    settle(conn, update, "waiting", answer)


def fail(conn: psycopg.Connection[Any], update: Update, answer: str, attempts: int) -> str:
    """Note a failed attempt: it is tried again later, or given up after the fourth. Returns the new state."""
    pause = after_failure(attempts)
    state = "failed" if pause is None else "waiting"
    settle(conn, update, state, answer, pause or 0.0)
    return state


def _update(row: Sequence[Any]) -> Update:
    listing = Listing(row[1], row[2], row[3])
    return Update(row[0], listing, *row[4:])
