"""What came in, kept once, and the pulls that are due by it. Statements only; `due.py` decides.

Several processes may keep at once: of two that bring the same event one finds its ids taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from pipelines.webhooks.due import due_after
from pipelines.webhooks.model import Due, Endpoint, Event

if TYPE_CHECKING:
    import psycopg

KEPT_DAYS = 30
"""Shopify's deliveries come within four hours, eBay's within days; what is older than this is not known again."""

# in order, so that two processes never wait for each other
_TAKE_IDS = """
    insert into ops.webhook_ids (endpoint, id)
    select * from unnest(%s::text[], %s::text[]) as t (endpoint, id) order by 1, 2
    on conflict do nothing returning endpoint, id
"""
_KEEP = """
    insert into ops.webhook_events (endpoint, tenant_id, channel, account, topic, subject, occurred_at, facts)
    select * from unnest(
        %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::jsonb[])
    returning event_id
"""
_ASK = """
    insert into ops.pulls_due as p (channel, account, topic, tenant_id, event_id)
    select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[]) order by 1, 2, 3
    on conflict (channel, account, topic) do update
        set asked_at = clock_timestamp(), event_id = excluded.event_id, tenant_id = excluded.tenant_id
"""
_COUNT = """
    insert into ops.webhook_counts as c (endpoint, day, outcome, count)
    select endpoint, (now() at time zone 'UTC')::date, outcome, count
    from unnest(%s::text[], %s::text[], %s::bigint[]) as t (endpoint, outcome, count) order by 1, 3
    on conflict (endpoint, day, outcome) do update set count = c.count + excluded.count
"""
_WAITING = """
    select channel, account, topic, asked_at, event_id from ops.pulls_due
    where asked_at > coalesce(taken_at, '-infinity') order by asked_at
"""
_TAKE = """
    update ops.pulls_due set taken_at = clock_timestamp()
    where (channel, account, topic, event_id) = (%s, %s, %s, %s) and asked_at > coalesce(taken_at, '-infinity')
"""
_PRUNE = (
    "delete from ops.webhook_events where received_at < clock_timestamp() - make_interval(days => %s)",
    "delete from ops.webhook_ids where received_at < clock_timestamp() - make_interval(days => %s)",
    "delete from ops.webhook_counts where day < current_date - %s",
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event with where it came in."""

    endpoint: Endpoint
    event: Event

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """By which it is known again."""
        return tuple((self.endpoint.name, each) for each in self.event.ids)


@dataclass(frozen=True, slots=True)
class Asked:
    """A pull that is due, since a moment by the database's clock. event_id: of the newest webhook that asks for it."""

    due: Due
    since: datetime
    event_id: int


async def keep(conn: psycopg.AsyncConnection[Any], arrived: Sequence[Arrived]) -> list[bool]:
    """Keep what is new, and what becomes due by it, in one transaction that is committed when this returns.

    The answer says of each whether it was new.
    """
    ids = list(dict.fromkeys(each for one in arrived for each in one.ids))
    async with conn.transaction():
        cursor = await conn.execute(_TAKE_IDS, ([each[0] for each in ids], [each[1] for each in ids]))
        new = _is_new(arrived, {(row[0], row[1]) for row in await cursor.fetchall()})
        kept = [each for each, is_new in zip(arrived, new, strict=True) if is_new]
        if kept:
            cursor = await conn.execute(_KEEP, _columns(kept))
            numbers = [row[0] for row in await cursor.fetchall()]
            await conn.execute(_ASK, _asked(kept, numbers))
    return new


def _is_new(arrived: Sequence[Arrived], taken: set[tuple[str, str]]) -> list[bool]:
    """Of each whether all of its ids were nobody's before, in the database or earlier in the list. taken: the ids that
    this transaction has taken."""
    seen: set[tuple[str, str]] = set()
    answer = []
    for each in arrived:
        answer.append(all(one in taken and one not in seen for one in each.ids))
        seen.update(each.ids)
    return answer


def _columns(kept: Sequence[Arrived]) -> tuple[list[Any], ...]:
    rows = [
        (
            *(each.endpoint.name, each.endpoint.tenant_id, each.endpoint.channel, each.endpoint.account),
            *(each.event.topic, each.event.subject, each.event.occurred_at),
            orjson.dumps(dict(each.event.facts)).decode(),
        )
        for each in kept
    ]
    return tuple(list(column) for column in zip(*rows, strict=True))


def _asked(kept: Sequence[Arrived], numbers: Sequence[int]) -> tuple[list[Any], ...]:
    """Each pull once, by the newest event that asks for it."""
    found: dict[Due, tuple[str, int]] = {}
    for each, number in zip(kept, numbers, strict=True):
        for due in due_after(each.endpoint, each.event):
            found[due] = (each.endpoint.tenant_id, number)
    rows = [(due.channel, due.account, due.topic, *found[due]) for due in found]
    return tuple(list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [], [])


async def count(conn: psycopg.AsyncConnection[Any], counts: Mapping[tuple[str, str], int]) -> None:
    """Add to the counts. counts: (endpoint, outcome) -> how often. Committed when this returns."""
    columns = ([key[0] for key in counts], [key[1] for key in counts], list(counts.values()))
    async with conn.transaction():
        await conn.execute(_COUNT, columns)


async def prune(conn: psycopg.AsyncConnection[Any]) -> None:
    """Forget what is older than `KEPT_DAYS`. Committed when this returns."""
    for statement in _PRUNE:
        await conn.execute(statement, (KEPT_DAYS,))


def waiting(conn: psycopg.Connection[Any]) -> list[Asked]:
    """The pulls that are due and not taken, the one that waits longest first."""
    rows = conn.execute(_WAITING).fetchall()
    return [Asked(Due(channel, account, topic), since, event_id) for channel, account, topic, since, event_id in rows]


def take(conn: psycopg.Connection[Any], pulls: Iterable[Asked]) -> None:
    """Say that a run has begun for these pulls. One for which another webhook has come meanwhile stays due. The caller
    commits."""
    rows = sorted((each.due.channel, each.due.account, each.due.topic, each.event_id) for each in pulls)
    with conn.cursor() as cursor:
        cursor.executemany(_TAKE, rows)
