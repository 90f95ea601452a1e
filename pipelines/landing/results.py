"""What a run is given and what it answers: the plain data types of `engine.py`, for all who show or check them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Selection:
    """What a run may touch. None means all.

    feeds: names. stores: store ids; a feed of accounts or marketplaces runs for those that these stores belong to.
    days: marketplace days; without them everything that is due. force: also what is up to date.
    """

    feeds: tuple[str, ...] | None = None
    stores: tuple[str, ...] | None = None
    days: tuple[date, ...] | None = None
    force: bool = False


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


@dataclass(frozen=True)
class PlannedRequest:
    """A request that would be made now. first, last: marketplace days, both inclusive.

    slices: how many due periods it brings. account: whose budgets it takes tokens of: one for each of `operations`,
    the asking first, then the fetching. waits: seconds until it can be sent at the earliest, (n - b) / r for the n-th
    request with b tokens left and r a second; done: until it can be finished at the earliest, by the same reckoning
    for the fetching, with no time for the making of the report. None: no budget is published.
    """

    feed: str
    scope_id: str
    first: date
    last: date
    slices: int
    reason: str
    account: str
    operations: tuple[str, ...]
    waits: float | None = None
    done: float | None = None

    @property
    def window_text(self) -> str:
        """`2026-03-01` or `2026-02-01..2026-03-01`."""
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def earliest_text(self) -> str:
        """When it can be sent: `now`, `in 12 min`, or `unknown`."""
        return wait_text(self.waits)

    @property
    def done_text(self) -> str:
        """When it can be finished, likewise."""
        return wait_text(self.done)


@dataclass(frozen=True)
class BudgetUse:
    """What a plan takes of one budget. account: whose. tokens: how many; left, rate: what it holds now, a second.

    waits: seconds until the last of them can be had. None, all three: no budget is published.
    """

    account: str
    operation: str
    tokens: int
    left: float | None
    rate: float | None
    waits: float | None


def wait_text(seconds: float | None) -> str:
    """`now`, `in 12 min`, or `unknown`."""
    if seconds is None:
        return "unknown"
    if seconds < 1:
        return "now"
    if seconds < 90:
        return f"in {seconds:.0f} s"
    return f"in {seconds / 60:.0f} min" if seconds < 5400 else f"in {seconds / 3600:.1f} h"
