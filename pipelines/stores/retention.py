"""For how long data of a tenant is kept, as stores.yaml says. What is due is deleted in `landing/upkeep/expiry.py`."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

BUYERS_DAYS = 30
"""Amazon's Data Protection Policy: personal data no longer than 30 days after shipment, unless a law asks for more."""

MOST_MONTHS = 18
"""The same policy: all else of Amazon's no longer than 18 months, unless a law asks for more."""

LOG_DAYS = 366
"""The same policy: logs are kept for at least 12 months."""


@dataclass(frozen=True, slots=True)
class Retention:
    """months: after which documents, raw rows, marts and briefs go; None: nothing goes by its age. buyers_kept_by_law:
    the law by which names and addresses are kept for longer than 30 days; '' if there is none."""

    months: int | None = None
    buyers_kept_by_law: str = ""


class RetentionEntry(BaseModel):
    """`retention:` of a tenant in stores.yaml."""

    model_config = ConfigDict(extra="forbid")
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)] | None = None
    buyers_kept_by_law: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)] = ""

    @property
    def retention(self) -> Retention:
        """What it says."""
        return Retention(self.months, self.buyers_kept_by_law)


def cutoff(retention: Retention, today: date) -> date | None:
    """The first day that is kept; None if all are.

    >>> cutoff(Retention(18), date(2026, 8, 31))
    datetime.date(2025, 2, 28)
    """
    if retention.months is None:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 - retention.months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
