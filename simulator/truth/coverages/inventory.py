"""Coverage of feeds: listings, stock and ledger reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.model import SimAccount, SimStore
from simulator.truth.known import Known


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    yield from ()
