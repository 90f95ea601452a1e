"""Incidents in the warehouse: reads those of a store, writes what has changed, and lists them. No decision is made
here. Whoever subscribes to `alert.opened` is told of new ones (`pipelines/webhooks`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.insights.alerts.incidents import Incident, Reading
from pipelines.insights.alerts.rules import Rule
from pipelines.webhooks import outbox

if TYPE_CHECKING:
    import psycopg

    from pipelines.stores import Store

_NEWEST = """
    select distinct on (kind, subject) kind, subject, first_seen, last_seen, resolved_at, ended, value, threshold,
        product, name, facts, currency
    from insights.alerts where store_id = %s
    order by kind, subject, first_seen desc
"""
_KEEP = """
    insert into insights.alerts as a (tenant_id, store_id, kind, subject, severity, first_seen, last_seen, resolved_at,
        facts, name, product, value, threshold, unit, currency, ended, opened_at, ended_at)
    values (%(tenant_id)s, %(store_id)s, %(kind)s, %(subject)s, %(severity)s, %(first_seen)s, %(last_seen)s,
        %(over_on)s, %(facts)s, %(name)s, %(product)s, %(value)s, %(threshold)s, %(unit)s, %(currency)s, %(ended)s,
        %(now)s, %(ended_at)s)
    on conflict (store_id, kind, subject, first_seen) do update
        set last_seen = excluded.last_seen, resolved_at = excluded.resolved_at, facts = excluded.facts,
            name = excluded.name, value = excluded.value, threshold = excluded.threshold,
            currency = excluded.currency, ended = excluded.ended, ended_at = excluded.ended_at
    returning a.incident_id, a.xmax = 0 and a.resolved_at is null and not exists (
        select from insights.alert_mutes as m
        where m.store_id in (a.store_id, '*' || a.tenant_id) and coalesce(m.kind, a.kind) = a.kind
            and coalesce(m.subject, a.subject) = a.subject and (m.until is null or m.until >= %(today)s)
    )
"""
_LOOKED = """
    insert into insights.alert_readings as r (tenant_id, store_id, kind, read_to, looked_at, problem)
    values (%(tenant_id)s, %(store_id)s, %(kind)s, %(read_to)s, %(now)s, %(problem)s)
    on conflict (store_id, kind) do update
        set read_to = coalesce(excluded.read_to, r.read_to), looked_at = excluded.looked_at, problem = excluded.problem
