"""What a run answers, and what it tells on its way: the plain data types of `engine.py`, for all who show or check
them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class SliceOutcome:
    """What became of a slice. state, reason: as in `ops.slices`. rows: of its load (of all its days together).

    retryable: it failed in this run and a later one may succeed. False for what only waits for its next try.
    """

    feed: str
    scope_id: str
    slice_key: str
    day: date
    state: str
    reason: str | None
    rows: int
    retryable: bool


@dataclass
class FeedResult:
    """A feed of a run, finished. rows: of the documents loaded. requests: how many reports or crawls were asked for."""

    feed: str
    outcomes: list[SliceOutcome] = field(default_factory=list)
    rows: int = 0
    requests: int = 0


@dataclass(frozen=True)
class ProgressEvent:
    """How far a feed is. done, total: slices; total grows while more is found to be done. note: what it waits for."""

    feed: str
    phase: str
    done: int
    total: int
    note: str | None = None


OnProgress = Callable[[ProgressEvent], None]
