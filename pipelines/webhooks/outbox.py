"""What there is to tell subscribers: written down with what caused it, listed, and told again. `delivery.py` sends it.

`emit` writes into the caller's transaction, so an event is there if, and only if, what it tells of is. Who wants which
events is in `ops.webhook_subscribers`, where `know` writes what webhooks.yaml says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.webhooks.model import OUTGOING, Subscriber

if TYPE_CHECKING:
    import psycopg

TEST = "webhook.test"
KEPT_DAYS = 30

_KNOW = """
    insert into ops.webhook_subscribers as s (subscriber, tenant_id, events) values (%s, %s, %s)
    on conflict (subscriber) do update
        set tenant_id = excluded.tenant_id, events = excluded.events, is_active = true
        where (s.tenant_id, s.events, s.is_active) is distinct from (excluded.tenant_id, excluded.events, true)
"""
_FORGET = "update ops.webhook_subscribers set is_active = false where is_active and not subscriber = any(%s)"
# Events of a tenant are written one transaction after the other: a number that is smaller was committed before.
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('tradewind.webhooks.' || %s, 0))"
_WRITE = """
    with told as (
        select ordinality, event, subject, data, occurred_at
        from unnest(%(events)s::text[], %(subjects)s::text[], %(data)s::jsonb[], %(times)s::timestamptz[])
            with ordinality as t (event, subject, data, occurred_at)
    ), written as (
        insert into ops.webhook_outbox (tenant_id, event, subject, data, occurred_at)
        select %(tenant_id)s, event, subject, data, occurred_at from told
        where exists (
            select from ops.webhook_subscribers as s
            where s.tenant_id = %(tenant_id)s and s.is_active and told.event = any(s.events))
        order by ordinality
        returning sequence, event, subject
    )
    insert into ops.webhook_deliveries (sequence, subscriber, tenant_id, subject)
    select w.sequence, s.subscriber, s.tenant_id, w.subject
    from written as w inner join ops.webhook_subscribers as s
        on s.tenant_id = %(tenant_id)s and s.is_active and w.event = any(s.events)
"""
_TEST = """
    with written as (
        insert into ops.webhook_outbox (tenant_id, event, subject, data, occurred_at)
        values (%(tenant_id)s, %(event)s, %(subscriber)s, '{}', %(now)s) returning sequence
    )
    insert into ops.webhook_deliveries (sequence, subscriber, tenant_id, subject)
    select sequence, %(subscriber)s, %(tenant_id)s, %(subscriber)s from written returning sequence
"""
_TOLD = """
    select d.sequence, o.event_id::text, d.subscriber, d.tenant_id, o.event, o.subject, o.occurred_at, d.state,
        d.attempts, d.due_at, d.reason
    from ops.webhook_deliveries as d inner join ops.webhook_outbox as o using (sequence)
"""
_LIST = _TOLD + "where d.state = any(%s) order by d.sequence desc, d.subscriber limit %s"
_ONE = _TOLD + "where d.sequence = %s and d.subscriber = %s"
_REPLAY = """
    update ops.webhook_deliveries as d
    set state = 'waiting', attempts = 0, due_at = clock_timestamp(), settled_at = null
    from ops.webhook_outbox as o
    where o.sequence = d.sequence and d.state in ('sent', 'dead')
        and (o.event_id::text = any(%(events)s) or (%(dead)s and d.state = 'dead'))
        and coalesce(d.subscriber = %(subscriber)s, true)
"""
_PRUNE = """
    delete from ops.webhook_outbox as o
    where written_at < clock_timestamp() - make_interval(days => %s) and not exists (
        select from ops.webhook_deliveries as d
        where d.sequence = o.sequence
            and (d.state in ('waiting', 'sending') or d.settled_at > clock_timestamp() - make_interval(days => %s)))
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to tell. name: of `OUTGOING`. subject: SKU, order id or incident; events of one subject arrive in order.
    occurred_at: UTC. data: as JSON has it; no name or address of a buyer belongs into it."""

    name: str
    subject: str
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery as it is listed. Moments in UTC."""

    sequence: int
    event_id: str
    subscriber: str
    tenant_id: str
    event: str
    subject: str
    occurred_at: datetime
    state: str
    attempts: int
    due_at: datetime
    reason: str | None


def know(conn: psycopg.Connection[Any], subscribers: Iterable[Subscriber]) -> None:
    """Write down who wants what. Who is no longer named gets no new events. The caller commits."""
    named = sorted(subscribers, key=lambda each: each.name)
    with conn.cursor() as cursor:
        cursor.executemany(_KNOW, [(each.name, each.tenant_id, sorted(each.events)) for each in named])
        cursor.execute(_FORGET, ([each.name for each in named],))


def emit(conn: psycopg.Connection[Any], tenant_id: str, events: Sequence[Outgoing]) -> None:
    """Write events down for whoever of a tenant wants them, in the caller's transaction, which should end soon: other
    events of the tenant wait for it. Where nobody wants them nothing is written.

    Raises ValueError for an event that no subscriber could want.
    """
    from psycopg.types.json import Jsonb

    if unknown := {each.name for each in events} - set(OUTGOING):
        raise ValueError(f"no subscriber can want {', '.join(sorted(unknown))}")
    if not events:
        return
    conn.execute(_ONE_AT_A_TIME, (tenant_id,))
    columns = {
        "events": [each.name for each in events],
        "subjects": [each.subject for each in events],
        "data": [Jsonb(dict(each.data)) for each in events],
        "times": [each.occurred_at for each in events],
    }
    conn.execute(_WRITE, {"tenant_id": tenant_id, **columns})


def emit_test(conn: psycopg.Connection[Any], subscriber: Subscriber, now: datetime) -> int:
    """Write down an event that tells of nothing, and give its number. The caller commits."""
    values = {"tenant_id": subscriber.tenant_id, "event": TEST, "subscriber": subscriber.name, "now": now}
    conn.execute(_ONE_AT_A_TIME, (subscriber.tenant_id,))
    row = conn.execute(_TEST, values).fetchone()
    assert row is not None
    return int(row[0])


def listed(conn: psycopg.Connection[Any], states: Sequence[str], limit: int) -> list[Told]:
    """Deliveries in these states, the newest first."""
    return [Told(*row) for row in conn.execute(_LIST, (list(states), limit)).fetchall()]


def one(conn: psycopg.Connection[Any], sequence: int, subscriber: str) -> Told:
    """One delivery, which exists."""
    row = conn.execute(_ONE, (sequence, subscriber)).fetchone()
    assert row is not None
    return Told(*row)


def replay(
    conn: psycopg.Connection[Any], events: Sequence[str] = (), *, dead: bool = False, subscriber: str | None = None
) -> int:
    """Let events be told again, under the ids that they have: those that are named, or (dead) all that have died. What
    still waits is left as it is. The caller commits. Returns how many deliveries."""
    return conn.execute(_REPLAY, {"events": list(events), "dead": dead, "subscriber": subscriber}).rowcount


def prune(conn: psycopg.Connection[Any]) -> None:
    """Forget what was told, or died, `KEPT_DAYS` ago. The caller commits."""
    conn.execute(_PRUNE, (KEPT_DAYS, KEPT_DAYS))
