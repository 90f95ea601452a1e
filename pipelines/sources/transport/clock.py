"""Whether this machine's clock agrees with a source's, by the Date header of its answers.

A wrong clock is a wrong marketplace day: reports are asked for that do not exist yet, and crawls land under a day that
was not. The business clock itself is in `settings.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ALLOWED = timedelta(minutes=15)


def skew(date_header: str | None, now: datetime) -> timedelta:
    """How far our clock is ahead of the source's; below zero: behind. Nothing, where the header is missing or no date.

    >>> skew("Tue, 24 Nov 2026 12:00:00 GMT", datetime(2026, 11, 10, 12, tzinfo=UTC)).days
    -14
    """
    try:
        theirs = parsedate_to_datetime(date_header or "")
    except ValueError:
        return timedelta(0)
    return now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))


def told(ahead: timedelta, whose: str, *, fixed: bool) -> str | None:
    """A sentence about a clock that is wrong; None if it is right. fixed: TRADEWIND_NOW says what time it is."""
    if abs(ahead) <= ALLOWED:
        return None
    size = abs(ahead)
    much = f"{size.days} days" if size.days > 1 else f"{size / timedelta(hours=1):.1f} hours"
    cure = "Correct or unset TRADEWIND_NOW" if fixed else "Set this machine's clock (timedatectl set-ntp true)"
    return (
        f"The clock is {much} {'ahead of' if ahead > timedelta(0) else 'behind'} that of {whose}: reports are asked "
        f"for, and crawls kept, under wrong days. {cure}."
    )
