"""Alerts that last: how many, and the most urgent of them. What an alert is, is in `alerts/`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pipelines.insights.facts import FactBook, Subject, clean
from pipelines.insights.marts import Marts

LISTED = 8

# As of the day after the brief's, on which it is read first: what had begun by then, was not over, and is not muted.
OPEN_ALERTS = """
    select a.kind, a.subject, a.severity, a.name, a.first_seen,
        count(*) over () as open, count(*) filter (where a.severity = 'critical') over () as critical
    from insights.alerts as a
    where a.store_id = %(store_id)s and a.first_seen <= %(as_of)s
        and (a.resolved_at is null or a.resolved_at > %(as_of)s)
        and not exists (
            select from insights.alert_mutes as m
            where m.store_id in (a.store_id, '*' || a.tenant_id) and coalesce(m.kind, a.kind) = a.kind
                and coalesce(m.subject, a.subject) = a.subject and (m.until is null or m.until >= %(as_of)s)
        )
    order by array_position(array['critical', 'warning', 'info'], a.severity), a.first_seen desc, a.kind, a.subject
    limit %(limit)s
"""


def collect(marts: Marts, book: FactBook) -> None:
    """Add how many alerts of the store last, how many of them are critical, and since when the most urgent do: those
    that began last are first."""
    as_of = book.day + timedelta(days=1)
    rows = marts.rows(OPEN_ALERTS, as_of=as_of, limit=LISTED)
    if not rows:
        return
    shared: dict[str, Any] = {"period": (as_of, as_of), "table": "insights.alerts"}
    book.add("alerts_open", rows[0]["open"], "OPEN_ALERTS", **shared)
    book.add("alerts_critical", rows[0]["critical"], "OPEN_ALERTS", **shared)
    for row in rows:
        subject = Subject("alert", f"{row['kind']}/{clean(row['subject'])}", clean(row["name"]))
        book.add("alert_since", row["first_seen"], "OPEN_ALERTS", subject=subject, **shared)
