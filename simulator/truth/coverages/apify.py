"""Coverage of feeds: Apify crawls. Product pages stand with the older feeds in `truth/coverage.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from simulator.truth.coverages import of_moments
from simulator.truth.known import Known
from simulator.world.marketplaces import days_between
from simulator.world.model import SimAccount, SimStore


def states(known: Known, account: SimAccount, store: SimStore) -> Iterator[tuple[str, date, str]]:
    """(feed, marketplace day, state) of each day of these feeds that an up-to-date run has."""
    searched, today = known.searched(store), known.today(account)
    for day in days_between(store.start, today):
        # of the running day there is a state only once a crawl was made on it
        if day in searched or day != today:
            yield "apify.keyword_search", day, of_moments(day, searched)
