"""The audit: who has changed what, when and from where, in `ops.audit`, to which rows are only added.

An entry is written in the transaction of the change, so neither is there without the other. No entry holds an e-mail
address, a name or a secret: people are named by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    import psycopg

_WRITE = """
    insert into ops.audit (tenant_id, who, what, subject, came_from, details)
    values (%(tenant_id)s, %(who)s, %(what)s, %(subject)s, %(came_from)s, %(details)s)
"""
_NEWEST = """
    select at, who, what, subject, came_from, details from ops.audit
    where tenant_id = %(tenant_id)s and audit_id < %(before)s order by audit_id desc limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. who: `user:<id>`, `key:<id>`, `cli:<user of the system>`, `nobody`. came_from: a network address, or
    `local`."""

    who: str
    came_from: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit. at: UTC."""

    at: datetime
    who: str
    what: str
    subject: str | None
    came_from: str | None
    details: Mapping[str, Any]


def note(
    conn: psycopg.Connection, actor: Actor, tenant_id: str | None, what: str, subject: str | None = None, **details: Any
) -> None:
    """Write an entry; the caller commits. details: what JSON has, and nothing that must not be kept."""
    conn.execute(
        _WRITE,
        {
            "tenant_id": tenant_id,
            "who": actor.who,
            "what": what,
            "subject": subject,
            "came_from": actor.came_from,
            "details": Jsonb(details),
        },
    )


def newest(conn: psycopg.Connection, tenant_id: str, most: int = 100) -> list[Entry]:
    """The newest entries of a tenant, the newest first."""
    values = {"tenant_id": tenant_id, "before": 2**62, "most": most}
    return [Entry(*row) for row in conn.execute(_NEWEST, values).fetchall()]
