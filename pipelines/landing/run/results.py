"""The data types in which a run reports its results and its progress.

`engine.py` fills them; the command line and Dagster show them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class SliceOutcome:
    """What became of a slice.

    state, reason: as in `ops.slices`. rows: the rows of its load, which may cover several days.
    retryable: True if the slice failed in this run and a later run may succeed. waits: True if this run did not try it,
    because it waits for its next try or another run works on it.
    """

    feed: str
    scope_id: str
    slice_key: str
    day: date
    state: str
    reason: str | None
    rows: int
    retryable: bool
    waits: bool = False


@dataclass
class FeedResult:
    """A finished feed of a run. rows: in all loaded documents. requests: the number of reports or crawls asked for."""

    feed: str
    outcomes: list[SliceOutcome] = field(default_factory=list)
    rows: int = 0
    requests: int = 0


@dataclass(frozen=True)
class ProgressEvent:
    """How far a feed is.

    done, total: numbers of slices; total grows when the run finds more to do. note: what the feed waits for.
    """

    feed: str
    phase: str
    done: int
    total: int
    note: str | None = None


OnProgress = Callable[[ProgressEvent], None]
