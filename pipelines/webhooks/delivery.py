"""Sends what the outbox has: each event at least once, events of one subject in order, by one process per subscriber.

An attempt is written down and committed before it is made, and settled after it. Who is killed in between leaves it
`sending`; the next process that gets the subscriber's lock sends it once more, under the same id. When what failed is
tried again is decided in `retries.py`, and where nothing is sent to in `addresses.py`.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore
import httpx
import orjson

from pipelines.webhooks.addresses import CheckedBackend, PrivateAddress
from pipelines.webhooks.model import Subscriber
from pipelines.webhooks.retries import after_failure
from pipelines.webhooks.signatures import sign

if TYPE_CHECKING:
    import psycopg

    from pipelines.warehouse.connection import Warehouse

log = logging.getLogger(__name__)

AT_ONCE = 8
ANSWER_SECONDS = 10.0
_BATCH = 64

# Of each subject the oldest one that has not arrived, if it is due. What another process left is due at once.
_CLAIM = """
    with heads as (
        select distinct on (subject) sequence, state, due_at from ops.webhook_deliveries
        where subscriber = %(subscriber)s and state in ('waiting', 'sending')
        order by subject, sequence
    ), due as (
        select sequence from heads
        where state = 'sending' or due_at <= clock_timestamp() order by sequence limit %(most)s
    ), claimed as (
        update ops.webhook_deliveries as d set state = 'sending', attempts = attempts + 1
        from due where d.subscriber = %(subscriber)s and d.sequence = due.sequence
        returning d.sequence, d.attempts
    )
    select o.sequence, o.event_id::text, o.tenant_id, o.event, o.subject, o.data, o.occurred_at, c.attempts
    from claimed as c inner join ops.webhook_outbox as o using (sequence) order by o.sequence
"""
_SETTLE = """
    update ops.webhook_deliveries
    set state = %(state)s, reason = %(reason)s, due_at = clock_timestamp() + make_interval(secs => %(pause)s),
        settled_at = case when %(state)s <> 'waiting' then clock_timestamp() end
    where subscriber = %(subscriber)s and sequence = %(sequence)s
"""


@dataclass(frozen=True, slots=True)
class _Delivery:
    sequence: int
    event_id: str
    tenant_id: str
    event: str
    subject: str
    data: Any
    occurred_at: datetime
    attempts: int

    def body(self) -> bytes:
        """The event as it is sent. It is the same in every attempt."""
        return orjson.dumps(
            {
                "id": self.event_id,
                "type": self.event,
                "time": self.occurred_at.astimezone(UTC).isoformat(),
                "tenant": self.tenant_id,
                "subject": self.subject,
                "sequence": self.sequence,
                "data": self.data,
            }
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. status: None: there was no answer. reason: why it failed; None: it arrived."""

    status: int | None
    reason: str | None
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round: how many deliveries arrived, will be tried again, and are dead."""

    sent: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.sent + other.sent, self.failed + other.failed, self.dead + other.dead)


def deliver(
    warehouse: Warehouse,
    subscriber: Subscriber,
    *,
    keep_on: Callable[[], bool] = lambda: True,
    backend: httpcore.NetworkBackend | None = None,
) -> Outcome:
    """Send what is due to a subscriber, until nothing is. Where another process sends to it now nothing is done.

    keep_on: whether to go on with the next batch. backend: opens connections; default: by the subscriber's setting.
    """
    total = Outcome()
    with (
        warehouse.connect(autocommit=True) as conn,
        _only_one(conn, subscriber) as is_ours,
        _connections(subscriber, backend) as connections,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks") as threads,
    ):
        while is_ours and keep_on():
            rows = conn.execute(_CLAIM, {"subscriber": subscriber.name, "most": _BATCH}).fetchall()
            claimed = [_Delivery(*row) for row in rows]
            if not claimed:
                break
            attempts = {
                threads.submit(attempt, connections, subscriber, each.event_id, each.body()): each for each in claimed
            }
            for done in as_completed(attempts):  # what has arrived is settled at once, whatever else hangs
                total += _settle(conn, subscriber, attempts[done], done.result())
    return total


@contextlib.contextmanager
def _only_one(conn: psycopg.Connection[Any], subscriber: Subscriber) -> Iterator[bool]:
    """Whether no other process sends to the subscriber. The lock ends with the connection, however that ends."""
    place = f"tradewind.webhooks.to.{subscriber.name}"
    row = conn.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (place,)).fetchone()
    yield bool(row and row[0])


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed, as in all our connections. Reading them takes a while."""
    return httpx.create_ssl_context()