"""
_LIST = """
    select a.incident_id, a.tenant_id, a.store_id, a.kind, a.subject, a.severity, a.first_seen, a.last_seen,
        a.resolved_at, a.ended, a.name, a.value, a.threshold, a.unit, a.currency, a.facts, a.opened_at, a.ended_at,
        exists (
            select from insights.alert_mutes as m
            where m.store_id in (a.store_id, '*' || a.tenant_id) and coalesce(m.kind, a.kind) = a.kind
                and coalesce(m.subject, a.subject) = a.subject and (m.until is null or m.until >= %(today)s)
        ) as is_muted
    from insights.alerts as a
    where a.store_id = any(%(stores)s) and (a.resolved_at is null or a.ended_at >= %(since)s)
    order by array_position(array['critical', 'warning', 'info'], a.severity), a.store_id, a.first_seen desc, a.kind,
        a.subject
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An incident as it is kept, with whether it is muted. Days are marketplace days, moments UTC."""

    incident_id: int
    tenant_id: str
    store_id: str
    kind: str
    subject: str
    severity: str
    first_seen: date
    last_seen: date
    resolved_at: date | None
    ended: str | None
    name: str | None
    value: Decimal
    threshold: Decimal
    unit: str
    currency: str | None
    facts: Mapping[str, Any]
    opened_at: datetime
    ended_at: datetime | None
    is_muted: bool = False


def newest(conn: psycopg.Connection[Any], store_id: str) -> dict[str, list[Incident]]:
    """Kind -> the newest incident of each subject, open or over."""
    found: dict[str, list[Incident]] = {}
    rows = conn.execute(_NEWEST, (store_id,)).fetchall()
    for kind, subject, first, last, over_on, ended, value, threshold, product, name, facts, currency in rows:
        reading = Reading(subject, last, True, value, threshold, product, name, facts, currency)
        found.setdefault(kind, []).append(Incident(subject, first, last, reading, over_on, ended))
    return found


def read_to(conn: psycopg.Connection[Any], store_id: str) -> dict[str, date]:
    """Kind -> the last day of which anything was read."""
    rows = conn.execute(
        "select kind, read_to from insights.alert_readings where store_id = %s and read_to is not null", (store_id,)
    )
    return dict(rows.fetchall())


def keep(conn: psycopg.Connection[Any], store: Store, rule: Rule, incidents: Iterable[Incident], now: datetime) -> None:
    """Write incidents that are new or have changed, and tell subscribers of those that begin and are not muted. The
    caller commits. now: the business time, UTC."""
    from psycopg.types.json import Jsonb

    rows: list[dict[str, Any]] = [
        {
            "tenant_id": store.tenant_id,
            "store_id": store.store_id,
            "kind": rule.kind.name,
            "unit": rule.kind.unit,
            "severity": rule.severity_of(each.last.product),
            "subject": each.subject,
            "first_seen": each.first_seen,
            "last_seen": each.last_seen,
            "over_on": each.over_on,
            "ended": each.ended,
            "ended_at": now if each.over_on else None,
            "now": now,
            "today": now.date(),
            "facts": Jsonb(dict(each.last.facts or {})),
            **{name: getattr(each.last, name) for name in ("name", "product", "value", "threshold", "currency")},
        }
        for each in incidents
    ]
    rows.sort(key=lambda row: row["over_on"] is None)  # what is over first: of a subject one at most may be open
    if not rows:
        return
    opened = []
    with conn.cursor() as cursor:
        cursor.executemany(_KEEP, rows, returning=True)
        for row in rows:
            incident_id, is_news = cursor.fetchone() or (0, False)
            cursor.nextset()
            if is_news:  # a row that was there already has an xmax: its incident goes on
                opened.append(_opened(incident_id, row, now))
    outbox.emit(conn, store.tenant_id, opened)


_TOLD = ("store_id", "kind", "subject", "severity", "name", "product", "unit", "currency")


def _opened(incident_id: int, row: Mapping[str, Any], now: datetime) -> outbox.Outgoing:
    """What subscribers are told of an incident that begins. Figures are text, so that no digit is lost."""
    figures = {name: None if row[name] is None else str(row[name]) for name in ("value", "threshold", "first_seen")}
    data = {"incident_id": incident_id, **{name: row[name] for name in _TOLD}, **figures}
    return outbox.Outgoing("alert.opened", f"{row['store_id']}/{row['kind']}/{row['subject']}", now, data)


def looked(
    conn: psycopg.Connection[Any], store: Store, kind: str, to: date | None, now: datetime, problem: str | None
) -> None:
    """Write down how far a kind was looked for. The caller commits."""
    values = {"tenant_id": store.tenant_id, "store_id": store.store_id, "kind": kind, "read_to": to}
    conn.execute(_LOOKED, {**values, "now": now, "problem": problem})


def listed(
    conn: psycopg.Connection[Any], stores: Sequence[str], *, today: date, since: datetime | None = None
) -> list[Kept]:
    """The incidents of stores that last, and those that have ended since a moment (UTC; None: none of them); the most
    urgent first. today: the day for which mutes are looked up."""
    from psycopg.rows import class_row

    far = datetime.max
    with conn.cursor(row_factory=class_row(Kept)) as cursor:
        return cursor.execute(_LIST, {"stores": list(stores), "today": today, "since": since or far}).fetchall()
