"""Pure planning of snapshots and crawls: whether today's is due, and which earlier days can still be had.

No request made now shows a day that has ended: such a day is taken from what exists at the source, or is lost.
Windowed feeds, times and back-off stand in `slices.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from datetime import date, datetime, timedelta

from pipelines.feeds import Feed
from pipelines.landing.planning.slices import (
    KEPT_AT_SOURCE,
    NEVER_CAME,
    OPEN_STATES,
    KnownSlice,
    day_range,
    local_date,
    local_midnight,
    never_came,
    retry_reason,
)

_FETCHES = 5


def snapshot_due(
    feed: Feed,
    zone: str,
    known: Iterable[KnownSlice],
    now: datetime,
    *,
    days: Collection[date] | None = None,
    force: bool = False,
    credential: str | None = None,
) -> tuple[str, KnownSlice | None] | None:
    """Whether a snapshot or crawl is due today, why, and which earlier attempt of today it repeats; None if it is not.

    Due once per marketplace day. Forced, it is due again once `min_interval` has passed since the last one.
    """
    today = local_date(now, zone)
    if days is not None and today not in days:
        return None
    of_today = [row for row in known if row.day == today]
    if any(row.busy or row.state in OPEN_STATES for row in of_today):
        return None
    checked = [row.checked_at for row in of_today if row.checked_at is not None and row.state in ("loaded", "empty")]
    attempts = [row for row in of_today if row.state in NEVER_CAME]
    if checked:
        if not force or max(checked) + feed.min_interval > now:
            return None
        return "forced", max(attempts, key=lambda row: row.slice_key, default=None)
    if not attempts:
        return "first of the day", None
    latest = max(attempts, key=lambda row: row.slice_key)
    if latest.state == "due":
        return "first of the day", latest
    reason = retry_reason(latest, now, force, credential)
    return None if reason is None else (reason, latest)


def fetched_again(row: KnownSlice, today: date) -> bool:
    """Whether the document of a snapshot that has failed, or is lost, is fetched again: nothing else can replace it."""
    if row.document_id is None or row.remote_created_at is None or row.day < today - KEPT_AT_SOURCE:
        return False
    if row.broken:
        return row.day <= today
    return row.state in ("failed", "quarantined") and row.attempts < _FETCHES and row.day < today


def out_of_history(zone: str, known: Iterable[KnownSlice], now: datetime) -> list[KnownSlice]:
    """Slices of ended days that never came or are lost, without a document that is there: they become `unavailable`."""
    today = local_date(now, zone)
    lost = (row for row in known if never_came(row) or (row.broken and not row.busy))
    return [row for row in lost if row.day < today and not fetched_again(row, today)]


def missing_days(
    zone: str, have: Container[date], first_known: date | None, now: datetime, history_from: date | None
) -> list[date]:
    """Ended days of a snapshot feed that have no slice at all, oldest first.

    have: the days with a slice. Counted from `history_from`, or without one from the first day that has a slice.
    """
    start = history_from or first_known
    if start is None:
        return []
    yesterday = local_date(now, zone) - timedelta(days=1)
    return [day for day in day_range(start, yesterday) if day not in have]


def look_since(zone: str, missing: Sequence[date], first_known: date | None, now: datetime) -> datetime:
    """Since when existing snapshots are looked for, UTC: the first missing day; all kept if nothing is known; today."""
    oldest = local_midnight(local_date(now, zone) - KEPT_AT_SOURCE, zone)
    if missing:
        return max(oldest, local_midnight(missing[0], zone))
    return oldest if first_known is None else local_midnight(local_date(now, zone), zone)
