"""The data types of `forecast.py`: a request that a run would make, and the tokens that a plan takes from a budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PlannedRequest:
    """A request that a run would make now. first, last: marketplace days, both inclusive.

    slices: the number of due periods that it answers. account: the owner of its budgets. operations: the request takes
    one token for each; the first asks for the report, the last fetches it.
    waits: seconds until the request can be sent, at the earliest. This is (n - b) / r for the n-th request of a budget
    with b tokens now and a rate of r per second. done: seconds until the document can be fetched, at the earliest,
    calculated alike; the time in which the source makes the report is not in it. Both are None if no budget is
    published.
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
        """When the request can be sent: `now`, `in 12 min`, or `unknown`."""
        return wait_text(self.waits)

    @property
    def done_text(self) -> str:
        """When its document can be fetched: `now`, `in 12 min`, or `unknown`."""
        return wait_text(self.done)


@dataclass(frozen=True)
class BudgetUse:
    """What a plan takes from one budget. account: its owner. tokens: the number of tokens taken.

    left: the tokens in the budget now. rate: tokens per second. waits: seconds until the last token can be had. These
    three are None if no budget is published.
    """

    account: str
    operation: str
    tokens: int
    left: float | None
    rate: float | None
    waits: float | None


def wait_text(seconds: float | None) -> str:
    """A time from now as text: `now`, `in 45 s`, `in 12 min`, `in 2.5 h`, or `unknown` for None."""
    if seconds is None:
        return "unknown"
    if seconds < 1:
        return "now"
    if seconds < 90:
        return f"in {seconds:.0f} s"
    return f"in {seconds / 60:.0f} min" if seconds < 5400 else f"in {seconds / 3600:.1f} h"
