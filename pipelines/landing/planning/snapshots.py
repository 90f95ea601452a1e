"""The rules of snapshots and crawls: whether today's is due, and which earlier days can still be had. Pure functions.

A request made now shows today's state. For a day that has ended, only a report that exists at the source can be used;
without one, the day is lost. Windowed feeds, times and back-off are in `slices.py`.
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

# How often the same document is fetched, at most, before its day is given up.
_FETCHES = 5


def snapshot_due(
    feed: Feed,
    zone: str,
    known: Iterable[KnownSlice],
    now: datetime,
    *,
    days: Collection[date] | None = None,
    force: bool = False,
    again: bool = False,
    credential: str | None = None,
) -> tuple[str, KnownSlice | None] | None:
    """Why a snapshot or crawl is due today, and the earlier attempt of today that it repeats; None if it is not due.

    It is due once per marketplace day. With `force` it is due again when `min_interval` has passed since the last one;
    `again`, when the feed's `refresh_today` has.
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
        if again and feed.refresh_today is not None and max(checked) + feed.refresh_today <= now:
            return "running day", max(attempts, key=lambda row: row.slice_key, default=None)
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
    """Whether a snapshot's document is fetched again, because it failed or its load is gone and no request can help."""
    if row.document_id is None or row.remote_created_at is None or row.day < today - KEPT_AT_SOURCE:
        return False
    if row.broken:
        return row.day <= today
    return row.state in ("failed", "quarantined") and row.attempts < _FETCHES and row.day < today


def out_of_history(zone: str, known: Iterable[KnownSlice], now: datetime) -> list[KnownSlice]:
    """Slices of ended days that never came or are broken, and have no document to fetch. They become `unavailable`."""
    today = local_date(now, zone)
    lost = (row for row in known if never_came(row) or (row.broken and not row.busy))
    return [row for row in lost if row.day < today and not fetched_again(row, today)]


def missing_days(
    zone: str, have: Container[date], first_known: date | None, now: datetime, history_from: date | None
) -> list[date]:
    """Ended days of a snapshot feed that have no slice at all, oldest first.

    have: the days with a slice. The days are counted from `history_from`; without it, from `first_known`.
    """
    start = history_from or first_known
    if start is None:
        return []
    yesterday = local_date(now, zone) - timedelta(days=1)
    return [day for day in day_range(start, yesterday) if day not in have]


def look_since(zone: str, missing: Sequence[date], first_known: date | None, now: datetime) -> datetime:
    """Since when existing snapshots are looked for, UTC.

    That is the first missing day. If none is missing, it is today; if the ledger knows nothing, all that is kept.
    """
    oldest = local_midnight(local_date(now, zone) - KEPT_AT_SOURCE, zone)
    if missing:
        return max(oldest, local_midnight(missing[0], zone))
    return oldest if first_known is None else local_midnight(local_date(now, zone), zone)
