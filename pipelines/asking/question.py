"""What may be asked of a mart, and how a question is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from pipelines.errors import TradewindError

MOST_ROWS = 10_000
"""The most rows of one page."""

USUAL_ROWS = 1000
MOST_VALUES = 500
"""The most values of one filter."""

MOST_TEXT = 500
"""The most characters of one value."""

ROWS = "rows"
"""A measure that every group has: how many rows of the mart it is made of."""


class Period(StrEnum):
    """What rows are put together by. A week begins on Monday. ALL is the whole time that was asked for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


class Op(StrEnum):
    """How a column is compared. EQ and NE take several values; NULL takes `true` or `false`; CONTAINS ignores case."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS = "contains"
    NULL = "null"


@dataclass(frozen=True)
class Filter:
    """values: as texts; they are read by the column's type."""

    column: str
    op: Op
    values: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question to one mart.

    columns: those that are wanted; none: all that can be told. period, by: what rows are put together by; without both
    each row of the mart is told. since, until: the first and the last day. newest_first: the order of the answer, which
    is by period and group, or by the mart's key. limit: rows of a page. after: the cursor of the page before.
    """

    mart: str
    columns: tuple[str, ...] = ()
    period: Period | None = None
    by: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    since: date | None = None
    until: date | None = None
    newest_first: bool = False
    limit: int = USUAL_ROWS
    after: str | None = None

    @property
    def grouped(self) -> bool:
        """Whether rows are put together."""
        return self.period is not None or bool(self.by)


Reason = Literal[
    "no_such_mart", "no_such_column", "wrong_value", "wrong_cursor", "cannot_be_added", "currencies", "not_yours"
]


class Refused(TradewindError):
    """A question that has no true answer, or that is not the asker's to ask. The message says what would have one.

    parameter: what of the question is wrong, where it is one thing.
    """

    def __init__(self, reason: Reason, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.parameter = parameter


def some(names: Sequence[str], most: int = 12) -> str:
    """Names for a message; of many the first ones."""
    shown = ", ".join(names[:most])
    return f"{shown}, ..." if len(names) > most else shown
