"""How long nobody may log in by an e-mail address after failed attempts. Attempts are kept by the address' keyed hash.

An attempt is counted before it is judged, and taken back when it was right, so that many at once gain nothing. An
address that nobody has is locked like any other: whether somebody has it is not told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.accounts.refusals import Refusal

if TYPE_CHECKING:
    import psycopg

OF = "e-mail address"
FREE = 5
"""So many attempts may fail before the first wait."""
FIRST = timedelta(seconds=10)
LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)
"""Attempts older than that are not counted."""

_ENSURE = """
    insert into accounts.attempts (email_hash, failed, last_at) values (%(hash)s, 0, %(now)s) on conflict do nothing
"""
_LOCK = "select failed, last_at from accounts.attempts where email_hash = %(hash)s for update"
_COUNT = "update accounts.attempts set failed = %(failed)s, last_at = %(now)s where email_hash = %(hash)s"
_TAKE_BACK = "update accounts.attempts set failed = greatest(0, failed - 1) where email_hash = %(hash)s"
_FORGET = "delete from accounts.attempts where email_hash = %(hash)s or last_at < %(now)s - interval '24 hours'"


def wait_after(failed: int) -> timedelta:
    """How long it takes until the next attempt is listened to: ten seconds after five, doubled by each further one.

    >>> [wait_after(failed).total_seconds() for failed in (0, 4, 5, 6, 10, 12, 99)]
    [0.0, 0.0, 10.0, 20.0, 320.0, 900.0, 900.0]
    """
    if failed < FREE:
        return timedelta(0)
    return min(LONGEST, FIRST * 2 ** min(failed - FREE, 20))


def begin(conn: psycopg.Connection, email_hash: bytes, now: datetime) -> int:
    """Count an attempt as failed; how many have failed with it. The caller commits before judging. Raises Refusal (429)
    while the address is locked; such an attempt is not counted."""
    values = {"hash": email_hash, "now": now}
    conn.execute(_ENSURE, values)
    row = conn.execute(_LOCK, values).fetchone()
    failed, last = (row[0], row[1]) if row else (0, now)
    if now - last > FORGOTTEN:
        failed = 0
    wait = wait_after(failed)
    if wait and last + wait > now:
        seconds = int((last + wait - now).total_seconds()) + 1
        raise Refusal(
            429,
            "locked",
            "Too many attempts have failed",
            f"Nobody can log in by this address for {seconds} seconds. Wait; `tradewind users reset` ends it, too.",
            {"Retry-After": str(seconds)},
            rejected=True,
        )
    conn.execute(_COUNT, {**values, "failed": failed + 1})
    return failed + 1


def was_right(conn: psycopg.Connection, email_hash: bytes, now: datetime) -> None:
    """Forget the failed attempts of an address, and old ones of others. The caller commits."""
    conn.execute(_FORGET, {"hash": email_hash, "now": now})


def was_half_right(conn: psycopg.Connection, email_hash: bytes) -> None:
    """Take back this one attempt, of which nothing was wrong but that the second factor is still missing. Earlier ones
    stay: who has the password could else guess the second factor for ever."""
    conn.execute(_TAKE_BACK, {"hash": email_hash})
