"""When an update that failed is sent again, and when no more. Pure."""

from __future__ import annotations

MOST_ATTEMPTS = 4
"""The fourth failure ends it: an alert tells of it, and the next full run begins anew."""

PAUSES = (10.0, 60.0, 300.0)
"""Seconds after the first, second and third failure."""


def after_failure(attempts: int) -> float | None:
    """Seconds until the next attempt; None: there is none. attempts: how many there were, with the failed one."""
    return PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None
