"""`list_alerts`: what must be heard of, as `tradewind alerts list` tells it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from pipelines.assistant.answers import Answer, paged
from pipelines.assistant.arguments import Page, Stores
from pipelines.assistant.caller import Caller, chosen
from pipelines.assistant.outside import Ours, fenced

Severity = Literal["critical", "warning", "info"]
Ended = Annotated[int, Field(ge=0, le=3660, description="Also alerts that ended within so many days.")]


def list_alerts(
    caller: Caller,
    stores: Stores = None,
    severity: Severity | None = None,
    ended_within_days: Ended = 0,
    page: Page = 0,
) -> Answer:
    """What needs attention now: out of stock, lost buy box, price cuts, sales off their usual level, and so on; the
    most urgent first.

    Raises Refusal for a store that the caller may not see.
    """
    from pipelines.insights.alerts import wording
    from pipelines.insights.alerts.store import listed

    now = caller.now()
    since = now - timedelta(days=ended_within_days) if ended_within_days > 0 else None
    with caller.reading() as conn:
        ids = [store.store_id for store in chosen(caller, conn, stores)]
        found = listed(conn, ids, today=now.date(), since=since)
    rows = [
        {
            "severity": each.severity,
            "store": each.store_id,
            "kind": each.kind,
            "what": Ours(wording.title(each, "en")),
            "subject": each.subject,
            "says": Ours(" ".join(wording.sentences(each, "en", quote=fenced))),
            "since": each.first_seen,
            "last_seen": each.last_seen,
            "over_since": each.resolved_at,
            "is_muted": each.is_muted or None,
        }
        for each in found
        if severity in (None, each.severity)
    ]
    counts = {name: sum(row["severity"] == name for row in rows) for name in ("critical", "warning", "info")}
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    answer = Answer(
        says=f"{len(rows)} {'alert' if len(rows) == 1 else 'alerts'}{f': {told}' if told else ''}.",
        unit="count",
        notes=["An alert lasts from `since` until what caused it is gone; figures are those of `last_seen`."],
    )
    return paged(answer, rows, page)
