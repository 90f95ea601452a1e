"""What is called missing, for `tradewind status` and the briefs alike: two words, each with what to do.

The ledger knows more states; of a day that should be here and is not, they come to one of these two. Briefs read them
of `marts.data_coverage`, which is made of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass

GONE_STATE = "unavailable"
"""The state of a slice that cannot be had any more."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a day is not here. words: as they stand before it. cure: the command that helps, and when."""

    words: str
    cure: str


NOT_FETCHED = Lack("not fetched", "`tradewind pull` asks for it")
NOT_AVAILABLE = Lack(
    "not available", "Nothing asks for it again; where you have a file of it, `tradewind import` takes it"
)


def lack(state: str) -> Lack:
    """What a state of a slice that is neither loaded nor empty is called."""
    return NOT_AVAILABLE if state == GONE_STATE else NOT_FETCHED
