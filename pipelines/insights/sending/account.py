"""The account of what was sent to whom, in the warehouse: `insights.brief_deliveries`.

A delivery is claimed and committed before it is handed over, and settled when that has ended. So nothing is sent twice
by processes that run at once or were killed half-way. Of a claim that nobody settles it is not known whether the letter
went out: it is told, and sent again only if a user says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import psycopg

    from pipelines.warehouse.connection import Warehouse

Claimed = Literal["claimed", "sent", "unknown", "elsewhere"]

_OF_BRIEF = """tenant_id = %(tenant_id)s and store_id = %(store_id)s and period_start = %(first)s
    and period_end = %(day)s and kind = %(kind)s and language = %(language)s and recipient_id = %(recipient_id)s"""
# a failed one surely did not arrive; what nobody knows is claimed again only if that is wanted
_CLAIM = """
    insert into insights.brief_deliveries as d (tenant_id, store_id, period_start, period_end, kind, language, version,
        recipient_id, recipient, outcome)
    values (%(tenant_id)s, %(store_id)s, %(first)s, %(day)s, %(kind)s, %(language)s, %(version)s, %(recipient_id)s,
        %(recipient)s, 'sending')
    on conflict (tenant_id, store_id, period_start, period_end, kind, language, version, recipient_id) do update
        set outcome = 'sending', reason = null, attempts = d.attempts + 1, claimed_at = clock_timestamp(),
            settled_at = null
        where d.outcome = 'failed' or (%(again)s and d.outcome <> 'sent')
    returning 1
"""
_KNOWN = f"""
    select outcome from insights.brief_deliveries
    where {_OF_BRIEF} and (version = %(version)s or not %(every)s) and outcome <> 'failed'
    order by outcome = 'sent' desc limit 1
"""  # noqa: S608
_SETTLE = f"""
    update insights.brief_deliveries set outcome = %(outcome)s, reason = %(reason)s, settled_at = clock_timestamp()
    where {_OF_BRIEF} and version = %(version)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Account:
    """The account in a warehouse."""

    warehouse: Warehouse

    @contextlib.contextmanager
    def open(self, delivery: Mapping[str, Any], *, every: bool, again: bool) -> Iterator[Entry]:
        """The entry of one delivery, which no other process has open at the same time.

        delivery: tenant_id, store_id, first and last day, kind, language, version, recipient_id and recipient. every:
        each version of a brief is sent, not only the first one. again: also where nobody knows whether it was sent.
        """
        values = {**delivery, "every": every, "again": again}
        place = "/".join(str(delivery[name]) for name in sorted(delivery) if name not in ("recipient", "version"))
        with self.warehouse.connect(autocommit=True) as conn:
            row = conn.execute(
                "select pg_try_advisory_lock(hashtextextended(%s, 0))", (f"tradewind.delivery.{place}",)
            ).fetchone()
            yield Entry(conn, values, is_ours=bool(row and row[0]))


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery's entry. is_ours: False while another process has it."""

    conn: psycopg.Connection
    values: Mapping[str, Any]
    is_ours: bool

    def claim(self) -> Claimed:
        """Claim the delivery. What it is if that cannot be: sent, unknown, or under way elsewhere."""
        if not self.is_ours:
            return "elsewhere"
        known = self.conn.execute(_KNOWN, self.values).fetchone()
        if known and (known[0] == "sent" or not self.values["again"]):
            return "sent" if known[0] == "sent" else "unknown"
        return "claimed" if self.conn.execute(_CLAIM, self.values).fetchone() else "unknown"

    def settle(self, outcome: str, reason: str | None) -> None:
        """Write down what came of it."""
        self.conn.execute(_SETTLE, {**self.values, "outcome": outcome, "reason": reason})
