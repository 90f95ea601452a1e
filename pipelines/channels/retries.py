"""When an update that failed is sent again, and how many a listing has in a day. Pure."""

from __future__ import annotations

MOST_ATTEMPTS = 4
"""The fourth failure ends it: an alert tells of it, and the next full run begins anew."""

PAUSES = (10.0, 60.0, 300.0)
"""Seconds after the first, second and third failure."""


KEPT_FOR_LOWERING = 10
"""One of so many changes of a day is kept for lowering a figure: what is gone has to be told."""


def has_change_left(used: int, a_day: int | None, *, raises: bool) -> bool:
    """Whether a listing may be changed once more. used: changes of the last 24 hours. a_day: the most; None: any.

    >>> has_change_left(225, 250, raises=True), has_change_left(225, 250, raises=False)
    (False, True)
    """
    return a_day is None or used < (a_day - a_day // KEPT_FOR_LOWERING if raises else a_day)


def after_failure(attempts: int) -> float | None:
    """Seconds until the next attempt; None: there is none. attempts: how many there were, with the failed one."""
    return PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None
