"""Coverage of feeds: fees by month, and what a unit would cost. Reports by days are in by_days.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import Known
from simulator.truth.money import known_storage_fees, months_ended
from simulator.world.marketplaces import days_between
from simulator.world.model import SimAccount, SimStore
from simulator.world.publishing import STORAGE_FEES

LOADED, EMPTY = "loaded", "empty"


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    charged = {fee.month for fee in known_storage_fees(known, account)}
    for month in months_ended(known, account, STORAGE_FEES):
        yield "amazon_sp.storage_fees", month, LOADED if month in charged else EMPTY
    # nobody asked before the first run
    today, runs = known.today(account), known.days_of_runs(store.marketplace.time_zone)
    for day in days_between(store.start, today):
        yield "amazon_sp.estimated_fees", day, of_moments(day, runs)
