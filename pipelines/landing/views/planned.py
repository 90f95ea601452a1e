"""A request that a run would make, and what a plan takes of a budget: plain data types of `forecast.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
