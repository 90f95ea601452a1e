"""When messages are due: quiet hours, the hour of the digest, and how long a channel that is down is left alone. Pure.

Hours are those of the tenant's zone. A time between clocks (when summer time begins or ends) is what the clock on the
wall shows.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.insights.alerts.rules import Habits

LONGEST_WAIT = timedelta(hours=1)


def local(now: datetime, habits: Habits) -> datetime:
    """The tenant's clock on the wall. now: UTC."""
    return now.astimezone(ZoneInfo(habits.zone))


def is_quiet(now: datetime, habits: Habits) -> bool:
    """Whether nothing is sent now: from the first hour on, until before the second, over midnight too."""
    if habits.quiet is None:
        return False
    begin, end = habits.quiet
    clock = local(now, habits).time()
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end


def is_digest_due(now: datetime, habits: Habits) -> bool:
    """Whether the hour of today's digest has come, and it is not quiet. Whether it was sent is not known here."""
    at: time | None = habits.digest_at
    return at is not None and local(now, habits).time() >= at and not is_quiet(now, habits)


def is_left_alone(failures: int, since: timedelta) -> bool:
    """Whether a channel that was down `failures` times in a row, last so long ago, is not tried yet: a minute after the
    first time, then twice as long each time, up to an hour."""
    return failures > 0 and since < min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_WAIT)