@contextlib.contextmanager
def _connections(subscriber: Subscriber, backend: httpcore.NetworkBackend | None) -> Iterator[httpcore.ConnectionPool]:
    """httpcore follows no redirects, and knows no proxies of the environment."""
    with httpcore.ConnectionPool(
        ssl_context=_trusted() if subscriber.url.startswith("https://") else None,
        max_connections=AT_ONCE,
        keepalive_expiry=5,
        network_backend=backend or CheckedBackend(allow_private=subscriber.allow_private),
    ) as pool:
        yield pool


def attempt(
    connections: httpcore.ConnectionPool, subscriber: Subscriber, event_id: str, body: bytes, now: float | None = None
) -> Answer:
    """Send one event. now: seconds since 1970; default: those of this machine. Nothing is raised."""
    timestamp = int(time.time() if now is None else now)
    headers: list[tuple[bytes | str, bytes | str]] = [
        ("Host", _host(subscriber.url)),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("User-Agent", "tradewind-webhooks/1"),
        ("X-Webhook-Id", event_id),
        ("X-Webhook-Timestamp", str(timestamp)),
        ("X-Webhook-Signature", sign(subscriber.secrets, timestamp, body)),
    ]
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), ANSWER_SECONDS)
    try:
        # the answer's body is nothing to us, and may be endless: leaving the block closes the connection
        with connections.stream(
            "POST", subscriber.url, headers=headers, content=body, extensions={"timeout": timeouts}
        ) as response:
            status, retry_after = response.status, _retry_after(response.headers)
    except PrivateAddress:
        return Answer(None, "its address is not public; `allow_private` of webhooks.yaml would allow it")
    except httpcore.TimeoutException:
        return Answer(None, f"no answer within {ANSWER_SECONDS:.0f} s")
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, ValueError, OSError) as error:
        return Answer(None, f"no connection ({type(error).__name__})")
    if 200 <= status < 300:
        return Answer(status, None)
    what = ", and redirects are not followed" if 300 <= status < 400 else ""
    return Answer(status, f"it answered {status}{what}", retry_after)


def _host(url: str) -> str:
    """The Host header: as it stands in the address, whatever address it leads to."""
    return urlsplit(url).netloc


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> float:
    """Seconds that the answer asks to wait. The form with a date is not read."""
    found = next((value for name, value in headers if name.lower() == b"retry-after"), b"")
    return float(found) if found.isdigit() and len(found) < 8 else 0.0


def _settle(conn: psycopg.Connection[Any], subscriber: Subscriber, each: _Delivery, answer: Answer) -> Outcome:
    pause = None if answer.reason is None else after_failure(each.attempts, answer.status, answer.retry_after)
    state = "sent" if answer.reason is None else "dead" if pause is None else "waiting"
    values = {"state": state, "reason": answer.reason, "pause": pause or 0.0}
    conn.execute(_SETTLE, {**values, "subscriber": subscriber.name, "sequence": each.sequence})
    if answer.reason is not None:
        log.warning("webhook %s to %s, attempt %d: %s", each.event_id, subscriber.name, each.attempts, answer.reason)
    return Outcome(sent=state == "sent", failed=state == "waiting", dead=state == "dead")
