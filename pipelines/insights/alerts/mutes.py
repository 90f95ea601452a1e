"""What nobody wants to hear of for a while: mutes in the warehouse. Incidents are written down all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_MUTE = """
    insert into insights.alert_mutes (tenant_id, store_id, kind, subject, until, muted_at)
    values (%(tenant_id)s, %(store_id)s, %(kind)s, %(subject)s, %(until)s, %(now)s)
    returning mute_id, tenant_id, store_id, kind, subject, until
"""
_MUTED = """
    select mute_id, tenant_id, store_id, kind, subject, until from insights.alert_mutes
    where tenant_id = any(%s) and (until is null or until >= %s) order by mute_id
"""


@dataclass(frozen=True, slots=True)
class Mute:
    """What is muted. store_id: a store, or '*' and the tenant's id. kind, subject: None for all. until: the last day;
    None: until it is unmuted."""

    mute_id: int
    tenant_id: str
    store_id: str
    kind: str | None
    subject: str | None
    until: date | None


def mute(
    conn: psycopg.Connection[Any],
    tenant_id: str,
    store_id: str | None,
    *,
    kind: str | None,
    subject: str | None,
    until: date | None,
    now: datetime,
) -> Mute:
    """Mute alerts of a store, or of all of a tenant's. The caller commits. now: the business time, UTC."""
    values = {"tenant_id": tenant_id, "store_id": store_id or f"*{tenant_id}", "kind": kind, "subject": subject}
    row = conn.execute(_MUTE, {**values, "until": until, "now": now}).fetchone()
    if row is None:
        raise LookupError("a row that was inserted is returned")
    return Mute(*row)


def muted(conn: psycopg.Connection[Any], tenants: Sequence[str], today: date) -> list[Mute]:
    """What is muted today, in the order in which it was."""
    return [Mute(*row) for row in conn.execute(_MUTED, (list(tenants), today)).fetchall()]


def unmute(conn: psycopg.Connection[Any], mute_id: int) -> bool:
    """End a mute. The caller commits. Returns whether there was such a one."""
    return conn.execute("delete from insights.alert_mutes where mute_id = %s", (mute_id,)).rowcount == 1
