"""When a delivery that failed is tried again, and when no more. Pure."""

from __future__ import annotations

PAUSES = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, 24 * 3600.0)
"""Seconds until the next attempt, after one, two, ... have failed. The last one is a day after the one before it."""

GONE = 410
"""The status by which a subscriber says that it wants nothing any more."""


def after_failure(attempts: int, status: int | None = None, retry_after: float = 0.0) -> float | None:
    """Seconds until the next attempt; None: the delivery is dead.

    attempts: how many there were, with the one that has just failed. status: of the answer; None: there was none.
    retry_after: seconds that the subscriber asks to wait; more than a day is a day.
    """
    if status == GONE or attempts > len(PAUSES):
        return None
    return max(PAUSES[max(attempts, 1) - 1], min(retry_after, PAUSES[-1]))
