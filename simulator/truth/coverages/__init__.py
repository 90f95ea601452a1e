"""Coverage of the feeds that coverage.py itself does not know, a module per kind of feed; here what they share."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

NEVER = "never_existed"


def of_moments(day: date, there: Collection[date]) -> str:
    """The state of an ended day of a feed whose documents cannot be asked for of the past. there: the days of all that
    came. What is missing before the first of them never existed."""
    if day in there:
        return "loaded"
    return NEVER if not there or day < min(there) else "unavailable"
